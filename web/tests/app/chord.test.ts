import { describe, expect, test } from "vitest";
import { chordOf, isKeptByBrowsers, toldChord } from "../../src/app/command/chord";
import { press } from "./press";

describe("a chord", () => {
  test("names the character that is typed, and letters without regard to their case", () => {
    expect(chordOf(press("z"))).toBe("Z");
    expect(chordOf(press("Z"))).toBe("Z"); // Caps Lock
    expect(chordOf(press("Z", "shift"))).toBe("Shift+Z");
    expect(chordOf(press("z", "ctrl"))).toBe("Ctrl+Z");
    expect(chordOf(press("Z", "ctrl", "shift"))).toBe("Ctrl+Shift+Z");
    expect(chordOf(press("ж"))).toBe("Ж");
  });

  test("needs no Shift for a sign that says so itself", () => {
    expect(chordOf(press("?", "shift"))).toBe("?");
    expect(chordOf(press("+", "shift"))).toBe("+");
    expect(chordOf(press("ArrowLeft", "shift"))).toBe("Shift+ArrowLeft");
    expect(chordOf(press(" ", "shift"))).toBe("Shift+Space");
  });

  test("takes the Mac's command key as Ctrl, and what AltGr types as typed", () => {
    expect(chordOf(press("k", "meta"))).toBe("Ctrl+K");
    expect(chordOf(press("@", "level"))).toBe("@");
    expect(chordOf(press("b", "alt"))).toBe("Alt+B");
  });

  test("is none before a whole key is pressed", () => {
    for (const key of ["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Process"])
      expect(chordOf(press(key))).toBeNull();
  });

  test("is told in signs", () => {
    expect(toldChord("Shift+ArrowLeft")).toBe("Shift+←");
    expect(toldChord("+")).toBe("+");
    expect(toldChord("Ctrl++")).toBe("Ctrl++");
    expect(toldChord("Delete")).toBe("Del");
  });

  test("that browsers keep is nobody's", () => {
    expect(["Ctrl+W", "Ctrl+Tab", "F5"].every(isKeptByBrowsers)).toBe(true);
    expect(["Ctrl+K", "F2", "A"].some(isKeptByBrowsers)).toBe(false);
  });
});
