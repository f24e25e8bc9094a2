/** What the page of health says: what is promised, what waits, and what to do. */
const ago = (seconds: number): string => {
  if (seconds < 1) return "under a second";
  if (seconds < 120) return `${Math.round(seconds).toString()} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60).toString()} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600).toString()} h`;
  return `${Math.round(seconds / 86_400).toString()} days`;
};

export const health = {
  title: "Health",
  lead: "How this installation is, as its own database tells it. Looked at again every ten seconds.",
  asOf: (at: string, version: string) => `As of ${at}, Assay ${version}`,
  stale: "The last look failed; this is how it was before.",
  well: "Nothing needs looking after.",
  warnings: "What needs looking after",
  promise: "What an accepted label survives",
  levels: {
    none: "Nothing for certain: a power cut may take it.",
    crash: "A crash of any process, of the database and of the machine.",
    server: "Also the loss of the database’s server: a standby has it first.",
  },
  database: "Database",
  embedded: (version: string) => `PostgreSQL ${version}, Assay’s own`,
  external: (version: string) => `PostgreSQL ${version}, a server of your own`,
  archive: "Archived log",
  archived: (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MB behind`,
  archiveFails: "the last attempt failed",
  noArchive: "none",
  backup: "Last backup",
  restore: "Last backup tried by a restore",
  restored: "This database was restored from",
  never: "never",
  audit: "Your audit",
  sealed: (sealed: number, waiting: number) =>
    `${sealed.toLocaleString("en")} rows sealed, ${waiting.toLocaleString("en")} wait`,
  queues: "What waits",
  queue: "Queue",
  number: "How many",
  age: "For how long",
  seconds: ago,
  rows: {
    leases: "Leases that are held, and the oldest that expired",
    merges: "Answers to be merged",
    jobs: "Jobs",
    deliveries: "Deliveries to webhooks",
    dead: "Deliveries that were given up",
    audit: "Audit rows without a seal",
    feed: "Events that an open transaction holds back",
    waiting: "Requests that wait for the database",
    refused: "Requests refused since the start",
  },
};
