/** Who is signed in. The session itself is a cookie that scripts cannot read. */
import { BRIEF_MS } from "../client/patience";
import { ProblemError } from "../client/problem";
import { type Failure, type Schemas, api, failureOf } from "./engine";
import { forgetMedia } from "./offline";
import { s } from "./strings";

export type Myself = Schemas["Myself"];
type State = "starting" | "signed_out" | "signed_in" | "unreachable";

export type Role = Myself["role"];
/** Each role may do what those before it may. */
export const ROLES: readonly Role[] = ["labeler", "reviewer", "manager", "admin"];

/** Whether a role may do what another may. */
export const covers = (role: Role, other: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(other);

/** Who was signed in last on this computer, so that a page can be loaded again without a network. No secret. */
const REMEMBERED = "assay-me";

class Session {
  me = $state.raw<Myself | null>(null);
  state = $state<State>("starting");
  failure = $state.raw<Failure | null>(null);
  readonly reviews = $derived(covers(this.me?.role ?? "labeler", "reviewer"));
  readonly manages = $derived(covers(this.me?.role ?? "labeler", "manager"));

  /** Uses the one-time link that the page was opened with, or the session there is. */
  async start(): Promise<void> {
    const token = takeToken();
    const known = token === null ? remembered() : null;
    this.failure = null;
    this.state = "starting";
    try {
      this.#enter(
        token === null
          ? // Whoever is known goes on at once; the pages ask again by themselves.
            await api.send("get", "/v1/me", known === null ? {} : { attempts: 1, limitMs: BRIEF_MS })
          : await api.send("post", "/v1/login", { body: { token } }),
      );
    } catch (error) {
      const out = error instanceof ProblemError && error.problem.status < 500;
      if (known !== null && !out) {
        this.#enter(known);
        return;
      }
      this.state = out ? "signed_out" : "unreachable";
      if (token !== null && out) this.failure = { message: s.signIn.linkUsed, remedy: null, request: null };
      else if (!out) this.failure = failureOf(error);
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    this.failure = null;
    try {
      this.#enter(await api.send("post", "/v1/login", { body: { email, password } }));
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  async signOut(): Promise<void> {
    try {
      await api.send("post", "/v1/logout", {});
    } catch (error) {
      if (!(error instanceof ProblemError && error.signedOut)) {
        this.failure = failureOf(error);
        return;
      }
    }
    localStorage.removeItem(REMEMBERED);
    forgetMedia();
    this.me = null;
    this.state = "signed_out";
  }

  /** Chooses a password; the engine ends every other session and begins this one anew. */
  async choosePassword(body: Schemas["NewPassword"]): Promise<void> {
    // Asked once: a repeat would name a password that is no longer the current one.
    this.#enter(await api.send("put", "/v1/me/password", { body, attempts: 1 }));
  }

  /** A request met the session's end. The page stays as it is below the sign-in form. */
  ended(): void {
    this.failure = { message: s.signIn.ended, remedy: null, request: null };
    this.state = "signed_out";
  }

  #enter(me: Myself): void {
    localStorage.setItem(REMEMBERED, JSON.stringify(me));
    this.me = me;
    this.state = "signed_in";
  }
}

function remembered(): Myself | null {
  const written = localStorage.getItem(REMEMBERED);
  return written === null ? null : (JSON.parse(written) as Myself);
}

/** The link's token, taken out of the address so that neither history nor a copied link keeps it. */
function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) history.replaceState(null, "", location.pathname);
  return token;
}

export const session = new Session();
