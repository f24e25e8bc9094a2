/** The browser's clock, dice and network, made once where the app is put together. */
import { makeIdentifiers } from "../document/identifier";
import type { Surroundings } from "../document/server";
import type { ApiSurroundings } from "./api";

export const browserSurroundings: Surroundings = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
};

export const newIdentifier = makeIdentifiers(
  () => Date.now(),
  (length) => crypto.getRandomValues(new Uint8Array(length)),
);

export const browserApi: ApiSurroundings = {
  fetch: (url, init) => fetch(url, init),
  newKey: newIdentifier,
  after: browserSurroundings.after,
  pause: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
};
