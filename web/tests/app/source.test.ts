import { describe, expect, test } from "vitest";
import { linesOfJson, linesOfTable, linesOfText, readCsv } from "../../src/app/project/source";

describe("texts", () => {
  test("each line that says something is an item, named by its place", () => {
    expect(linesOfText("one\r\n\n  two \n", "notes.txt", "text")).toEqual([
      { line: 1, item: { external_id: "notes.txt:1", fields: { text: "one" } } },
      { line: 3, item: { external_id: "notes.txt:3", fields: { text: "two" } } },
    ]);
  });

  test("a line that is no JSON object is told with its number, and the others stay", () => {
    const lines = linesOfJson('{"external_id": "a"}\n[1]\n{"broken\n');
    expect(lines.map((one) => ["item" in one, one.line])).toEqual([
      [true, 1],
      [false, 2],
      [false, 3],
    ]);
  });
});

describe("tables", () => {
  test("cells in quotes hold commas, quotes and line ends; rows know their first line", () => {
    expect(readCsv('\ufeffa,b\r\n"x, ""y""\nz",1\r\n2,\r\n')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ['x, "y"\nz', "1"] },
      { line: 4, cells: ["2", ""] },
    ]);
  });

  test("columns that are no field become metadata", () => {
    expect(linesOfTable("external_id,text,source\nn-1,Hello,web\n", "t.csv", ["text"])).toEqual([
      { line: 2, item: { external_id: "n-1", fields: { text: "Hello" }, metadata: { source: "web" } } },
    ]);
  });

  test("a header without any of the fields is one problem, not a thousand", () => {
    expect(linesOfTable("a,b\n1,2\n3,4\n", "t.csv", ["text"])).toHaveLength(1);
  });
});
