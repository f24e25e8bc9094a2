import { describe, expect, test } from "vitest";
import { MOST_DEPTH, MOST_FILES, TooMuch, chosenFiles, droppedFiles } from "../../src/app/project/folder";

type Tree = { readonly [name: string]: Tree | string | Error };

/** What a browser gives for a dropped tree: readers that answer a few entries at a time. */
function entryOf(name: string, held: Tree | string | Error): FileSystemEntry {
  const isFile = typeof held === "string";
  return {
    name,
    isFile,
    isDirectory: !isFile,
    file: (take: (file: File) => void) => {
      take(new File([held as string], name));
    },
    createReader: () => {
      const left = held instanceof Error ? [] : Object.entries(held as Tree);
      return {
        readEntries: (take: (entries: FileSystemEntry[]) => void, fail: (error: Error) => void) => {
          if (held instanceof Error) fail(held);
          else take(left.splice(0, 2).map(([inner, one]) => entryOf(inner, one)));
        },
      };
    },
  } as unknown as FileSystemEntry;
}

const walk = async (name: string, tree: Tree | string): Promise<readonly string[]> =>
  (await droppedFiles([entryOf(name, tree)], () => undefined)).found.map(({ path }) => path);

describe("a dropped folder", () => {
  test("is walked to all its files, in the order of their paths", async () => {
    const tree = {
      "3.txt": "c",
      b: { "2.txt": "b", "1.txt": "a", deep: { "0.txt": "z" } },
      a: {},
      "0.txt": "x",
    };
    expect(await walk("set", tree)).toEqual([
      "set/0.txt",
      "set/3.txt",
      "set/b/1.txt",
      "set/b/2.txt",
      "set/b/deep/0.txt",
    ]);
    expect(await walk("one.txt", "alone")).toEqual(["one.txt"]);
  });

  test("keeps what is hidden out, whatever lies in it", async () => {
    expect(await walk("set", { ".git": { "a.txt": "" }, ".DS_Store": "", "a.txt": "" })).toEqual([
      "set/a.txt",
    ]);
  });

  test("says what cannot be read, and takes the rest", async () => {
    const tree = { locked: new Error("denied"), "a.txt": "" };
    const { found, problems } = await droppedFiles([entryOf("set", tree)], () => undefined);
    expect(found.map(({ path }) => path)).toEqual(["set/a.txt"]);
    expect(problems).toEqual(["set/locked: the browser cannot read it (denied)"]);
  });

  test("is not followed for ever", async () => {
    let tree: Tree = { "a.txt": "" };
    for (let depth = 0; depth <= MOST_DEPTH; depth += 1) tree = { d: tree };
    const { found, problems } = await droppedFiles([entryOf("d", tree)], () => undefined);
    expect(found).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  test("is refused whole where it holds too many files", async () => {
    const tree = Object.fromEntries(Array.from({ length: MOST_FILES + 1 }, (_, n) => [`${n}.txt`, ""]));
    await expect(walk("set", tree)).rejects.toThrow(TooMuch);
  });
});

test("chosen files are named by their path in the folder that was chosen, or by their name", () => {
  const inFolder = Object.assign(new File([""], "1.txt"), {});
  Object.defineProperty(inFolder, "webkitRelativePath", { value: "set/b/1.txt" });
  const { found } = chosenFiles([inFolder, new File([""], "0.txt")]);
  expect(found.map(({ path }) => path)).toEqual(["0.txt", "set/b/1.txt"]);
});
