/**
 * Who may import whom: geometry <- document <- labels <- tools <- app; media and client beside:
 * media knows geometry, worker (a script of its own, beside the pages) nobody, and client fulfils the interfaces that document declares.
 * A folder that is missing from this table may import nothing but itself.
 */
export const ZONES = {
  geometry: [],
  document: ["geometry"],
  labels: ["geometry", "document"],
  tools: ["geometry", "document", "labels"],
  media: ["geometry"],
  client: ["document"],
  worker: [],
  app: ["geometry", "document", "labels", "tools", "media", "client"],
};

/** The folders that run without a browser. */
export const PURE = ["geometry", "document", "labels", "tools"];

/** The packages that a folder may import; every other package is refused. */
export const PACKAGES = {
  geometry: ["polygon-clipping"],
  document: [],
  labels: [],
  tools: [],
  media: ["flatbush"],
  client: ["idb"],
  worker: [],
  app: ["svelte", "d3-scale", "d3-shape"],
};
