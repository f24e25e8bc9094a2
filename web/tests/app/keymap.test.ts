import { describe, expect, test } from "vitest";
import { isKeptByBrowsers } from "../../src/app/command/chord";
import { type Command, type Context, canMeet } from "../../src/app/command/command";
import { Keymap, clashOf, readChoices } from "../../src/app/command/keymap";
import { COMMANDS } from "../../src/app/command/table";
import { commandTitles } from "../../src/app/strings/commands";

const named = (id: string): Command => {
  const found = COMMANDS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no command ${id}`);
  return found;
};

describe("the table of commands", () => {
  test("has each command once, and every title is some command's", () => {
    const ids = COMMANDS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(Object.keys(commandTitles).sort());
  });

  test("gives no key to two commands that can be meant at one time", () => {
    expect(clashOf(COMMANDS)).toBeNull();
  });

  test("takes no key that browsers keep", () => {
    expect(COMMANDS.flatMap(({ keys }) => keys.filter(isKeptByBrowsers))).toEqual([]);
  });

  test("shares a key only where one of the two is out of the question", () => {
    expect(canMeet(named("draw.finish"), named("task.submit"))).toBe(false);
    expect(canMeet(named("nudge.up"), named("question.previous"))).toBe(false);
    expect(canMeet(named("view.fit"), named("review.fix"))).toBe(false);
    expect(canMeet(named("task.skip"), named("view.fit"))).toBe(true);
  });
});

describe("a clash", () => {
  const twice = [named("task.skip"), { ...named("view.fit"), keys: ["S"] }];

  test("of a table is found", () => {
    expect(clashOf(twice)?.[2]).toBe("S");
  });

  test("is with the command that has the keys, by whoever's choice", () => {
    expect(new Keymap(COMMANDS, {}).clash("view.fit", "S")?.id).toBe("task.skip");
    expect(new Keymap(COMMANDS, { "task.skip": ["J"] }).clash("view.fit", "S")).toBeNull();
    expect(new Keymap(COMMANDS, { "task.skip": ["J"] }).clash("view.fit", "J")?.id).toBe("task.skip");
  });

  test("is none with itself, with another mode, or with nothing", () => {
    const keymap = new Keymap(COMMANDS, {});
    expect(keymap.clash("task.skip", "S")).toBeNull();
    expect(keymap.clash("task.skip", "A")).toBeNull();
    expect(keymap.clash("nobody", "S")).toBeNull();
  });
});

describe("keys that a person chose", () => {
  test("stand in place of the command's own", () => {
    const keymap = new Keymap(COMMANDS, { "edit.redo": ["Ctrl+R"], "app.keys": [] });
    expect(keymap.keysOf("edit.redo")).toEqual(["Ctrl+R"]);
    expect(keymap.keysOf("app.keys")).toEqual([]);
    expect(keymap.keysOf("edit.undo")).toEqual(["Ctrl+Z"]);
  });

  test("win over keys that a later version gives to another", () => {
    const keymap = new Keymap(COMMANDS, { "task.skip": ["F"] });
    expect(keymap.keysOf("view.fit")).toEqual([]);
    expect(keymap.keysOf("review.fix")).toEqual(["F"]);
  });

  test("are read back as they were stored, without what is unknown or no choice", () => {
    const stored = JSON.stringify({ "task.skip": ["J"], "old.command": ["X"], "view.fit": "F" });
    expect(readChoices(stored, COMMANDS)).toEqual({ "task.skip": ["J"] });
    expect(readChoices(null, COMMANDS)).toEqual({});
    expect(readChoices("no JSON", COMMANDS)).toEqual({});
    expect(readChoices("7", COMMANDS)).toEqual({});
  });
});

test("keys mean the command that can be asked for at the moment", () => {
  const shell = { open: () => undefined, go: () => undefined };
  const at = (mode: Context["mode"]): Context => ({ mode, shell, editor: null, label: null, review: null });
  const keymap = new Keymap(COMMANDS, {});
  expect(keymap.find("F", at("look"))?.id).toBe("review.fix");
  expect(keymap.find("F", at("page"))).toBeNull();
  expect(keymap.find("S", at("label"))?.id).toBe("task.skip");
  expect(keymap.find("1", at("look"))?.id).toBe("review.look_1");
  expect(keymap.find("1", at("label"))).toBeNull(); // nothing is asked
  expect(keymap.find("Ctrl+K", at("page"))?.id).toBe("app.palette");
});
