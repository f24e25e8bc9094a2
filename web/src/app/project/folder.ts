/** Files and folders that were dropped or chosen, walked to their files. Nothing here speaks to a server. */
import { s } from "../strings";

export const MOST_FILES = 10_000;
export const MOST_DEPTH = 32;

/** A file by its path from what was dropped: an item's name, so that two folders may each have a `1.jpg`. */
export interface Found {
  readonly path: string;
  readonly file: File;
}

export interface Walked {
  readonly found: readonly Found[];
  /** What could not be read, in words. */
  readonly problems: readonly string[];
}

/** More than one import takes; nothing was sent. */
export class TooMuch extends Error {}

/** Files that were chosen: of a folder they know their path. */
export function chosenFiles(files: readonly File[]): Walked {
  const found = files
    .map((file) => ({ file, path: file.webkitRelativePath || file.name }))
    .filter(({ path }) => !isHidden(path));
  if (found.length > MOST_FILES) throw new TooMuch(s.folder.tooMany(MOST_FILES));
  return { found: inOrder(found), problems: [] };
}

/**
 * The files of what was dropped, in the order of their paths. Hidden ones (`.git`, `.DS_Store`) are left out, as file
 * managers show them. Throws `TooMuch` beyond `MOST_FILES`.
 */
export async function droppedFiles(
  dropped: readonly FileSystemEntry[],
  told: (found: number) => void,
): Promise<Walked> {
  const found: Found[] = [];
  const problems: string[] = [];
  const waiting = dropped.map((entry) => ({ entry, path: entry.name, depth: 1 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { entry, path, depth } = next;
    if (isHidden(path)) continue;
    try {
      if (isFile(entry)) found.push({ path, file: await fileOf(entry) });
      else if (depth > MOST_DEPTH) problems.push(`${path}: ${s.folder.tooDeep(MOST_DEPTH)}`);
      else
        for (const held of await entriesOf(entry as FileSystemDirectoryEntry))
          waiting.push({ entry: held, path: `${path}/${held.name}`, depth: depth + 1 });
    } catch (error) {
      problems.push(`${path}: ${s.folder.unreadable} (${error instanceof Error ? error.message : ""})`);
    }
    if (found.length > MOST_FILES) throw new TooMuch(s.folder.tooMany(MOST_FILES));
    told(found.length);
  }
  return { found: inOrder(found), problems: problems.sort() };
}

/** What was dropped or chosen by its own name was meant. */
const isHidden = (path: string): boolean =>
  path
    .split("/")
    .slice(1)
    .some((name) => name.startsWith(".") || name === "__MACOSX" || name === "Thumbs.db");

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

const inOrder = (found: readonly Found[]): readonly Found[] =>
  found.toSorted((a, b) => (a.path < b.path ? -1 : 1));

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

/** A reader gives some at a time (a hundred, in Chromium), and none at its end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const held: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return held;
    held.push(...some);
  }
}
