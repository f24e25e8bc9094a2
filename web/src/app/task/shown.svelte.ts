/** Which objects are out of sight and which must not change: for the eye and the hand, never in the label. */
import { SvelteSet } from "svelte/reactivity";
import type { Target } from "../../tools/tool";

const keyOf = ({ question, id }: Target): string => JSON.stringify([question, id]);

export class Shown {
  readonly #hidden = new SvelteSet<string>();
  readonly #locked = new SvelteSet<string>();
  /** Only what is selected is shown; without a selection everything is. */
  solo = $state(false);

  isVisible(target: Target, selected: Target | null): boolean {
    if (this.isHidden(target)) return false;
    return !this.solo || selected === null || keyOf(selected) === keyOf(target);
  }

  isHidden(target: Target): boolean {
    return this.hidesAny && this.#hidden.has(keyOf(target));
  }

  isLocked(target: Target): boolean {
    return this.locksAny && this.#locked.has(keyOf(target));
  }

  get hidesAny(): boolean {
    return this.#hidden.size > 0;
  }

  get locksAny(): boolean {
    return this.#locked.size > 0;
  }

  /** Hides all of them; shows them again where all are hidden. */
  toggleHidden(targets: readonly Target[]): void {
    toggle(this.#hidden, targets.map(keyOf));
  }

  toggleLocked(targets: readonly Target[]): void {
    toggle(this.#locked, targets.map(keyOf));
  }

  showAll(): void {
    this.#hidden.clear();
    this.solo = false;
  }

  unlockAll(): void {
    this.#locked.clear();
  }
}

function toggle(held: SvelteSet<string>, keys: readonly string[]): void {
  const all = keys.every((key) => held.has(key));
  for (const key of keys) {
    if (all) held.delete(key);
    else held.add(key);
  }
}
