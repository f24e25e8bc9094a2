/** A project's settings as a form holds them, and as the engine takes them. */
import type { Project, Schemas } from "../engine";

export interface Settings {
  name: string;
  access: Project["access"];
  least: number;
  most: number;
  /** In percent; null where every item gets exactly the least. */
  targetPercent: number | null;
  goldPercent: number;
  secondLookPercent: number;
  leaseSeconds: number;
  blindReview: boolean;
}

const DECIMALS = 6;
/** Without the dust of binary fractions: 0.29 is 29 %, not 28.999999999999996 %. */
const percentOf = (share: number): number => Number((share * 100).toFixed(DECIMALS));
const shareOf = (percent: number): number => Number((percent / 100).toFixed(DECIMALS + 2));

export function settingsOf(project: Project): Settings {
  const {
    min_labels: least = 1,
    max_labels: most = null,
    target_accuracy: target = null,
    gold_rate: gold = 0,
    second_look_rate: secondLooks = 0,
  } = project.quality;
  return {
    name: project.name,
    access: project.access,
    least,
    most: most ?? least,
    targetPercent: target === null ? null : percentOf(target),
    goldPercent: percentOf(gold),
    secondLookPercent: percentOf(secondLooks),
    leaseSeconds: project.lease_seconds,
    blindReview: project.blind_review,
  };
}

export function changesOf(settings: Settings): Schemas["ProjectChanges"] {
  return {
    name: settings.name,
    access: settings.access,
    quality: {
      min_labels: settings.least,
      max_labels: settings.most,
      target_accuracy: settings.targetPercent === null ? null : shareOf(settings.targetPercent),
      gold_rate: shareOf(settings.goldPercent),
      second_look_rate: shareOf(settings.secondLookPercent),
    },
    lease_seconds: settings.leaseSeconds,
    blind_review: settings.blindReview,
  };
}
