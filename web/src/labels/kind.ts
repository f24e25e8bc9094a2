/** What every label kind is: the contract that one file in this folder fulfils. */
import type { ImageBox } from "../geometry/box";
import type { ImagePoint, Size } from "../geometry/coordinate";
import type { TextRange } from "../geometry/text_range";
import type { Json, Label, LabelObject } from "../document/label";
import type { Classes, Look } from "./classes";
import type { Given } from "./json_value";
import type { Fields, Question } from "./ontology";

/** What a label is checked against: the text itself, or the measured size of the media. */
export interface FieldFacts {
  readonly type: string;
  readonly text?: string | null;
  /** Pixels; null or absent means not known yet, never zero. */
  readonly width?: number | null;
  readonly height?: number | null;
}

/** Facts by field name. */
export type Facts = ReadonlyMap<string, FieldFacts>;

/** A way of asking questions. Nothing outside its file knows its name. */
export interface Kind {
  readonly name: string;
  /** The types of field it can be asked of; empty where it needs no field. */
  readonly fieldTypes: readonly string[];
  /** What an editor of ontologies asks of its questions, in order. */
  readonly form: readonly FormPart[];
  /** Reads a question's options. Throws `Invalid` (`ontology.*`, `field.unknown`) below `pointer`. */
  parse(question: Question, fields: Fields, pointer: string): Asked;
}

/** One option of a kind as an editor shows it. `begin`: what a new question starts with, if with anything. */
export type FormPart = { readonly key: string; readonly begin?: Json } &
  /** Classes; each with attributes, or also with the classes that may stand at its two ends. */
  (
    | { readonly control: "classes"; readonly attributes: boolean; readonly ends: boolean }
    /** Yes or no; `otherwise` where it is left out. */
    | { readonly control: "flag"; readonly otherwise: boolean }
    | { readonly control: "number" }
    /** A list of names. */
    | { readonly control: "names" }
    /** Two of the item's text fields. */
    | { readonly control: "fields" }
    /** Others of the ontology's questions, with objects. */
    | { readonly control: "questions" }
    /** What only JSON can say. */
    | { readonly control: "json" }
  );

/** One question, ready to be answered. */
export interface Asked {
  readonly question: Question;
  /** What the page shows to answer with. */
  readonly panel: Panel;
  /** For kinds whose value is a list of objects. */
  readonly objects: ObjectRules | null;
  /** The same, knowing the ontology's other questions. */
  bind(asked: ReadonlyMap<string, Asked>, pointer: string): Asked;
  /** Throws `Invalid` (`label.*`) below `pointer` for what is not a right answer's form. Changes nothing. */
  check(value: Given, facts: Facts, label: Label, pointer: string): void;
}

/** For each other attribute the values of which it must have one; empty: always asked. */
export type Condition = ReadonlyMap<string, readonly Json[]>;

/** A question asked of each object of a class, while a condition holds. */
export interface Attribute extends Asked {
  readonly when: Condition;
}

export interface Option {
  readonly value: string;
  readonly title: string;
  /** Ancestors' names from the top, then its own. */
  readonly path: readonly string[];
  /** What its ontology says of how people see it. */
  readonly look: Look;
}

/** A control by what it does, so that pages need no kind's name. */
export type Panel =
  | { readonly control: "options"; readonly options: readonly Option[]; readonly multiple: boolean }
  /** Two fields side by side (or what the item shows, when null), and which is better. */
  | {
      readonly control: "compare";
      readonly options: readonly Option[];
      readonly fields: readonly [string, string] | null;
    }
  | { readonly control: "scale"; readonly min: number; readonly max: number; readonly step: number }
  /** An item that is a field's name shows that field. */
  | { readonly control: "order"; readonly items: readonly string[]; readonly ties: boolean }
  | { readonly control: "text"; readonly minChars: number; readonly maxChars: number }
  | { readonly control: "objects"; readonly options: readonly Option[] };

/** What lists, surfaces and tools need to know of a kind with objects. */
export interface ObjectRules {
  /** The field it is drawn on; null for what is drawn between objects. */
  readonly field: string | null;
  readonly classes: Classes;
  /** The tools that draw it, the usual one first. */
  readonly tools: readonly string[];
  /** The questions whose objects it joins; empty for all but edges. */
  readonly joins: readonly string[];
  /** The names of the points that make an object, in their order; empty where points have no names. */
  readonly parts: readonly string[];
  readonly image: ImageShape | null;
  readonly text: TextShape | null;
  /** The attributes of a class, each a question by itself. */
  attributesOf(className: string): ReadonlyMap<string, Attribute>;
}

/** A line to draw; several of one object are filled together, so that holes stay open. */
export interface Path {
  readonly points: readonly ImagePoint[];
  readonly closed: boolean;
  /** Where it is the stroke of a round brush, not an outline. */
  readonly brush?: Brush;
}

export interface Brush {
  /** In image pixels. */
  readonly radius: number;
  /** Takes away what is drawn below it. */
  readonly erases: boolean;
}

/** A place to take hold of an object by. */
export interface Handle {
  readonly id: string;
  readonly point: ImagePoint;
  /** `insert`: dragging it makes a new corner. `turn`: dragging it turns the object. */
  readonly role: "corner" | "edge" | "insert" | "turn";
}

/** How objects of a kind look and move on an image. All functions are pure; null means it cannot be done. */
export interface ImageShape {
  bounds(object: LabelObject): ImageBox;
  paths(object: LabelObject): readonly Path[];
  /** Pixels from the point to the object's outline; negative inside. */
  distance(object: LabelObject, point: ImagePoint): number;
  handles(object: LabelObject): readonly Handle[];
  /** Null also for what would leave the image, for shapes of which other parts move along. */
  drag(object: LabelObject, handle: string, to: ImagePoint, image?: Size | null): LabelObject | null;
  /** Takes the corner away that a handle stands for. */
  removeCorner(object: LabelObject, handle: string): LabelObject | null;
  /** Moved as far as the image allows. */
  move(object: LabelObject, dx: number, dy: number, image: Size | null): LabelObject;
}

/** How objects of a kind lie in a text. */
export interface TextShape {
  range(object: LabelObject): TextRange;
  withRange(object: LabelObject, range: TextRange): LabelObject;
}
