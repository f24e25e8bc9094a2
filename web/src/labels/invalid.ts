/** A document that breaks a rule: the same code and pointer as the engine answers with. */
export class Invalid extends Error {
  override readonly name = "Invalid";
  readonly code: string;
  /** RFC 6901, to the first value that is wrong. */
  readonly pointer: string;
  readonly limit: number | null;

  constructor(code: string, detail: string, pointer: string, limit: number | null = null) {
    super(detail);
    this.code = code;
    this.pointer = pointer;
    this.limit = limit;
  }
}

/** One step of a JSON pointer. */
export function pointerToken(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
