/** Which key means which command: the commands' own keys, and in their place those that a person chose. */
import { type Command, type Context, canMeet, isAvailable } from "./command";

/** The keys that a person chose, by command; an empty list takes the keys away. */
export type Choices = Readonly<Record<string, readonly string[]>>;

export class Keymap {
  readonly #commands: readonly Command[];
  readonly #keys: ReadonlyMap<string, readonly string[]>;
  readonly #byChord = new Map<string, Command[]>();

  /** What a person chose wins over keys that a later version gave to another command. */
  constructor(commands: readonly Command[], choices: Choices) {
    this.#commands = commands;
    const chosen = commands.filter(({ id }) => Object.hasOwn(choices, id));
    const keys = new Map(chosen.map((one) => [one.id, choices[one.id] ?? []]));
    for (const one of commands.filter(({ id }) => !Object.hasOwn(choices, id))) {
      const takenBy = (chord: string): boolean =>
        chosen.some((other) => canMeet(one, other) && keys.get(other.id)?.includes(chord));
      keys.set(
        one.id,
        one.keys.filter((chord) => !takenBy(chord)),
      );
    }
    this.#keys = keys;
    for (const one of commands)
      for (const chord of this.keysOf(one.id))
        this.#byChord.set(chord, [...(this.#byChord.get(chord) ?? []), one]);
  }

  keysOf(id: string): readonly string[] {
    return this.#keys.get(id) ?? [];
  }

  /** The command that the keys mean at the moment; null where they mean none. */
  find(chord: string, context: Context): Command | null {
    return this.#byChord.get(chord)?.find((one) => isAvailable(one, context)) ?? null;
  }

  /** Another command that has the keys already where this one can be meant; null where they are free. */
  clash(id: string, chord: string): Command | null {
    const wanted = this.#commands.find((one) => one.id === id);
    if (wanted === undefined) return null;
    return this.#byChord.get(chord)?.find((one) => one !== wanted && canMeet(one, wanted)) ?? null;
  }
}

/** The first two commands whose own keys clash; null for a table that is sound. */
export function clashOf(commands: readonly Command[]): readonly [Command, Command, string] | null {
  for (const [index, one] of commands.entries())
    for (const other of commands.slice(index + 1)) {
      const chord = canMeet(one, other) ? one.keys.find((key) => other.keys.includes(key)) : undefined;
      if (chord !== undefined) return [one, other, chord];
    }
  return null;
}

/** Choices as they were stored; what another version wrote and this one does not know is left out. */
export function readChoices(stored: string | null, commands: readonly Command[]): Choices {
  if (stored === null) return {};
  let read: unknown;
  try {
    read = JSON.parse(stored);
  } catch {
    // Not ours: the commands keep their own keys, and the next choice writes over it.
    return {};
  }
  if (typeof read !== "object" || read === null) return {};
  const known = Object.entries(read).filter(
    (entry): entry is [string, string[]] =>
      commands.some(({ id }) => id === entry[0]) &&
      Array.isArray(entry[1]) &&
      entry[1].every((chord) => typeof chord === "string"),
  );
  return Object.fromEntries(known);
}
