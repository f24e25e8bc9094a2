/** The ontologies that leases were given with: a version never changes, so each is read once. */
import { ProblemError, UnreachableError } from "../../client/problem";
import type { Json } from "../../document/label";
import { type Project, api } from "../engine";

export class Ontologies {
  readonly #project: string;
  readonly #versions: Record<number, Promise<Json> | undefined> = {};

  /** The newest version that this page has heard of. */
  #newest = $state(0);

  constructor(project: string) {
    this.#project = project;
  }

  /** What was just read with the project needs no request of its own. */
  learn({ ontology, ontology_version: version }: Project): void {
    this.#versions[version] = Promise.resolve(ontology as Json);
    this.#newest = Math.max(this.#newest, version);
  }

  /** Whether the project asks other questions by now than a task was given with. */
  isOlder({ version = this.#newest }: { readonly version?: number }): boolean {
    return version < this.#newest;
  }

  /** Looks whether there is a newer one; a server that does not answer is told of elsewhere. */
  async look(): Promise<void> {
    try {
      this.learn(
        await api.send("get", "/v1/projects/{project}", { path: { project: this.#project }, attempts: 1 }),
      );
    } catch (error) {
      if (!(error instanceof ProblemError || error instanceof UnreachableError)) throw error;
    }
  }

  /** Rejects with `ProblemError` or `UnreachableError`, and is then asked for again. */
  read(version: number): Promise<Json> {
    this.#newest = Math.max(this.#newest, version);
    const known = this.#versions[version];
    if (known !== undefined) return known;
    const asked = this.#ask(version);
    this.#versions[version] = asked;
    asked.catch(() => (this.#versions[version] = undefined));
    return asked;
  }

  async #ask(version: number): Promise<Json> {
    const request = { path: { project: this.#project }, query: { version: String(version) } };
    const { ontology } = await api.send("get", "/v1/projects/{project}/ontology", request);
    return ontology as Json;
  }
}
