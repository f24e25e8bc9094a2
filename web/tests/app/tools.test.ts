import { expect, test } from "vitest";
import { s } from "../../src/app/strings";
import { readSchema } from "../../src/labels/schema";
import { GOLDEN } from "../labels/golden";

test("where a kind has several tools, each has a name, and no two the same", () => {
  const together = GOLDEN.flatMap(({ cases }) => cases).flatMap(({ ontology }) =>
    [...readSchema(ontology).asked.values()].map(({ objects }) => objects?.tools ?? []),
  );
  for (const tools of together.filter(({ length }) => length > 1)) {
    const titles = tools.map((tool) => s.tools.get(tool));
    expect(titles, String(tools)).not.toContain(undefined);
    expect(new Set(titles).size).toBe(tools.length);
  }
});
