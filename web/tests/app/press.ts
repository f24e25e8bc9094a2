import type { KeyPress } from "../../src/app/command/chord";

/** Keys as a browser tells of them: `press("Z", "ctrl", "shift")`. */
export function press(
  key: string,
  ...held: readonly ("ctrl" | "shift" | "alt" | "meta" | "level")[]
): KeyPress {
  return {
    key,
    ctrlKey: held.includes("ctrl") || held.includes("level"),
    altKey: held.includes("alt") || held.includes("level"),
    shiftKey: held.includes("shift"),
    metaKey: held.includes("meta"),
    getModifierState: (name) => name === "AltGraph" && held.includes("level"),
  };
}
