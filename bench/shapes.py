"""Cuboids and tracks of simulated labelers merged, against the real labels that they jitter.

    python bench/shapes.py --data DIR [--repeats 30]

DIR holds ``noncommercial/kitti_000008`` (six cars; read here, never copied) and ``video/mice`` (two
animals, boxes in every frame). Five labelers with noise between 2 and 6 % of an object's size, each with a
bias of half of it; one drawing in ten slips by four times as much. One cuboid in ten is drawn back to
front. Tracks drift: errors are correlated from frame to frame (0.9), and each labeler misses a twentieth of
the frames. Errors are means: of a cuboid's centre and sides in metres, of its axis in degrees, and how many
are back to front; of a box's edges in pixels, and 1 - IoU with a missed frame counted 0. "best labeler" is
the one with the least first error, known only by looking at the truth. "learned" weighs labelers by the
noise that ``place`` finds from all the drawings, without truth.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.geometry.box import box_iou
from assay.quality.angles import wrapped
from assay.quality.cuboids import cuboid_centre
from assay.quality.placement import place
from assay.quality.tracks import merge_tracks

Floats = NDArray[np.float64]
LABELERS, LEAST_NOISE, MOST_NOISE = 5, 0.02, 0.06
SLIPS, SLIP, TURNED, MISSED, KEPT = 0.1, 4.0, 0.1, 0.05, 0.9


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=30)
    options = parser.parse_args()
    cars, mice = read_cuboids(options.data), read_tracks(options.data)
    crowds = [merged_cuboids(cars, np.random.default_rng(seed)) for seed in range(options.repeats)]
    print(f"{len(cars)} cuboids, {options.repeats} crowds of {LABELERS}: metres, axis degrees, back to front")
    report(crowds, "learned")
    videos = [
        merged_tracks(mice, np.random.default_rng(seed)) for seed in range(max(options.repeats // 10, 1))
    ]
    print(f"{len(mice)} boxes of 2 tracks, {len(videos)} crowds of {LABELERS}: error in pixels, 1 - IoU")
    report(videos, "merged")


def report(crowds: list[dict[str, list[float]]], ours: str) -> None:
    means = {name: np.mean([crowd[name] for crowd in crowds], axis=0) for name in crowds[0]}
    for name, errors in means.items():
        print(f"  {name:14}" + "".join(f"{error:9.4f}" for error in errors))
    under = bool((means[ours] < means["best labeler"]).all())
    wins = np.mean([crowd[ours][0] < crowd["best labeler"][0] for crowd in crowds])
    print(f"{'met   ' if under else 'MISSED'} under the best labeler's; in {100 * wins:.0f} % of crowds")


def read_cuboids(data: Path) -> Floats:
    """(N, 7) cars on the ground: camera x and z are the ground, y is down."""
    told = json.loads((data / "noncommercial" / "kitti_000008" / "000008.info.json").read_text())
    cars = [car for car in told["data_list"][0]["instances"] if car["bbox_label_3d"] >= 0]
    x, y, z, length, height, width, yaw = np.array([car["bbox_3d"] for car in cars]).T
    return np.stack([x, z, -y, length, width, height, yaw], axis=1)


def read_tracks(data: Path) -> Floats:
    """(V, 6): frame, track, x, y, width, height."""
    told = np.loadtxt(data / "video" / "mice" / "gt_mot_from_slp.txt", delimiter=",")[:, :6]
    return told[np.lexsort((told[:, 0], told[:, 1]))]


def hands(rng: np.random.Generator) -> Floats:
    """Each labeler's noise, evenly spread in its logarithm."""
    return np.exp(rng.uniform(np.log(LEAST_NOISE), np.log(MOST_NOISE), LABELERS))


def merged_cuboids(cars: Floats, rng: np.random.Generator) -> dict[str, list[float]]:
    """Mean errors of each labeler's drawings and of both merges."""
    noise, size = hands(rng), np.cbrt(np.prod(cars[:, 3:6], axis=1))
    drawn = np.empty((LABELERS, *cars.shape))
    for labeler in range(LABELERS):
        bias = 0.5 * rng.standard_normal(7)
        slip = np.where(rng.random((len(cars), 1)) < SLIPS, SLIP, 1.0)
        off = noise[labeler] * (slip * rng.standard_normal(cars.shape) + bias) * size[:, None]
        off[:, 6] /= cars[:, 3] / 2.0
        off[:, 6] += np.pi * (rng.random(len(cars)) < TURNED)
        drawn[labeler] = cars + off
    even = np.array([cuboid_centre(drawn[:, i], np.ones(LABELERS)).cuboid for i in range(len(cars))])
    careful = precision(drawn[..., :6], size)
    learned = np.array([cuboid_centre(drawn[:, i], careful).cuboid for i in range(len(cars))])
    return summary([cuboid_errors(one, cars) for one in drawn]) | {
        "even": cuboid_errors(even, cars),
        "learned": cuboid_errors(learned, cars),
    }


def precision(drawn: Floats, size: Floats) -> Floats:
    """The weight of each labeler (W,) from drawings (W, N, D)."""
    labelers, objects = np.divmod(np.arange(drawn.shape[0] * drawn.shape[1]), drawn.shape[1])
    fit = place(objects, labelers, drawn.reshape(-1, drawn.shape[2]), size)
    return np.asarray(1.0 / fit.worker_noise**2)


def cuboid_errors(found: Floats, cars: Floats) -> list[float]:
    turn = np.abs(wrapped(found[:, 6] - cars[:, 6]))
    axis = np.abs(wrapped(found[:, 6] - cars[:, 6], np.pi))
    metres = float(np.abs(found[:, :6] - cars[:, :6]).mean())
    return [metres, float(np.degrees(axis.mean())), float((turn > np.pi / 2.0).mean())]


def merged_tracks(mice: Floats, rng: np.random.Generator) -> dict[str, list[float]]:
    """Mean errors of each labeler's tracks and of the merge."""
    noise, names = hands(rng), np.unique(mice[:, 1])
    size = np.sqrt(mice[:, 4] * mice[:, 5])
    parts: list[Floats] = []
    for labeler in range(LABELERS):
        for place_of, name in enumerate(names.tolist()):
            mine = np.flatnonzero(mice[:, 1] == name)
            steps = rng.standard_normal((len(mine), 4)) * np.sqrt(1.0 - KEPT**2)
            steps[0] /= np.sqrt(1.0 - KEPT**2)
            for step in range(1, len(mine)):
                steps[step] += KEPT * steps[step - 1]
            edges = edges_of(mice[mine, 2:]) + noise[labeler] * size[mine, None] * steps
            box = np.column_stack([edges[:, :2], np.maximum(edges[:, 2:] - edges[:, :2], 1.0)])
            track = np.full(len(mine), labeler * len(names) + place_of)
            told = np.column_stack([mice[mine, 0], track, box])
            parts.append(told[rng.random(len(mine)) >= MISSED])
    drawn = np.concatenate(parts)
    owners = np.repeat(np.arange(LABELERS), len(names))
    found = merge_tracks(
        owners, drawn[:, 1].astype(int), drawn[:, 0].astype(int), drawn[:, 2:], np.full(LABELERS, 0.8)
    )
    sure = found.probability > 0.5
    ours = np.column_stack([found.frame, found.object, found.box])[sure]
    alone = []
    for labeler in range(LABELERS):
        told = drawn[drawn[:, 1] // len(names) == labeler]
        told[:, 1] -= labeler * len(names)
        alone.append(track_errors(told, mice))
    return summary(alone) | {"merged": track_errors(ours, mice)}


def track_errors(found: Floats, mice: Floats) -> list[float]:
    """Of the boxes found; objects are numbered as the real tracks are, in order."""
    real = {(frame, name - mice[:, 1].min()): box for frame, name, *box in mice.tolist()}
    off, shared = [], 0.0
    for frame, name, *box in found.tolist():
        truth = real.get((frame, name))
        if truth is not None:
            pair = np.array([box]), np.array([truth])
            off.append(np.abs(edges_of(pair[0]) - edges_of(pair[1])).mean())
            shared += float(box_iou(*pair)[0, 0])
    return [float(np.mean(off)), 1.0 - shared / max(len(real), len(found))]


def edges_of(boxes: Floats) -> Floats:
    return np.column_stack([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]])


def summary(alone: list[list[float]]) -> dict[str, list[float]]:
    return {"one labeler": np.mean(alone, axis=0).tolist(), "best labeler": min(alone)}


if __name__ == "__main__":
    main()
