"""Objects followed by several labelers."""

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.tracks import merge_tracks

FRAMES = 30


def followed(n_labelers: int = 3, noise: float = 1.0) -> tuple[list[int], Any, Any, Any, Any]:
    """Two objects that cross, as each labeler draws them: labelers, tracks, frames, boxes, truth."""
    rng = np.random.default_rng(0)
    time = np.arange(FRAMES)
    first = np.column_stack([10.0 + 5 * time, 20.0 + 0 * time, 40 + 0 * time, 30 + 0 * time])
    second = np.column_stack([155.0 - 5 * time, 40.0 + 0 * time, 40 + 0 * time, 30 + 0 * time])
    truth = np.stack([first, second])
    labelers = np.repeat(np.arange(n_labelers), 2).tolist()
    tracks = np.repeat(np.arange(2 * n_labelers), FRAMES)
    boxes = np.concatenate([truth.reshape(-1, 4)] * n_labelers)
    boxes = boxes + noise * rng.standard_normal(boxes.shape)
    return labelers, tracks, np.tile(time, 2 * n_labelers), boxes, truth


def test_crossing_objects_keep_their_names_and_lie_nearer_than_drawn() -> None:
    labelers, tracks, frames, boxes, truth = followed()
    found = merge_tracks(labelers, tracks, frames, boxes, [0.8] * 3)
    assert found.track_object.tolist() == [0, 1] * 3
    assert found.object.tolist() == [0] * FRAMES + [1] * FRAMES
    assert (found.probability > 0.9).all()
    off = np.abs(found.box - truth.reshape(-1, 4)).mean()
    assert off < 0.8 * np.abs(boxes - np.concatenate([truth.reshape(-1, 4)] * 3)).mean()


def test_a_frame_that_one_of_three_drew_is_doubted() -> None:
    labelers, tracks, frames, boxes, _ = followed()
    kept = (tracks < 1) | (frames < 20) | (tracks % 2 == 1)
    found = merge_tracks(labelers, tracks[kept], frames[kept], boxes[kept], [0.8] * 3)
    doubted = (found.object == 0) & (found.frame >= 20)
    assert doubted.sum() == 10
    assert (found.probability[doubted] < 0.5).all()
    assert (found.probability[~doubted] > 0.5).all()


def test_a_track_that_only_one_saw_is_an_object_of_its_own() -> None:
    labelers, tracks, frames, boxes, _ = followed(2)
    far = boxes[:FRAMES] + np.array([500.0, 500.0, 0.0, 0.0])
    found = merge_tracks(
        [*labelers, 1],
        np.concatenate([tracks, np.full(FRAMES, 4)]),
        np.concatenate([frames, np.arange(FRAMES)]),
        np.concatenate([boxes, far]),
        [0.8, 0.8, 0.8],
    )
    assert found.track_object.tolist() == [0, 1, 0, 1, 2]
    assert (found.probability[found.object == 2] < 0.5).all()


def test_nothing_drawn_is_nothing_found() -> None:
    found = merge_tracks([], [], [], np.empty((0, 4)), [0.8])
    assert len(found.object) == 0


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"labelers": [1, 0]}, "/labelers"),
        ({"labelers": [0, 2]}, "/labelers"),
        ({"tracks": [0, 2]}, "/tracks"),
        ({"frames": [0, -1]}, "/frames"),
        ({"tracks": [0, 0], "frames": [3, 3]}, "/frames"),
        ({"boxes": [[0, 0, 1, 1], [0, 0, 0, 1]]}, "/boxes"),
        ({"boxes": [[0, 0, 1, 1]]}, "/boxes"),
        ({"accuracy": [0.5, 1.5]}, "/accuracy"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], pointer: str) -> None:
    good: dict[str, Any] = {
        "labelers": [0, 1],
        "tracks": [0, 1],
        "frames": [0, 0],
        "boxes": [[0, 0, 1, 1], [0, 0, 1, 1]],
        "accuracy": [0.8, 0.8],
    }
    with pytest.raises(Invalid) as refused:
        merge_tracks(**(good | change))
    assert refused.value.pointer == pointer
