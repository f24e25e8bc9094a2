/** How bright pictures are shown and with how much contrast: from task to task, until it is put back. */
export const TONE_STEP = 0.1;
export const LEAST_TONE = 0.2;
export const MOST_TONE = 3;

export class Tone {
  brightness = $state(1);
  contrast = $state(1);

  get isChanged(): boolean {
    return this.brightness !== 1 || this.contrast !== 1;
  }

  change(part: "brightness" | "contrast", by: number): void {
    // Steps of a tenth, written as such: sums of 0.1 are not.
    const wanted = Math.round((this[part] + by) / TONE_STEP) * TONE_STEP;
    this[part] = Math.min(Math.max(Number(wanted.toFixed(1)), LEAST_TONE), MOST_TONE);
  }

  reset(): void {
    [this.brightness, this.contrast] = [1, 1];
  }
}

export const tone = new Tone();
