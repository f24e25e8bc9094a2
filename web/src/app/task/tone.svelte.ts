/**
 * How bright pictures are shown, with how much contrast, and how strongly the shapes on them: from task to task,
 * until it is put back.
 */
export const TONE_STEP = 0.1;
/** The ends of each; shapes are never gone, for there is a key to hide them. */
export const TONES = {
  brightness: { least: 0.2, most: 3 },
  contrast: { least: 0.2, most: 3 },
  opacity: { least: 0.1, most: 1 },
} as const;
export type TonePart = keyof typeof TONES;

export class Tone {
  brightness = $state(1);
  contrast = $state(1);
  opacity = $state(1);

  get isChanged(): boolean {
    return this.brightness !== 1 || this.contrast !== 1 || this.opacity !== 1;
  }

  change(part: TonePart, by: number): void {
    // Steps of a tenth, written as such: sums of 0.1 are not.
    const wanted = Math.round((this[part] + by) / TONE_STEP) * TONE_STEP;
    const { least, most } = TONES[part];
    this[part] = Math.min(Math.max(Number(wanted.toFixed(1)), least), most);
  }

  reset(): void {
    [this.brightness, this.contrast, this.opacity] = [1, 1, 1];
  }
}

export const tone = new Tone();
