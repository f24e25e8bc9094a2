"""Objects followed through a video by several labelers: who is who, and where each is in each frame.

Two labelers' tracks are one object by the overlap that they have in common: the sum of IoU over the frames
that both have, divided by the number of frames that either has (A. Dave et al. 2020, "TAO", ECCV: track IoU).
Matching is greedy, with at most one track of a labeler for each object (``objects``). Frame by frame an
object is there by a vote of all labelers, and lies where ``placement`` puts it. A labeler who exchanged two
objects on the way is not put right: their tracks match what they followed longer.
Letters: W labelers, V drawings (one box of one track in one frame), T tracks, P boxes of the result.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from assay.geometry.box import overlapping_boxes
from assay.quality.arrays import FloatArray, IntArray, read_indices, read_matrix, read_reals, refuse
from assay.quality.objects import cluster_objects, existence
from assay.quality.placement import place_one
from assay.quality.pooling import log_odds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tracks:
    """P boxes, by object and then by frame; all values are finite."""

    track_object: IntArray
    """(T,) the object of each track given."""
    object: IntArray
    """(P,)"""
    frame: IntArray
    """(P,)"""
    box: FloatArray
    """(P, 4) [x, y, width, height] in pixels."""
    error_px: FloatArray
    """(P,) root mean square error to expect in each edge."""
    probability: FloatArray
    """(P,) that the object is in the frame. Boxes below one half are here too."""


def merge_tracks(
    labelers: ArrayLike, tracks: ArrayLike, frames: ArrayLike, boxes: ArrayLike, accuracy: ArrayLike
) -> Tracks:
    """The objects that W labelers followed.

    ``labelers`` (T,) say whose each track is, in ascending order; ``tracks`` and ``frames`` (V,) which track
    and frame each of ``boxes`` (V, 4) is of, boxes between key frames included. ``accuracy`` (W,) of all who
    looked, also of who drew nothing. Raises ``Invalid``, also for a track with two boxes in a frame.
    """
    skill = read_reals(accuracy, "accuracy", low=0.0, high=1.0)
    owner = read_indices(labelers, "labelers", below=len(skill))
    track = read_indices(tracks, "tracks", below=len(owner))
    frame = read_indices(frames, "frames", length=len(track))
    drawn = read_matrix(boxes, "boxes", shape=(None, 4))
    _check(owner, track, frame, drawn)
    if not len(drawn):
        nothing = np.empty(0, dtype=np.int64)
        return Tracks(
            track_object=np.arange(len(owner)),
            object=nothing,
            frame=nothing,
            box=np.empty((0, 4)),
            error_px=np.empty(0),
            probability=np.empty(0),
        )
    pairs, overlap = _track_overlap(track, frame, drawn, len(owner))
    one = cluster_objects(owner.astype(np.intp), np.zeros(len(owner), dtype=np.intp), pairs, overlap)
    return _merged(one.astype(np.int64), owner, track, frame, drawn, skill)


def _check(owner: IntArray, track: IntArray, frame: IntArray, drawn: FloatArray) -> None:
    if (np.diff(owner) < 0).any():
        raise refuse("labelers", "must be in ascending order")
    if len(drawn) != len(track):
        raise refuse("boxes", f"must have {len(track)} rows, not {len(drawn)}", len(track))
    if len(drawn) and drawn[:, 2:].min() <= 0:
        raise refuse("boxes", "must have width and height", 0)
    if len(np.unique(np.stack([track, frame]), axis=1).T) != len(track):
        raise refuse("frames", "must be different for all boxes of a track")


def _track_overlap(
    track: IntArray, frame: IntArray, drawn: FloatArray, n_tracks: int
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], FloatArray]:
    """Pairs of tracks (Q, 2) that touch in any frame, and their track IoU (Q,)."""
    shared: dict[tuple[int, int], float] = {}
    both: dict[tuple[int, int], int] = {}
    order = np.argsort(frame, kind="stable")
    for together in np.split(order, np.flatnonzero(np.diff(frame[order])) + 1):
        pairs, overlap = overlapping_boxes(drawn[together], drawn[together])
        for (i, j), share in zip(track[together[pairs]].tolist(), overlap.tolist(), strict=True):
            if i < j:
                shared[i, j] = shared.get((i, j), 0.0) + share
    frames_of = [set(frame[track == index].tolist()) for index in range(n_tracks)]
    for i, j in shared:
        both[i, j] = len(frames_of[i] | frames_of[j])
    found = np.array(sorted(shared), dtype=np.intp).reshape(-1, 2)
    return found, np.array([shared[i, j] / both[i, j] for i, j in found.tolist()])


def _merged(
    one: IntArray, owner: IntArray, track: IntArray, frame: IntArray, drawn: FloatArray, skill: FloatArray
) -> Tracks:
    weight = log_odds(skill, 2)
    keys, group = np.unique(np.stack([one[track], frame]), axis=1, return_inverse=True)
    by_group = np.argsort(group.ravel(), kind="stable")
    members = np.split(by_group, np.cumsum(np.bincount(group.ravel()))[:-1])
    seen = np.zeros((len(members), len(skill)), dtype=np.bool_)
    seen[group.ravel(), owner[track]] = True
    edges = np.column_stack([drawn[:, :2], drawn[:, :2] + drawn[:, 2:]])
    placed = [place_one(edges[mine], weight[owner[track[mine]]], _extent(drawn[mine])) for mine in members]
    middle = np.array([centre for centre, _ in placed])
    return Tracks(
        track_object=one,
        object=keys[0],
        frame=keys[1],
        box=np.column_stack([middle[:, :2], middle[:, 2:] - middle[:, :2]]),
        error_px=np.array([error for _, error in placed]),
        probability=existence(seen, skill),
    )


def _extent(boxes: FloatArray) -> float:
    """The root of the median box's area, in pixels."""
    return float(np.sqrt(np.median(boxes[:, 2] * boxes[:, 3])))
