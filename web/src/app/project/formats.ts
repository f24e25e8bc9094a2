/** The formats of imports and exports, as the engine has them. */
import { type Schemas, api } from "../engine";

export type FileFormat = Schemas["FileFormat"];

const byTitle = (one: FileFormat, other: FileFormat): number => one.title.localeCompare(other.title, "en");

export const readable = (formats: readonly FileFormat[]): readonly FileFormat[] =>
  formats.filter(({ reads }) => reads).toSorted(byTitle);

export const writable = (formats: readonly FileFormat[]): readonly FileFormat[] =>
  formats.filter(({ writes }) => writes).toSorted(byTitle);

export const everyFormat = async (): Promise<readonly FileFormat[]> =>
  (await api.send("get", "/v1/formats", {})).items;
