import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LabelObject, objectsOf } from "../../src/document/label";
import { boxContains } from "../../src/geometry/box";
import { imagePoint } from "../../src/geometry/coordinate";
import { KINDS } from "../../src/labels/registry";
import { faultOf, readSchema } from "../../src/labels/schema";
import { gridPoint } from "../geometry/arbitrary";
import { GOLDEN, factsOf } from "./golden";

const IMAGE = { width: 100, height: 100 };

/** Every golden object of a kind that lies on an image, with the question it answers. */
const drawn = GOLDEN.flatMap((file) =>
  file.cases.flatMap((golden) => {
    const schema = readSchema(golden.ontology);
    return [...schema.asked].flatMap(([name, asked]) => {
      const shape = asked.objects?.image ?? null;
      if (shape === null) return [];
      const objects = golden.valid.flatMap((label) => objectsOf(label, name));
      return objects.map((object) => ({ kind: file.kind, shape, object, asked, facts: factsOf(golden) }));
    });
  }),
);

test("there are objects of every kind that lies on an image", () => {
  const onImages = [...KINDS.values()].filter((kind) => kind.fieldTypes.includes("image"));
  const covered = drawn.map(({ kind }) => kind);
  expect(covered).toEqual(expect.arrayContaining(onImages.map((kind) => kind.name)));
});

describe.each(drawn)("$kind $object", ({ shape, object, asked, facts }) => {
  const check = (moved: LabelObject) => {
    asked.check([moved], facts, {}, "");
  };

  test("its bounds hold its paths, and its outline is at no distance", () => {
    for (const { points } of shape.paths(object)) {
      for (const point of points) {
        expect(boxContains(shape.bounds(object), point)).toBe(true);
        expect(Math.abs(shape.distance(object, point))).toBeLessThan(1e-9);
      }
    }
  });

  test("a corner that is dragged to where it is changes nothing", () => {
    for (const handle of shape.handles(object).filter(({ role }) => role !== "insert")) {
      const again = shape.drag(object, handle.id, handle.point);
      expect(again && shape.paths(again)).toEqual(shape.paths(object));
    }
  });

  test("wherever it is moved, it stays a right answer", () => {
    const by = fc.integer({ min: -300, max: 300 });
    fc.assert(
      fc.property(by, by, (dx, dy) => {
        const size = [...facts.values()].find((fact) => fact.width) ?? { width: 1e6, height: 1e6 };
        const limits = { width: size.width ?? 1e6, height: size.height ?? 1e6 };
        check(shape.move(object, dx, dy, limits));
      }),
    );
  });
});

describe("a box", () => {
  const schema = readSchema({
    fields: { image: "image" },
    questions: [{ name: "objects", kind: "box", field: "image", classes: ["car"] }],
  });
  const shape = schema.asked.get("objects")?.objects?.image;
  if (shape === undefined || shape === null) throw new Error("boxes lie on images");
  const object = { id: "b", class: "car", box: [10, 20, 30, 40] };

  test("keeps the opposite corner while one is dragged, also across it", () => {
    expect(shape.drag(object, "corner 2", imagePoint(5, 100))).toMatchObject({ box: [5, 20, 5, 80] });
    expect(shape.drag(object, "edge 0", imagePoint(0, 25))).toMatchObject({ box: [10, 25, 30, 35] });
    expect(shape.drag(object, "edge 1", imagePoint(50, 0))).toMatchObject({ box: [10, 20, 40, 40] });
    expect(shape.drag(object, "edge 2", imagePoint(0, 10))).toMatchObject({ box: [10, 10, 30, 10] });
    expect(shape.drag(object, "edge 3", imagePoint(0, 10))).toMatchObject({ box: [0, 20, 40, 40] });
  });

  test("that would have no area is not made", () => {
    expect(shape.drag(object, "corner 2", imagePoint(10, 50))).toBeNull();
  });

  test("is hit by its distance, negative inside", () => {
    expect(shape.distance(object, imagePoint(12, 40))).toBe(-2);
    expect(shape.distance(object, imagePoint(7, 40))).toBe(3);
  });

  test("dragged anywhere in the image stays a right answer", () => {
    fc.assert(
      fc.property(gridPoint, fc.constantFrom(...shape.handles(object)), (to, handle) => {
        const moved = shape.drag(object, handle.id, to);
        const facts = new Map([["image", { type: "image", ...IMAGE }]]);
        if (moved !== null) expect(faultOf(schema, { objects: [moved] }, facts)).toBeNull();
      }),
    );
  });
});

describe("a polygon", () => {
  const schema = readSchema({
    fields: { image: "image" },
    questions: [{ name: "areas", kind: "polygon", field: "image", classes: ["lake"] }],
  });
  const shape = schema.asked.get("areas")?.objects?.image;
  if (shape === undefined || shape === null) throw new Error("polygons lie on images");
  const outer = [
    [0, 0],
    [50, 0],
    [50, 50],
    [0, 50],
  ];
  const hole = [
    [10, 10],
    [10, 20],
    [20, 20],
  ];
  const object = { id: "p", class: "lake", polygon: [outer, hole] };

  test("grows a corner where one is inserted and loses one that is removed", () => {
    const grown = shape.drag(object, "insert 0 0 0", imagePoint(25, 5));
    expect(grown).toMatchObject({ polygon: [[[0, 0], [25, 5], ...outer.slice(1)], hole] });
    expect(grown && shape.removeCorner(grown, "corner 0 0 1")).toEqual(object);
  });

  test("loses a hole with its third corner, and never its outline", () => {
    expect(shape.removeCorner(object, "corner 0 1 0")).toMatchObject({ polygon: [outer] });
    const triangle = { id: "p", class: "lake", polygon: [hole] };
    expect(shape.removeCorner(triangle, "corner 0 0 0")).toBeNull();
  });
});
