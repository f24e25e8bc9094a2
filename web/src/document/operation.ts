import {
  type Json,
  type Label,
  type LabelObject,
  type Step,
  applyStep,
  findObject,
  objectsOf,
} from "./label";

/** One reversible edit: `forward` applies it, `inverse` takes it back. The engine's form, id and all. */
export interface Operation {
  readonly id: string;
  readonly forward: readonly Step[];
  readonly inverse: readonly Step[];
}

/** The operation that makes the steps on this label. */
export function makeOperation(id: string, label: Label, steps: readonly Step[]): Operation {
  let at = label;
  const inverse: Step[] = [];
  for (const step of steps) {
    inverse.unshift(...inverseSteps(at, step));
    at = applyStep(at, step);
  }
  return { id, forward: compactSteps(steps), inverse: compactSteps(inverse) };
}

/** The operation that takes another back, as an edit of its own: the log only grows. */
export function takeBack(id: string, operation: Operation): Operation {
  return { id, forward: operation.inverse, inverse: operation.forward };
}

/** Two operations, made one after the other, as one. */
export function squash(id: string, first: Operation, second: Operation): Operation {
  return {
    id,
    forward: compactSteps([...first.forward, ...second.forward]),
    inverse: compactSteps([...second.inverse, ...first.inverse]),
  };
}

/** The same steps without those that the next one makes as if they had never been. */
export function compactSteps(steps: readonly Step[]): Step[] {
  const kept: Step[] = [];
  for (const step of steps) {
    for (let last = kept.at(-1); last !== undefined && isCovered(last, step); last = kept.at(-1)) kept.pop();
    kept.push(step);
  }
  return kept;
}

function isCovered(step: Step, next: Step): boolean {
  if (step.question !== next.question) return false;
  if (next.object === undefined) return true;
  // A removal moves the object's place to the end, so what comes after it does not cover it.
  return step.object === next.object && step.value !== null;
}

function inverseSteps(label: Label, step: Step): Step[] {
  const { question, object: id } = step;
  const answered = Object.hasOwn(label, question);
  if (id === undefined || !answered)
    return [{ question, value: answered ? (label[question] as Json) : null }];
  const held = findObject(label, question, id);
  if (held === undefined) return [{ question, object: id, value: null }];
  const back: Step = { question, object: id, value: held };
  return step.value === null ? [back, ...restorePlace(objectsOf(label, question), question, id)] : [back];
}

/**
 * The steps that bring an object, put back at the end, to where it was: those after it go behind it again.
 * Where most of the list would have to move, the list is set as it was.
 */
function restorePlace(objects: readonly LabelObject[], question: string, id: string): Step[] {
  const after = objects.slice(objects.findIndex((object) => object.id === id) + 1);
  if (after.length * 2 > objects.length) return [{ question, value: objects }];
  return after.flatMap((object) => [
    { question, object: object.id, value: null },
    { question, object: object.id, value: object },
  ]);
}
