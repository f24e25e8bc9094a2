/** `text`: a free text, such as a caption, a rewrite or a transcription. */
import { countCodePoints } from "../geometry/text_range";
import { Invalid } from "./invalid";
import { readInteger, readRecord } from "./json_value";
import type { Kind } from "./kind";

export const MAX_CHARS = 100_000;

export const text: Kind = {
  name: "text",
  fieldTypes: [],
  form: [
    { key: "min", control: "number" },
    { key: "max", control: "number" },
  ],
  parse(question, _fields, pointer) {
    const given = readRecord(question.options, pointer, [], ["min", "max"], "ontology.invalid");
    const read = (key: string, otherwise: number): number =>
      key in given ? readInteger(given[key], `${pointer}/${key}`, "ontology.invalid") : otherwise;
    const [minChars, maxChars] = [read("min", 0), read("max", MAX_CHARS)];
    if (minChars < 0) throw new Invalid("ontology.invalid", "min is at least 0", `${pointer}/min`, 0);
    if (maxChars < Math.max(minChars, 1) || maxChars > MAX_CHARS)
      throw new Invalid(
        "ontology.invalid",
        `max lies between max(min, 1) and ${MAX_CHARS}`,
        `${pointer}/max`,
        MAX_CHARS,
      );
    return {
      question,
      panel: { control: "text", minChars, maxChars },
      objects: null,
      bind() {
        return this;
      },
      check(value, _facts, _label, at) {
        if (typeof value !== "string") throw new Invalid("label.invalid", "a text is needed here", at);
        const length = countCodePoints(value);
        if (length > maxChars)
          throw new Invalid("label.invalid", `at most ${maxChars} characters`, at, maxChars);
        if (length < minChars)
          throw new Invalid("label.invalid", `at least ${minChars} characters`, at, minChars);
        if (/\0|\p{Cs}/u.test(value))
          throw new Invalid("label.invalid", "U+0000 and lone surrogates are not text", at);
      },
    };
  },
};
