import type { ImagePoint } from "./coordinate";

/** Shewchuk 1997: below this share of the terms the rounded determinant's sign cannot be trusted. */
const ERROR_BOUND = 3.3306690738754716e-16;

/** Which side of the line a→b the point c is on: 1, 0 (exactly on it) or -1. Exact for every double. */
export function orientation(a: ImagePoint, b: ImagePoint, c: ImagePoint): -1 | 0 | 1 {
  const left = (a[0] - c[0]) * (b[1] - c[1]);
  const right = (a[1] - c[1]) * (b[0] - c[0]);
  const rounded = left - right;
  if (Math.abs(rounded) > ERROR_BOUND * (Math.abs(left) + Math.abs(right))) return rounded > 0 ? 1 : -1;
  return exactOrientation(a, b, c);
}

/** The same in whole numbers: all six coordinates are multiples of one power of two. */
function exactOrientation(a: ImagePoint, b: ImagePoint, c: ImagePoint): -1 | 0 | 1 {
  const parts = [...a, ...b, ...c].map(mantissaAndExponent);
  const least = Math.min(...parts.map(([, exponent]) => exponent));
  const [ax = 0n, ay = 0n, bx = 0n, by = 0n, cx = 0n, cy = 0n] = parts.map(
    ([mantissa, exponent]) => mantissa << BigInt(exponent - least),
  );
  const exact = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx);
  return exact === 0n ? 0 : exact > 0n ? 1 : -1;
}

const bits = new DataView(new ArrayBuffer(8));

/** A double as `mantissa * 2 ** exponent`. */
function mantissaAndExponent(value: number): readonly [bigint, number] {
  if (value === 0) return [0n, 0];
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  return [value < 0 ? -mantissa : mantissa, Math.max(biased, 1) - 1075];
}
