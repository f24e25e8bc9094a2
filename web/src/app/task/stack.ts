/** Which object lies over which: the later in its question's list, the higher. The list is the order (ADR 54). */
import { type Label, type Step, objectsOf } from "../../document/label";
import type { Target } from "../../tools/tool";

/** The steps that lay an object over all others of its question; none where it lies there. */
export function toFront(label: Label, { question, id }: Target): readonly Step[] {
  const objects = objectsOf(label, question);
  const object = objects.find((one) => one.id === id);
  if (object === undefined || object === objects.at(-1)) return [];
  return [
    { question, object: id, value: null },
    { question, object: id, value: object },
  ];
}

/** The steps that lay an object over the next one above it, or under the next one below; none where none is. */
const beside =
  (by: 1 | -1) =>
  (label: Label, { question, id }: Target): readonly Step[] => {
    const objects = objectsOf(label, question);
    const at = objects.findIndex((one) => one.id === id);
    const [object, other] = [objects[at], objects[at + by]];
    if (object === undefined || other === undefined) return [];
    return [{ question, value: objects.with(at, other).with(at + by, object) }];
  };

export const higher = beside(1);
export const lower = beside(-1);

/** The steps that lay an object under all others of its question; none where it lies there. */
export function toBack(label: Label, { question, id }: Target): readonly Step[] {
  const objects = objectsOf(label, question);
  const object = objects.find((one) => one.id === id);
  if (object === undefined || object === objects[0]) return [];
  return [{ question, value: [object, ...objects.filter((one) => one !== object)] }];
}
