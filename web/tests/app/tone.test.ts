import { expect, test } from "vitest";
import { LEAST_TONE, MOST_TONE, TONE_STEP, Tone } from "../../src/app/task/tone.svelte";

test("the tone goes by exact steps between its ends, and back", () => {
  const tone = new Tone();
  for (let step = 0; step < 3; step += 1) tone.change("brightness", TONE_STEP);
  expect([tone.brightness, tone.contrast, tone.isChanged]).toEqual([1.3, 1, true]);
  for (let step = 0; step < 50; step += 1) tone.change("brightness", TONE_STEP);
  for (let step = 0; step < 50; step += 1) tone.change("contrast", -TONE_STEP);
  expect([tone.brightness, tone.contrast]).toEqual([MOST_TONE, LEAST_TONE]);
  tone.reset();
  expect([tone.brightness, tone.contrast, tone.isChanged]).toEqual([1, 1, false]);
});
