/** The ontologies that leases were given with: a version never changes, so each is read once. */
import type { Json } from "../../document/label";
import { type Project, api } from "../engine";

export class Ontologies {
  readonly #project: string;
  readonly #versions = new Map<number, Promise<Json>>();

  constructor(project: string) {
    this.#project = project;
  }

  /** What was just read with the project needs no request of its own. */
  learn({ ontology, ontology_version: version }: Project): void {
    this.#versions.set(version, Promise.resolve(ontology as Json));
  }

  /** Rejects with `ProblemError` or `UnreachableError`, and is then asked for again. */
  read(version: number): Promise<Json> {
    const known = this.#versions.get(version);
    if (known !== undefined) return known;
    const asked = this.#ask(version);
    this.#versions.set(version, asked);
    asked.catch(() => this.#versions.delete(version));
    return asked;
  }

  async #ask(version: number): Promise<Json> {
    const request = { path: { project: this.#project }, query: { version: String(version) } };
    const { ontology } = await api.send("get", "/v1/projects/{project}/ontology", request);
    return ontology as Json;
  }
}
