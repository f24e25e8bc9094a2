/** Several labels of one item laid beside each other: a row for each thing that anyone answered or found. */
import { type Json, type Label, type LabelObject, objectsOf } from "../../document/label";
import { boxIou } from "../../geometry/box";
import type { TextOffsets } from "../../geometry/text_range";
import type { Asked, ObjectRules } from "../../labels/kind";
import { classOf } from "../../labels/objects";
import type { Schema } from "../../labels/schema";
import { sayObject, sayValue } from "./told";

export interface DiffRow {
  readonly question: string;
  readonly title: string;
  /** What the row is about: a place, an edge; null for the question's whole answer. */
  readonly what: string | null;
  /** One for each label, in their order: what it says here; null where it says nothing. */
  readonly cells: readonly (string | null)[];
  readonly differs: boolean;
}

/** From so much overlap on, two outlines are taken for the same thing. */
const SAME_IOU = 0.5;

/** The rows of all questions, in the ontology's order; objects by where they lie. */
export function diffOf(
  schema: Schema,
  labels: readonly Label[],
  texts: ReadonlyMap<string, TextOffsets>,
): readonly DiffRow[] {
  return [...schema.asked.values()].flatMap((asked) => {
    const { name, title } = asked.question;
    const row = (what: string | null, cells: DiffRow["cells"]): DiffRow => ({
      question: name,
      title,
      what,
      cells,
      differs: new Set(cells).size > 1,
    });
    const { objects } = asked;
    if (objects === null)
      return [
        row(
          null,
          labels.map((label) => wholeOf(asked, label[name])),
        ),
      ];
    const found = groupsOf(asked, objects, schema, labels, texts);
    // Nobody found anything: whether each looked is all there is to tell.
    if (found.length === 0)
      return [
        row(
          null,
          labels.map((label) => wholeOf(asked, label[name])),
        ),
      ];
    return found.map(({ what, members }) =>
      row(
        what,
        labels.map((_, index) =>
          classesOf(
            members.filter((one) => one.label === index),
            objects,
          ),
        ),
      ),
    );
  });
}

interface Member {
  readonly label: number;
  readonly object: LabelObject;
}

interface Group {
  readonly what: string;
  readonly members: Member[];
}

const wholeOf = (asked: Asked, value: Json | undefined): string | null =>
  value === undefined ? null : sayValue(asked, value).join(", ");

function classesOf(members: readonly Member[], { classes }: ObjectRules): string | null {
  const titles = members.map(({ object }) => classes.get(classOf(object))?.title ?? classOf(object));
  return titles.length === 0 ? null : titles.sort().join(", ");
}

/** Which objects of the labels are the same thing: by range, by overlap, or (edges) by what they join. */
function groupsOf(
  { question }: Asked,
  objects: ObjectRules,
  schema: Schema,
  labels: readonly Label[],
  texts: ReadonlyMap<string, TextOffsets>,
): readonly Group[] {
  const all = labels.flatMap((label, index) =>
    objectsOf(label, question.name).map((object) => ({ label: index, object })),
  );
  if (objects.image !== null) return byOverlap(all, objects, objects.image);
  const text = objects.field === null ? null : (texts.get(objects.field) ?? null);
  const groups = new Map<string, Group & { readonly place: number }>();
  for (const member of all) {
    const range = objects.text?.range(member.object) ?? null;
    const what =
      range !== null && text !== null
        ? text.slice(range)
        : sayObject(schema, objects, labels[member.label] ?? {}, member.object, texts);
    const key = range === null ? what : `${range.start} ${range.end}`;
    const group = groups.get(key) ?? { what, members: [], place: range?.start ?? 0 };
    group.members.push(member);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => a.place - b.place);
}

/** Each outline joins the group whose first member it overlaps most, if no outline of its label is there yet. */
function byOverlap(
  all: readonly Member[],
  { classes }: ObjectRules,
  image: NonNullable<ObjectRules["image"]>,
): readonly Group[] {
  const groups: Group[] = [];
  for (const member of all) {
    const bounds = image.bounds(member.object);
    let best: Group | null = null;
    let most = SAME_IOU;
    for (const group of groups) {
      const [first] = group.members;
      if (first === undefined || group.members.some(({ label }) => label === member.label)) continue;
      const iou = boxIou(bounds, image.bounds(first.object));
      if (iou >= most) [best, most] = [group, iou];
    }
    if (best !== null) best.members.push(member);
    else {
      const [x, y, width, height] = bounds.map(Math.round);
      const title = classes.get(classOf(member.object))?.title ?? classOf(member.object);
      groups.push({ what: `${title} ${width} × ${height} · ${x}, ${y}`, members: [member] });
    }
  }
  return groups;
}
