/** `choice`: one class, or a list of classes when `multiple`; flat or a taxonomy. */
import { type Classes, readClass, readClasses } from "./classes";
import { Invalid } from "./invalid";
import { type Given, readArray, readBoolean, readRecord } from "./json_value";
import type { Kind, Option } from "./kind";

export const choice: Kind = {
  name: "choice",
  fieldTypes: [],
  form: [
    { key: "classes", control: "classes", attributes: false, ends: false, begin: [] },
    { key: "multiple", control: "flag", otherwise: false },
  ],
  parse(question, _fields, pointer) {
    const given = readRecord(question.options, pointer, [], ["classes", "multiple"], "ontology.invalid");
    const multiple = "multiple" in given && readBoolean(given["multiple"], `${pointer}/multiple`);
    // With one class a single choice asks nothing.
    const classes = readClasses(given["classes"], `${pointer}/classes`, [], multiple ? 1 : 2);
    return {
      question,
      panel: { control: "options", options: optionsOf(classes), multiple },
      objects: null,
      bind() {
        return this;
      },
      check(value, _facts, _label, at) {
        if (multiple) checkSeveral(value, classes, at);
        else readClass(value, classes, at);
      },
    };
  },
};

export function optionsOf(classes: Classes): Option[] {
  return [...classes.values()].map(({ name, title, path, color, key, description, example }) => ({
    value: name,
    title,
    path,
    look: { color, key, description, example },
  }));
}

function checkSeveral(value: Given, classes: Classes, pointer: string): void {
  const chosen = new Set<string>();
  for (const [index, entry] of readArray(value, pointer, classes.size).entries()) {
    const { name } = readClass(entry, classes, `${pointer}/${index}`);
    if (chosen.has(name))
      throw new Invalid("label.class", `“${name}” is chosen twice`, `${pointer}/${index}`);
    chosen.add(name);
  }
}
