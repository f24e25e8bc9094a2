/** Objects that were copied, to be laid down again: here, on the next picture, as often as one likes. */
import { type Label, type LabelObject, type Step, objectsOf } from "../../document/label";
import type { Size } from "../../geometry/coordinate";
import { Invalid } from "../../labels/invalid";
import type { Asked, Facts } from "../../labels/kind";
import { classOf } from "../../labels/objects";
import type { Target } from "../../tools/tool";

/** How far a copy lies from what it was copied from, in image pixels, so that both are seen. */
export const COPY_PX = 10;

/** An object of a question, wherever it came from. */
export interface Copied {
  readonly question: string;
  readonly object: LabelObject;
}

/** Where copies are to lie. */
export interface Place {
  readonly asked: ReadonlyMap<string, Asked>;
  readonly facts: Facts;
  /** The size of the picture in a field; null while it is not known. */
  readonly sizeOf: (field: string) => Size | null;
}

/**
 * The object with an id of its own, moved; null where the question does not ask for such objects, or the picture
 * has no room for it.
 */
export function copyInto(
  { question, object }: Copied,
  { asked, facts, sizeOf }: Place,
  id: string,
  by: number,
): LabelObject | null {
  const rules = asked.get(question);
  const shape = rules?.objects?.image ?? null;
  if (rules === undefined || shape === null || !isSound(rules, object, new Map())) return null;
  const moved = { ...shape.move(object, by, by, sizeOf(rules.objects?.field ?? "")), id };
  return isSound(rules, moved, facts) ? moved : null;
}

/** The objects of a label that lie on pictures. */
export function shapesOf(label: Label, asked: ReadonlyMap<string, Asked>): readonly Copied[] {
  return [...asked].flatMap(([question, { objects }]) =>
    objects?.image == null ? [] : objectsOf(label, question).map((object) => ({ question, object })),
  );
}

/** The steps that lay all of them down as they lay, each with an id of its own; what has no room is left out. */
export function copyAll(shapes: readonly Copied[], place: Place, newId: () => string): readonly Step[] {
  return shapes.flatMap((copied) => {
    const object = copyInto(copied, place, newId(), 0);
    return object === null ? [] : [{ question: copied.question, object: object.id, value: object }];
  });
}

/** Without facts its form alone is looked at: it may come from a larger picture. */
function isSound(asked: Asked, object: LabelObject, facts: Facts): boolean {
  try {
    asked.check([object], facts, {}, "");
    return true;
  } catch (error) {
    if (error instanceof Invalid) return unanswered(error);
    throw error;
  }
}

/** A copy may lack answers that its original lacks too: the page asks for them. */
const unanswered = ({ code }: Invalid): boolean => code === "label.required";

/** What was copied last: from task to task, while the page is open. */
class Clipboard {
  held: Copied | null = null;

  copy(target: Target, object: LabelObject): void {
    this.held = { question: target.question, object };
  }

  /** What would be laid down in a question; null where nothing was copied there. */
  told(asked: ReadonlyMap<string, Asked>): string | null {
    const objects = this.held === null ? null : (asked.get(this.held.question)?.objects ?? null);
    if (this.held === null || objects === null) return null;
    return objects.classes.get(classOf(this.held.object))?.title ?? null;
  }
}

export const clipboard = new Clipboard();
