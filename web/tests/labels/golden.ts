import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Json, Label } from "../../src/document/label";
import type { FieldFacts, Facts } from "../../src/labels/kind";

/** The golden files that Python and TypeScript share (`docs/spec/label-model.md`, Golden files). */
export interface GoldenCase {
  readonly name: string;
  readonly ontology: Json;
  readonly facts: Record<string, FieldFacts>;
  readonly valid: readonly Label[];
  readonly invalid: readonly { readonly label: Json; readonly code: string; readonly pointer: string }[];
}

export interface GoldenFile {
  readonly kind: string;
  readonly cases: readonly GoldenCase[];
  readonly invalid_questions: readonly {
    readonly question: Json;
    readonly code: string;
    readonly pointer: string;
  }[];
}

const FOLDER = join(import.meta.dirname, "../../../tests/golden/labels");

export const GOLDEN: readonly GoldenFile[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as GoldenFile);

export const factsOf = (golden: GoldenCase): Facts => new Map(Object.entries(golden.facts));
