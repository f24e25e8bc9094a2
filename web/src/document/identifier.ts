/** So many random bytes; `crypto.getRandomValues` in a browser. */
export type RandomBytes = (length: number) => Uint8Array;

const NOISE_BITS = 74n;
const LOW_BITS = 62n;

/** A maker of UUIDv7 strings (RFC 9562), which sort by when they were made. */
export function makeIdentifiers(nowMs: () => number, randomBytes: RandomBytes): () => string {
  let last = 0n;
  return () => {
    const noise = randomBytes(10).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    const made = (BigInt(nowMs()) << NOISE_BITS) | (noise & lowest(NOISE_BITS));
    // Within a millisecond, and when the clock is set back, order is kept by counting on.
    last = made > last ? made : last + 1n;
    return written(last);
  };
}

/** Version (7) and variant (0b10) between the time, the high and the low random bits. */
function written(value: bigint): string {
  const high = (value >> LOW_BITS) & lowest(NOISE_BITS - LOW_BITS);
  const uuid =
    ((value >> NOISE_BITS) << 80n) |
    (0x7n << 76n) |
    (high << 64n) |
    (0b10n << LOW_BITS) |
    (value & lowest(LOW_BITS));
  return uuid
    .toString(16)
    .padStart(32, "0")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const lowest = (bits: bigint): bigint => (1n << bits) - 1n;
