"""Boxes of several workers merged, against a consensus of other workers who drew the same pictures.

    python bench/boxes.py --data DIR [--repeats 20]

There is no gold: of each picture's seven workers three are merged, and the other four make the reference (an
object is what at least three of the four drew, each edge at their median). For each repeat the seven are
split anew. F1 at an IoU of 0.5, and how far off the edges of the boxes found are, as a share of the box's
size (root mean square and median). "median" is the plain median of each edge; ``robust_centre`` and
``place_one`` know only the three drawings; ``place`` learns each worker's noise from all the pictures.
"stated" is the error that the method itself expects; it knows nothing of the reference's own error.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from data_folder import numbered, rows
from numpy.typing import NDArray

from assay.geometry.box import box_iou, boxes_from_edges, edges_from_boxes, overlapping_boxes
from assay.quality.objects import cluster_objects, robust_centre
from assay.quality.placement import place, place_one

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

MERGED, REFERENCE = 3, 4
F1_BAR = 0.93


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds pedestrian_boxes")
    parser.add_argument("--repeats", type=int, default=20)
    options = parser.parse_args()
    drawn = rows(options.data / "pedestrian_boxes" / "labels.csv")
    tasks, workers = numbered(r["task"] for r in drawn), numbered(r["worker"] for r in drawn)
    task = np.array([tasks[r["task"]] for r in drawn])
    worker = np.array([workers[r["worker"]] for r in drawn])
    boxes = np.array([[float(r[side] or "nan") for side in "xywh"] for r in drawn])
    found: dict[str, list[list[float]]] = {}
    for seed in range(options.repeats):
        for method, scores in compared(task, worker, boxes, np.random.default_rng(seed)).items():
            found.setdefault(method, []).append(scores)
    print(f"{'method':16}{'F1':>8}{'± SE':>8}{'edge RMS':>10}{'median':>8}{'stated':>8}")
    for method, table in found.items():
        mean = np.mean(table, axis=0)
        error = np.std([row[0] for row in table]) / np.sqrt(len(table))
        print(f"{method:16}{mean[0]:8.4f}{error:8.4f}{mean[1]:10.4f}{mean[2]:8.4f}{mean[3]:8.4f}")
    ours, plain = (float(np.mean([row[0] for row in found[name]])) for name in ("robust_centre", "median"))
    print(
        f"{'met   ' if ours >= plain else 'MISSED'} F1 at least the plain median's ({ours:.4f}, {plain:.4f})"
    )
    print(f"{'met   ' if round(ours, 2) >= F1_BAR else 'MISSED'} F1 about {F1_BAR} ({ours:.4f})")


def compared(task: Ints, worker: Ints, boxes: Floats, rng: np.random.Generator) -> dict[str, list[float]]:
    """F1, and the edges' errors found and stated, of each method on one split of each picture's workers."""
    first, second = split(task, worker, rng)
    drew = np.isfinite(boxes[:, 0])  # Who looked and drew nothing has a row without a box.
    first, second = first[drew[first]], second[drew[second]]
    truth_of, truth = objects(task[second], worker[second], boxes[second], REFERENCE // 2 + 1)
    owners, groups = objects(task[first], worker[first], boxes[first], MERGED // 2 + 1)
    target = [np.median(edges_from_boxes(members), axis=0) for _, members in truth]
    chosen = {int(task[v]): int(worker[v]) for v in rng.permutation(first)}
    lone = [v for v in first.tolist() if chosen[int(task[v])] == int(worker[v])]
    results = {"one worker": (task[lone], edges_from_boxes(boxes[lone]), np.full(len(lone), np.nan))}
    edges = [edges_from_boxes(members) for _, members in groups]
    results["median"] = (owners, np.array([np.median(e, axis=0) for e in edges]), np.full(len(edges), np.nan))
    even = [robust_centre(e, np.ones(len(e))) for e in edges]
    results["robust_centre"] = (owners, np.array(even), np.full(len(edges), np.nan))
    size = np.array([extent(e) for e in edges])
    alone = [place_one(e, np.ones(len(e)), float(s)) for e, s in zip(edges, size, strict=True)]
    results["place_one"] = (owners, np.array([c for c, _ in alone]), np.array([e for _, e in alone]) / size)
    for name, with_bias in (("place", False), ("place with bias", True)):
        drawings = np.repeat(np.arange(len(edges)), [len(e) for e in edges])
        who = np.concatenate([w for w, _ in groups])
        fit = place(drawings, who, np.concatenate(edges), size, with_bias=with_bias)
        results[name] = (owners, fit.centre, fit.error / size)
    return {name: score(*result, truth_of, np.array(target)) for name, result in results.items()}


def split(task: Ints, worker: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The drawings of three of each picture's workers, and of four others."""
    first, second = [], []
    for picture in np.unique(task).tolist():
        mine = np.flatnonzero(task == picture)
        order = rng.permutation(np.unique(worker[mine]))
        first += mine[np.isin(worker[mine], order[:MERGED])].tolist()
        second += mine[np.isin(worker[mine], order[MERGED : MERGED + REFERENCE])].tolist()
    return np.array(first), np.array(second)


def objects(task: Ints, worker: Ints, boxes: Floats, at_least: int) -> tuple[Ints, list[tuple[Ints, Floats]]]:
    """The objects that ``at_least`` workers drew: their pictures, and who drew which boxes."""
    owners, found = [], []
    for picture in np.unique(task).tolist():
        mine = np.flatnonzero(task == picture)
        mine = mine[np.argsort(worker[mine], kind="stable")]
        pairs, overlap = overlapping_boxes(boxes[mine], boxes[mine])
        ahead = pairs[:, 0] < pairs[:, 1]
        cluster = cluster_objects(
            worker[mine], np.zeros(len(mine), dtype=np.intp), pairs[ahead], overlap[ahead]
        )
        for number in range(int(cluster.max()) + 1):
            members = mine[cluster == number]
            if len(members) >= at_least:
                owners.append(picture)
                found.append((worker[members], boxes[members]))
    return np.array(owners), found


def extent(edges: Floats) -> float:
    """The root of the median box's area, in pixels."""
    width, height = np.median(edges[:, 2:] - edges[:, :2], axis=0)
    return float(np.sqrt(width * height))


def score(picture: Ints, edges: Floats, stated: Floats, truth_of: Ints, truth: Floats) -> list[float]:
    """F1 at 0.5, root mean square and median error of an edge as a share of the box, and the error stated."""
    hits, off, promised = 0, [], []
    for one in np.unique(np.concatenate([picture, truth_of])).tolist():
        mine, wanted = np.flatnonzero(picture == one), np.flatnonzero(truth_of == one)
        if not len(mine) or not len(wanted):
            continue
        overlap = box_iou(boxes_from_edges(edges[mine]), boxes_from_edges(truth[wanted]))
        while overlap.size and overlap.max() >= 0.5:
            i, j = np.unravel_index(int(overlap.argmax()), overlap.shape)
            hits += 1
            overlap[i, :], overlap[:, j] = 0.0, 0.0
            off.append((edges[mine[i]] - truth[wanted[j]]) / extent(truth[wanted[j]][None]))
            promised.append(stated[mine[i]])
    wrong = np.abs(np.array(off))
    return [
        2 * hits / (len(picture) + len(truth_of)),
        float(np.sqrt((wrong**2).mean())),
        float(np.median(wrong)),
        float(np.sqrt(np.mean(np.square(promised)))),
    ]


if __name__ == "__main__":
    main()
