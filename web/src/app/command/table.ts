/** Every command of the app: the one table that keys, the palette and the page of keys are made from. */
import { REVIEW_COMMANDS } from "../review/commands";
import { EDITOR_COMMANDS, TASK_COMMANDS } from "../task/commands";
import { OBJECT_COMMANDS } from "../task/object_commands";
import { type Command, type Mode, command } from "./command";

const EVERYWHERE: readonly Mode[] = ["label", "look", "fix", "page"];

const APP_COMMANDS: readonly Command[] = [
  command("app.palette", {
    keys: ["Ctrl+K"],
    group: "app",
    modes: EVERYWHERE,
    once: true,
    whileTyping: true,
    run: ({ shell }) => shell.open("palette"),
  }),
  command("app.keys", {
    keys: ["?"],
    group: "app",
    modes: EVERYWHERE,
    once: true,
    run: ({ shell }) => shell.open("keys"),
  }),
  command("app.projects", {
    keys: [],
    group: "app",
    modes: EVERYWHERE,
    run: ({ shell }) => shell.go("/projects"),
  }),
  command("app.all_keys", {
    keys: [],
    group: "app",
    modes: EVERYWHERE,
    run: ({ shell }) => shell.go("/keys"),
  }),
];

export const COMMANDS: readonly Command[] = [
  ...TASK_COMMANDS,
  ...EDITOR_COMMANDS,
  ...OBJECT_COMMANDS,
  ...REVIEW_COMMANDS,
  ...APP_COMMANDS,
];
