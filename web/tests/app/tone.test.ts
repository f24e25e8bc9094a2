import { expect, test } from "vitest";
import { TONES, TONE_STEP, Tone } from "../../src/app/task/tone.svelte";

test("the tone goes by exact steps between its ends, and back", () => {
  const tone = new Tone();
  for (let step = 0; step < 3; step += 1) tone.change("brightness", TONE_STEP);
  expect([tone.brightness, tone.contrast, tone.isChanged]).toEqual([1.3, 1, true]);
  for (let step = 0; step < 50; step += 1) tone.change("brightness", TONE_STEP);
  for (let step = 0; step < 50; step += 1) tone.change("contrast", -TONE_STEP);
  for (let step = 0; step < 50; step += 1) tone.change("opacity", -TONE_STEP);
  expect([tone.brightness, tone.contrast]).toEqual([TONES.brightness.most, TONES.contrast.least]);
  // Shapes are never gone, and never stronger than they are.
  expect(tone.opacity).toBe(0.1);
  for (let step = 0; step < 50; step += 1) tone.change("opacity", TONE_STEP);
  expect(tone.opacity).toBe(1);
  tone.reset();
  expect([tone.brightness, tone.contrast, tone.isChanged]).toEqual([1, 1, false]);
});
