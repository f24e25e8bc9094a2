import type { Neighbours, TurnMessage } from "../document/turn";

const CHANNEL = "assay-turns";

/** The other pages of this browser, by its locks and a broadcast channel. */
export class BrowserNeighbours implements Neighbours {
  readonly #channel = new BroadcastChannel(CHANNEL);

  async hold(name: string, signal: AbortSignal, run: () => Promise<void>): Promise<void> {
    // The browser gives the lock back when this page ends, however it ends.
    await navigator.locks.request(name, { signal }, run);
  }

  post(message: TurnMessage): void {
    this.#channel.postMessage(message);
  }

  listen(listener: (message: TurnMessage) => void): () => void {
    const receive = (event: MessageEvent<TurnMessage>): void => {
      listener(event.data);
    };
    this.#channel.addEventListener("message", receive);
    return () => {
      this.#channel.removeEventListener("message", receive);
    };
  }
}
