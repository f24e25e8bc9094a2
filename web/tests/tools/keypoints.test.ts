import { describe, expect, test } from "vitest";
import { Bench } from "./bench";

const SHIFT = { shift: true, alt: false };
const ALT = { shift: false, alt: true };
const bench = () => new Bench("keypoints", "pose", "cat");
const hintOf = (at: Bench) => at.tool.preview(at.context).hint;
const jointsOf = (at: Bench) => at.drawn[0]?.["keypoints"];

describe("keypoints", () => {
  test("are placed in the order of their names, which the preview tells", () => {
    const pose = bench();
    expect(hintOf(pose)).toBe("head");
    pose.click(10, 20);
    expect([hintOf(pose), pose.tool.state]).toEqual(["back", "drawing"]);
    pose.click(50, 20, SHIFT).pointer("move", 80, 30);
    expect(pose.tool.preview(pose.context).paths[0]?.points).toEqual([
      [10, 20],
      [50, 20],
    ]);
    pose.click(90, 40);
    expect(pose.drawn).toEqual([
      {
        id: "o0",
        class: "cat",
        keypoints: [
          [10, 20, 2],
          [50, 20, 1],
          [90, 40, 2],
        ],
      },
    ]);
    expect(pose.selected).toEqual({ question: "pose", id: "o0" });
  });

  test("that are not there are left out: one by Alt or Delete, the rest by Enter", () => {
    expect(jointsOf(bench().click(5, 5, ALT).click(50, 20).key("Delete"))).toEqual([
      [0, 0, 0],
      [50, 20, 2],
      [0, 0, 0],
    ]);
    expect(jointsOf(bench().click(10, 20).key("Enter"))).toEqual([
      [10, 20, 2],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(bench().click(5, 5, ALT).key("Enter").edits).toBe(0);
  });

  test("are taken back one by one by Backspace, and all by Escape", () => {
    const pose = bench().click(10, 20).click(50, 20).key("Backspace");
    expect(hintOf(pose)).toBe("back");
    expect(pose.key("Backspace").tool.state).toBe("idle");
    expect(bench().click(10, 20).click(50, 20).key("Escape").tool.state).toBe("idle");
  });

  test("are moved by their handles; a double click hides one, and another takes it away", () => {
    const pose = bench().click(10, 20).click(50, 20).key("Enter").use("select").drag(50, 20, 60, 30);
    expect(jointsOf(pose)).toMatchObject([
      [10, 20, 2],
      [60, 30, 2],
      [0, 0, 0],
    ]);
    pose.pointer("double", 60, 30);
    expect(jointsOf(pose)).toMatchObject([
      [10, 20, 2],
      [60, 30, 1],
      [0, 0, 0],
    ]);
    pose.pointer("double", 60, 30).pointer("double", 10, 20).pointer("double", 10, 20);
    expect(jointsOf(pose)).toEqual([
      [10, 20, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});

describe("a skeleton that was left without points", () => {
  const partial = () => {
    const pose = bench().click(10, 20).key("Delete").key("Enter");
    return pose.use("keypoints");
  };

  test("takes them up again, one by one", () => {
    const pose = partial().key("Insert");
    expect([hintOf(pose), pose.tool.state]).toEqual(["back", "adding"]);
    pose.pointer("move", 30, 30);
    expect(pose.tool.preview(pose.context).paths).toEqual([{ points: [[30, 30]], closed: false }]);
    pose.click(40, 20, SHIFT);
    expect([hintOf(pose), jointsOf(pose)]).toEqual([
      "tail",
      [
        [10, 20, 2],
        [40, 20, 1],
        [0, 0, 0],
      ],
    ]);
    pose.click(60, 20);
    expect(pose.tool.state).toBe("idle");
    expect(pose.drawn).toHaveLength(1);
    expect(jointsOf(pose)).toContainEqual([60, 20, 2]);
  });

  test("passes over one by Alt or Delete, and ends by Escape", () => {
    expect(hintOf(partial().key("Insert").key("Delete"))).toBe("tail");
    expect(partial().key("Insert").click(5, 5, ALT).click(7, 7, ALT).tool.state).toBe("idle");
    const ended = partial().key("Insert").key("Escape");
    expect([ended.tool.state, ended.edits]).toEqual(["idle", 1]);
  });

  test("has nothing to take up when it is whole, gone, or not selected", () => {
    const whole = bench().click(1, 1).click(2, 2).click(3, 3);
    expect(whole.key("Insert").tool.state).toBe("idle");
    const none = partial();
    none.selected = null;
    expect(none.key("Insert").tool.state).toBe("idle");
    const gone = partial().key("Insert");
    gone.label = {};
    expect(gone.click(5, 5).tool.state).toBe("idle");
  });
});
