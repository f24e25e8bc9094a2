/** Labelers as the engine keeps them, and the secrets that let one in. */
import { type Schemas, api } from "../engine";

export type Labeler = Schemas["Labeler"];
export type Kind = Labeler["kind"];

/** A link or key that is shown only once. */
export interface Secret {
  readonly name: string;
  readonly secret: string;
  /** When a link ends; null for a key, which does not. */
  readonly until: string | null;
}

/** All of them, in the order they came. */
export async function everyLabeler(): Promise<readonly Labeler[]> {
  const found: Labeler[] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: string; cursor?: string } = {
      limit: "1000",
      ...(cursor === null ? {} : { cursor }),
    };
    const page = await api.send("get", "/v1/labelers", { query });
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

/** A new link for a person; the one before it ends. */
export async function invite({ id: labeler, name }: Labeler): Promise<Secret> {
  const made = await api.send("post", "/v1/labelers/{labeler}/invitations", { path: { labeler } });
  return { name, secret: made.url, until: made.expires_at };
}
