"""Overlap of merged masks with an expert's: one labeler, pixel majority, STAPLE, consensus.

    python bench/masks.py --data DIR

Intersection over union, averaged over items. The consensus (weights, one pixel of
smoothing) was chosen among some thirty variants on these very sets: its gain is optimistic. "STAPLE 2004" has
neither band nor spatial prior.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from data_folder import data_folder
from numpy.typing import NDArray

from assay.quality.mask_consensus import mask_consensus
from assay.quality.staple import staple

Mask = NDArray[np.bool_]
MARGIN = 0.01


def read(path: Path) -> list[tuple[Mask, Mask]]:
    """Masks (W, H, D) and the expert's (H, D) of each item; packed bits with ``shape`` beside them."""
    items: dict[str, dict[str, NDArray[np.generic]]] = {}
    with np.load(path) as arrays:
        for key in arrays:
            item, part = key.split("|")
            items.setdefault(item, {})[part] = arrays[key]
    found = []
    for parts in items.values():
        height, width = (int(side) for side in parts.pop("shape"))
        unpacked = {
            part: np.unpackbits(bits.astype(np.uint8))[: height * width].reshape(height, width).astype(bool)
            for part, bits in parts.items()
        }
        expert = unpacked.pop("gold")
        found.append((np.array([unpacked[part] for part in sorted(unpacked)]), expert))
    return found


def overlap(first: Mask, second: Mask) -> float:
    joined = int((first | second).sum())
    return int((first & second).sum()) / joined if joined else 1.0


def measure(path: Path) -> dict[str, float]:
    scores: dict[str, list[float]] = {}
    for masks, expert in read(path):
        found = {
            "pixel majority": masks.mean(axis=0) > 0.5,
            "STAPLE 2004": staple(masks, smoothing_px=0, band_px=200).mask,
            "STAPLE": staple(masks).mask,
            "consensus": mask_consensus(masks).mask,
        }
        scores.setdefault("one labeler", []).append(float(np.mean([overlap(mask, expert) for mask in masks])))
        for method, mask in found.items():
            scores.setdefault(method, []).append(overlap(mask, expert))
    return {method: float(np.mean(values)) for method, values in scores.items()}


def main() -> None:
    folder = data_folder()
    gains: list[float] = []
    for name in ("bubil_masks_3", "bubil_masks_5", "bubil_masks_6"):
        found = measure(folder / name / "masks.npz")
        if not gains:
            print(f"{'set':16}" + "".join(f"{method:>16}" for method in found) + f"{'gain':>10}")
        gains.append(found["consensus"] - found["pixel majority"])
        scores = "".join(f"{value:16.4f}" for value in found.values())
        print(f"{name:16}{scores}{gains[-1]:+10.4f}")
    reached = sum(gain >= MARGIN for gain in gains)
    print(f"majority + {MARGIN}: reached on {reached} of {len(gains)} sets, mean gain {np.mean(gains):+.4f}")


if __name__ == "__main__":
    main()
