import fc from "fast-check";
import { expect, test } from "vitest";
import type { Project } from "../../src/app/engine";
import { changesOf, settingsOf } from "../../src/app/project/settings";

const project = (target: number | null, gold: number): Project => ({
  id: "01980000-0000-7000-8000-000000000000",
  project: "01980000-0000-7000-8000-000000000000",
  name: "Tone",
  access: "members",
  quality: { min_labels: 2, max_labels: 5, target_accuracy: target, gold_rate: gold, second_look_rate: gold },
  lease_seconds: 600,
  blind_review: true,
  ontology_version: 1,
  ontology: {},
  dataset: "01980000-0000-7000-8000-000000000000",
  created_at: "2026-01-01T00:00:00Z",
});

test("what is not touched is sent back as it was, in percent without the dust of fractions", () => {
  expect(settingsOf(project(0.995, 0.29))).toMatchObject({ targetPercent: 99.5, goldPercent: 29 });
  expect(settingsOf(project(null, 0)).targetPercent).toBeNull();
  const share = fc.integer({ min: 0, max: 500_000 }).map((millionths) => millionths / 1e6);
  fc.assert(
    fc.property(share, (gold) => {
      const { quality } = changesOf(settingsOf(project(0.5 + gold / 2, gold)));
      expect(quality).toEqual({
        min_labels: 2,
        max_labels: 5,
        target_accuracy: Number((0.5 + gold / 2).toFixed(8)),
        gold_rate: gold,
        second_look_rate: gold,
      });
    }),
  );
});
