import { describe, expect, test } from "vitest";
import { Watch, bytesOf } from "../../src/client/patience";

/** A clock that is turned by hand. */
class Clock {
  #now = 0;
  readonly #alarms = new Map<number, () => void>();

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const at = this.#now + delayMs;
    this.#alarms.set(at, run);
    return () => this.#alarms.delete(at);
  };

  turn(byMs: number): void {
    this.#now += byMs;
    for (const [at, run] of [...this.#alarms]) if (at <= this.#now && this.#alarms.delete(at)) run();
  }
}

describe("a watch", () => {
  test("calls off what is still for too long, and not what moves", () => {
    const clock = new Clock();
    const watch = new Watch(clock.after, 10);
    for (let step = 0; step < 5; step += 1) {
      clock.turn(9);
      watch.heard();
    }
    expect(watch.signal.aborted).toBe(false);
    clock.turn(10);
    expect([watch.signal.aborted, watch.silent]).toEqual([true, true]);
  });

  test("tells who called it off from silence, and ends with its request", () => {
    const [clock, asked] = [new Clock(), new AbortController()];
    const watch = new Watch(clock.after, 10, asked.signal);
    asked.abort();
    expect([watch.signal.aborted, watch.silent]).toEqual([true, false]);
    watch.end();
    clock.turn(20);
    expect(watch.silent).toBe(false);
  });

  test("waits for a body as long as something of it comes", async () => {
    const clock = new Clock();
    const watch = new Watch(clock.after, 10);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(stream) {
        clock.turn(9);
        if (sent === 4) stream.close();
        else stream.enqueue(new Uint8Array([(sent += 1)]));
      },
    });
    const response = new Response(body, { headers: { "content-type": "image/png" } });
    const blob = await bytesOf(response, watch);
    expect(blob.type).toBe("image/png");
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2, 3, 4]);
    expect(watch.silent).toBe(false);
  });
});
