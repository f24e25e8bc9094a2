import { ESLint } from "eslint";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";
import { PACKAGES, ZONES } from "../../zones.js";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = Object.keys(ZONES) as (keyof typeof ZONES)[];

/** A module of each folder for the bad sources to point at: the rule asks the file system. */
function moduleIn(folder: string): string {
  const file = readdirSync(join(ROOT, "src", folder)).find((name) => name.endsWith(".ts"));
  if (file === undefined) throw new Error(`src/${folder} has no module`);
  return `../${folder}/${file.slice(0, -".ts".length)}`;
}

const eslint = new ESLint({
  cwd: ROOT,
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    // The bad sources are on no disk, so that no other check stumbles over them.
    { files: ["**/*.ts"], languageOptions: { parserOptions: { projectService: false } } },
  ],
});

async function refusals(folder: string, source: string): Promise<string[]> {
  const results = await eslint.lintText(source, { filePath: join(ROOT, "src", folder, "bad_source.ts") });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message));
}

const importsFrom = (path: string) =>
  `import { value } from "${path}";\nexport const bad: unknown = value;\n`;

test("every folder has its zone", () => {
  expect(readdirSync(join(ROOT, "src")).sort()).toEqual([...FOLDERS].sort());
});

describe("imports go one way", () => {
  test.each(FOLDERS)("%s imports what it may and nothing else", async (folder) => {
    const allowed: readonly string[] = [folder, ...ZONES[folder]];
    for (const other of FOLDERS) {
      const expected = allowed.includes(other) ? [] : ["import-x/no-restricted-paths"];
      const found = await refusals(folder, importsFrom(moduleIn(other)));
      expect(found, `${folder} imports ${other}`).toEqual(expected);
    }
  });

  test.each(FOLDERS)("%s imports the packages it may and no other", async (folder) => {
    for (const name of ["flatbush", "idb", "polygon-clipping", "svelte", "svelte/store", "vite", "node:fs"]) {
      const allowed = PACKAGES[folder].some((own) => name === own || name.startsWith(`${own}/`));
      const found = await refusals(folder, importsFrom(name));
      expect(found, `${folder} imports ${name}`).toEqual(allowed ? [] : ["no-restricted-imports"]);
    }
  });

  test("a file that is not there is refused, so a mistyped path cannot slip through", async () => {
    expect(await refusals("geometry", importsFrom("../labels/nothing"))).toContain("import-x/no-unresolved");
  });
});
