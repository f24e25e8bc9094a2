/** `ranking`: items in order. Value: a list of lists, best first; items in one list are tied. */
import { Invalid } from "./invalid";
import { type Given, readArray, readBoolean, readRecord } from "./json_value";
import type { Kind } from "./kind";
import { readName } from "./ontology";

export const MAX_ITEMS = 100;

export const ranking: Kind = {
  name: "ranking",
  fieldTypes: [],
  form: [
    { key: "items", control: "names", begin: [] },
    { key: "ties", control: "flag", otherwise: true },
  ],
  parse(question, _fields, pointer) {
    const given = readRecord(question.options, pointer, [], ["items", "ties"], "ontology.invalid");
    const items = readItems(given["items"], `${pointer}/items`);
    const ties = !("ties" in given) || readBoolean(given["ties"], `${pointer}/ties`);
    return {
      question,
      panel: { control: "order", items, ties },
      objects: null,
      bind() {
        return this;
      },
      check(value, _facts, _label, at) {
        checkOrder(value, items, ties ? items.length : 1, at);
      },
    };
  },
};

function readItems(raw: Given, pointer: string): readonly string[] {
  const items: string[] = [];
  for (const [index, entry] of readArray(raw, pointer, MAX_ITEMS, "ontology.invalid").entries()) {
    const name = readName(entry, `${pointer}/${index}`);
    if (items.includes(name))
      throw new Invalid("ontology.name", `the item “${name}” is named twice`, `${pointer}/${index}`);
    items.push(name);
  }
  if (items.length < 2) throw new Invalid("ontology.invalid", "at least two items are ranked", pointer, 2);
  return items;
}

function checkOrder(value: Given, items: readonly string[], mostTied: number, pointer: string): void {
  const seen = new Set<string>();
  for (const [rank, tied] of readArray(value, pointer, items.length).entries()) {
    const at = `${pointer}/${rank}`;
    const held = readArray(tied, at, mostTied);
    if (held.length === 0) throw new Invalid("label.invalid", "a rank holds at least one item", at);
    for (const [index, item] of held.entries()) {
      if (typeof item !== "string" || !items.includes(item))
        throw new Invalid("label.class", "this is not one of the items", `${at}/${index}`);
      if (seen.has(item)) throw new Invalid("label.class", `“${item}” is ranked twice`, `${at}/${index}`);
      seen.add(item);
    }
  }
  const missing = items.find((item) => !seen.has(item));
  if (missing !== undefined)
    throw new Invalid("label.invalid", `every item is ranked; “${missing}” is not`, pointer);
}
