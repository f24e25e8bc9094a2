/** What the kinds that hold a list of objects share: ids, classes, attributes. A kind adds its shape. */
import { type JsonObject, type LabelObject, isJsonObject } from "../document/label";
import { countCodePoints } from "../geometry/text_range";
import { NO_ATTRIBUTES, checkAttributes, readAllAttributes } from "./attributes";
import { optionsOf } from "./choice";
import { readClass, readClasses } from "./classes";
import { Invalid } from "./invalid";
import { type Given, readArray, readRecord } from "./json_value";
import type { Asked, FieldFacts, FormPart, ImageShape, Kind, TextShape } from "./kind";
import type { Fields, Question } from "./ontology";

/** In one question of one item; more belong in several tiles. */
export const MAX_OBJECTS = 5_000;
export const MAX_ID_CHARS = 100;

/** How far a shape may pass the image's edge: a rounding of binary fractions, never a stroke of the hand. */
export const ROUNDING_PX = 1e-6;

/** What one kind with objects adds. */
export interface ObjectKind<Options> {
  readonly name: string;
  readonly fieldTypes: readonly string[];
  readonly tools: readonly string[];
  readonly optionKeys: readonly string[];
  /** How an editor asks for `optionKeys`; as JSON where this does not say. */
  readonly form?: readonly FormPart[];
  readonly image: ImageShape | null;
  /** For shapes whose look depends on the question. */
  imageOf?(options: Options): ImageShape;
  /** See `ObjectRules.parts`. */
  partsOf?(options: Options): readonly string[];
  readonly text: TextShape | null;
  readOptions(given: JsonObject, pointer: string): Options;
  /** The shape keys that this object must have. */
  shapeKeys(object: Given): readonly string[];
  /** Refuses a value before its objects are looked at. */
  checkSize?(value: Given, pointer: string): void;
  checkShape(object: JsonObject, facts: FieldFacts | undefined, pointer: string, options: Options): void;
  /** Refuses objects that are right each for itself but not together. */
  checkTogether?(objects: readonly LabelObject[], options: Options, pointer: string): void;
}

/** The kind that such an addition makes. */
export function objectKind<Options>(own: ObjectKind<Options>): Kind {
  return {
    name: own.name,
    fieldTypes: own.fieldTypes,
    form: [
      { key: "classes", control: "classes", attributes: true, ends: false, begin: [] },
      ...(own.form ?? own.optionKeys.map((key) => ({ key, control: "json" }) as const)),
    ],
    parse: (question, fields, pointer) => parseObjects(own, question, fields, pointer),
  };
}

function parseObjects<Options>(
  own: ObjectKind<Options>,
  question: Question,
  fields: Fields,
  pointer: string,
): Asked {
  const keys = [...own.optionKeys, "classes"];
  const given = readRecord(question.options, pointer, [], keys, "ontology.invalid");
  const { field } = question;
  if (field === null || !own.fieldTypes.includes(fields.get(field) ?? ""))
    throw new Invalid(
      "ontology.field",
      `${own.name} needs a field of type ${own.fieldTypes.join(" or ")}`,
      `${pointer}/field`,
    );
  const classes = readClasses(given["classes"], `${pointer}/classes`, ["attributes"]);
  const attributes = readAllAttributes(classes, fields);
  const options = own.readOptions(given, pointer);
  return {
    question,
    panel: { control: "objects", options: optionsOf(classes) },
    objects: {
      field,
      classes,
      tools: own.tools,
      joins: [],
      parts: own.partsOf?.(options) ?? [],
      image: own.imageOf?.(options) ?? own.image,
      text: own.text,
      attributesOf: (className) => attributes.get(className) ?? NO_ATTRIBUTES,
    },
    bind() {
      return this;
    },
    check(value, facts, _label, at) {
      own.checkSize?.(value, at);
      const objects = readArray(value, at, MAX_OBJECTS);
      const seen = new Set<string>();
      for (const [index, entry] of objects.entries()) {
        const here = `${at}/${index}`;
        const object = readRecord(entry, here, [...own.shapeKeys(entry), "id", "class"], ["attributes"]);
        checkId(object["id"], seen, `${here}/id`);
        const { name } = readClass(object["class"], classes, `${here}/class`);
        checkAttributes(object, attributes.get(name) ?? NO_ATTRIBUTES, facts, here);
        own.checkShape(object, facts.get(field), here, options);
      }
      own.checkTogether?.(objects as readonly LabelObject[], options, at);
    },
  };
}

/** Refuses an id that is none or is in `seen`, and adds it. */
export function checkId(value: Given, seen: Set<string>, pointer: string): void {
  if (typeof value !== "string" || value === "" || countCodePoints(value) > MAX_ID_CHARS)
    throw new Invalid(
      "label.invalid",
      `an id is a text of 1 to ${MAX_ID_CHARS} characters`,
      pointer,
      MAX_ID_CHARS,
    );
  if (seen.has(value)) throw new Invalid("label.duplicate_id", `the id “${value}” is used twice`, pointer);
  seen.add(value);
}

/** The class of an object that may not have been checked. */
export function classOf(object: Given): string {
  const name = isJsonObject(object) ? object["class"] : "";
  return typeof name === "string" ? name : "";
}
