import fc from "fast-check";
import { expect, test } from "vitest";
import { mediaAddress, thumbnailAddress } from "../../src/app/engine";
import {
  ALL,
  STATES,
  beginningOf,
  fromView,
  percentOf,
  pictureFieldOf,
  queryOf,
  readFilters,
  shareOf,
  toView,
  writeFilters,
} from "../../src/app/item/filters";

const SHOWN = { project: "p", item: "i" };
const SHA256 = "ab".repeat(32);

test("what is chosen goes into the address and comes back as it was", () => {
  const filters = fc.record({
    state: fc.constantFrom("", ...STATES),
    gold: fc.constantFrom("" as const, "true" as const, "false" as const),
    external_id: fc.string({ unit: "grapheme" }),
    text: fc.string({ unit: "grapheme" }),
    min_confidence: fc.constantFrom("", "0", "0.5", "0.1234", "1"),
    max_confidence: fc.constantFrom("", "0", "0.95", "1"),
    asked: fc.option(fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })), { nil: ["", ""] }),
  });
  fc.assert(
    fc.property(filters, ({ asked: [question = "", answer = ""], ...others }) => {
      const chosen = { ...others, question, answer };
      expect(readFilters(writeFilters(chosen))).toEqual(chosen);
      expect(fromView(toView(chosen))).toEqual(chosen);
    }),
  );
  expect(writeFilters(ALL)).toBe("");
});

test("an address that no page wrote wants all", () => {
  expect(readFilters("#state=<script>&gold=perhaps&token=x&order=evil")).toEqual(ALL);
  expect(readFilters("#question=topic&min_confidence=2&max_confidence=1e-1")).toEqual(ALL);
  expect(queryOf({ ...ALL, state: "open" })).toEqual({ state: "open" });
});

test("a view is kept as the engine types it", () => {
  const chosen = { ...ALL, gold: "false", max_confidence: "0.8", text: "x" } as const;
  expect(toView(chosen)).toEqual({ gold: false, max_confidence: 0.8, text: "x" });
  expect(toView(ALL)).toEqual({});
});

test("a chance is written as a share of a hundred", () => {
  expect([percentOf(""), percentOf("0.291"), percentOf("1")]).toEqual([null, 29.1, 100]);
  expect([shareOf(NaN), shareOf(29.1), shareOf(100)]).toEqual(["", "0.291", "1"]);
});

test("texts are shown by their beginning, and never cut within a character", () => {
  expect(beginningOf({ image: { url: "x" } })).toBeNull();
  expect(beginningOf({ a: "Ann", image: {}, b: "ran" })).toBe("Ann · ran");
  const long = beginningOf({ a: "𝄞".repeat(500) }) ?? "";
  expect(long.endsWith("…")).toBe(true);
  expect(long.slice(0, -1).replaceAll("𝄞", "")).toBe("");
});

test("a picture is the first field of its type", () => {
  expect(
    pictureFieldOf({ note: "x", scan: {}, image: {} }, { note: "text", image: "image", scan: "image" }),
  ).toBe("scan");
  expect(pictureFieldOf({ note: "x" }, { note: "text", image: "image" })).toBeNull();
});

test("an uploaded file is asked for by its hash, any other by its item", () => {
  expect(mediaAddress({ url: `asset:sha256:${SHA256}` }, "image", SHOWN)).toBe(`/v1/assets/${SHA256}`);
  expect(mediaAddress({ url: "mount:a/b.png" }, "my image/1", SHOWN)).toBe(
    "/v1/projects/p/items/i/media/my%20image%2F1",
  );
  expect(mediaAddress("asset:sha256:", "note", SHOWN)).toBeNull();
  expect(mediaAddress({ rows: 1 }, "row", SHOWN)).toBeNull();
  expect(thumbnailAddress({ url: `asset:sha256:${SHA256}` }, "image", SHOWN, 96)).toBe(
    `/v1/assets/${SHA256}/thumbnail?size=96`,
  );
  expect(thumbnailAddress({ url: "s3://a/b" }, "image", SHOWN, 96)).toBe(
    "/v1/projects/p/items/i/media/image",
  );
});
