import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Line, readMarkdown } from "../../src/app/guide/markdown";
import { PAYLOADS } from "../browser/payloads";

const said = (line: Line): string => line.map(({ text }) => text).join("");

describe("a guide", () => {
  test("is headings, lists and paragraphs with strong, emphasis and code", () => {
    expect(
      readMarkdown("# Boxes\n\nDraw **tight**,\n*never* `loose`.\n\n- a\n- b\n1. one\n2) two\nend"),
    ).toEqual([
      { type: "heading", line: [{ style: "plain", text: "Boxes" }] },
      {
        type: "paragraph",
        line: [
          { style: "plain", text: "Draw " },
          { style: "strong", text: "tight" },
          { style: "plain", text: ",\n" },
          { style: "emphasis", text: "never" },
          { style: "plain", text: " " },
          { style: "code", text: "loose" },
          { style: "plain", text: "." },
        ],
      },
      {
        type: "list",
        ordered: false,
        items: [[{ style: "plain", text: "a" }], [{ style: "plain", text: "b" }]],
      },
      {
        type: "list",
        ordered: true,
        items: [[{ style: "plain", text: "one" }], [{ style: "plain", text: "two" }]],
      },
      { type: "paragraph", line: [{ style: "plain", text: "end" }] },
    ]);
    expect(readMarkdown("")).toEqual([]);
  });

  test("takes links, pictures and HTML for text", () => {
    for (const payload of PAYLOADS) {
      const [block, ...others] = readMarkdown(payload);
      expect(others).toEqual([]);
      expect(block?.type === "paragraph" ? said(block.line) : null).toBe(payload.trim());
    }
  });

  test("loses no letter, whatever is written", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 20 }),
        fc.array(fc.constantFrom(" ", "\n", "\n\n", "* ", "\n- ", "**", "`", "\n# ", "\n1. ")),
        (words, marks) => {
          const source = words
            .map((word, index) => word + (marks[index % Math.max(marks.length, 1)] ?? " "))
            .join("");
          const blocks = readMarkdown(source);
          const told = blocks.flatMap((block) =>
            block.type === "list" ? block.items.map(said) : [said(block.line)],
          );
          const letters = (text: string): string => text.replace(/[^a-z]/g, "");
          expect(letters(told.join(""))).toBe(letters(source));
        },
      ),
    );
  });
});
