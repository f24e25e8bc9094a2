/** Every label kind, by name: the one place that lists them. */
import { box } from "./box";
import { choice } from "./choice";
import { ellipse } from "./ellipse";
import { keypoints } from "./keypoints";
import type { Kind } from "./kind";
import { maskKind } from "./mask";
import { pairwise } from "./pairwise";
import { polygon } from "./polygon";
import { polyline } from "./polyline";
import { ranking } from "./ranking";
import { rating } from "./rating";
import { relation } from "./relation";
import { rotatedBoxKind } from "./rotated_box";
import { span } from "./span";
import { text } from "./text";

export const KINDS: ReadonlyMap<string, Kind> = new Map(
  [
    box,
    choice,
    ellipse,
    keypoints,
    maskKind,
    pairwise,
    polygon,
    polyline,
    ranking,
    rating,
    relation,
    rotatedBoxKind,
    span,
    text,
  ].map((kind) => [kind.name, kind]),
);
