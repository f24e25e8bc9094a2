/** Stands between browser and engine, and can take what comes without ever answering it. */
import { type Server, type Socket, connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";

export class Holdup {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #held = false;
  url = "";

  constructor(engine: string) {
    const { hostname, port } = new URL(engine);
    this.#server = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(from);
        from.on("data", (bytes) => {
          if (!this.#held) to.write(bytes);
        });
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#open.delete(from);
          to.destroy();
        });
      }
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on everything is accepted, and nothing is answered. */
  hold(): void {
    this.#held = true;
  }

  /** What was swallowed is gone; what comes from now on is passed on. */
  release(): void {
    this.#held = false;
    for (const socket of this.#open) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
