/** Tells listeners of a change. The pages turn it into their framework's reactive state. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Answers the function that ends the subscription. */
  subscribe(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
