/** Files that were dropped or chosen, and pasted lines, read into items. Nothing here speaks to a server. */
import { isJsonObject, type Json } from "../../document/label";
import { s } from "../strings";

/** An item, or why its line is none. Lines count from 1. */
export type Line =
  | { readonly line: number; readonly item: Readonly<Record<string, Json>> }
  | { readonly line: number; readonly problem: string };

/** Each line of a plain text is one item of its first text field. */
export function linesOfText(text: string, source: string, field: string): readonly Line[] {
  return numbered(text).map(({ line, written }) => ({
    line,
    item: { external_id: `${source}:${line}`, fields: { [field]: written.trim() } },
  }));
}

/** One JSON item a line. */
export function linesOfJson(text: string): readonly Line[] {
  return numbered(text).map(({ line, written }) => {
    try {
      const item = JSON.parse(written) as Json;
      return isJsonObject(item) ? { line, item } : { line, problem: s.import.notJson };
    } catch {
      return { line, problem: s.import.notJson };
    }
  });
}

/** A table with a header: columns named as fields are the item, `external_id` its name, the rest metadata. */
export function linesOfTable(text: string, source: string, fields: readonly string[]): readonly Line[] {
  const [header, ...rows] = readCsv(text);
  if (header === undefined) return [];
  if (!header.cells.some((name) => fields.includes(name)))
    return [{ line: 1, problem: s.import.needsColumn(fields.join(", ")) }];
  return rows.map(({ line, cells }) => {
    const named = header.cells.map((name, index) => [name, cells[index] ?? ""] as const);
    const id = named.find(([name]) => name === "external_id")?.[1];
    const others = named.filter(([name]) => !fields.includes(name) && name !== "external_id");
    return {
      line,
      item: {
        external_id: id ?? `${source}:${line}`,
        fields: Object.fromEntries(named.filter(([name]) => fields.includes(name))),
        ...(others.length > 0 ? { metadata: Object.fromEntries(others) } : {}),
      },
    };
  });
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180: quoted cells may hold commas, line ends and doubled quotes. */
export function readCsv(text: string): readonly Row[] {
  const rows: Row[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/gy;
  let [cells, line, from]: [string[], number, number] = [[], 1, 1];
  for (let at = text.startsWith("\ufeff") ? 1 : 0; at < text.length; at = cell.lastIndex) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    // A quote that is never closed: the rest is one cell.
    const [whole, quoted, bare, end] = found ?? [text.slice(at), undefined, text.slice(at), ""];
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    line += whole.split("\n").length - 1;
    if (end !== ",") {
      if (cells.length > 1 || cells[0] !== "") rows.push({ line: from, cells });
      [cells, from] = [[], line];
    }
    if (found === null) break;
  }
  if (cells.length > 0) rows.push({ line: from, cells });
  return rows;
}

function numbered(text: string): readonly { readonly line: number; readonly written: string }[] {
  return text
    .split(/\r?\n/)
    .map((written, index) => ({ line: index + 1, written }))
    .filter(({ written }) => written.trim() !== "");
}
