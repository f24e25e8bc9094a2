"""Agreement on objects: each kind of error lowers its own part only, and chance is zero."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from assay.errors import Invalid
from assay.geometry.box import box_iou
from assay.quality.geometry_agreement import GeometryAgreement, geometry_agreement


def measure(
    items: list[int], owners: list[int], classes: list[int], boxes: NDArray[np.float64], **options: Any
) -> GeometryAgreement:
    return geometry_agreement(
        items,
        owners,
        classes,
        lambda a, b: box_iou(boxes[a], boxes[b]),
        rng=np.random.default_rng(0),
        **options,
    )


def scene(
    rng: np.random.Generator, *, missed: float = 0.0, shift: float = 0.0, renamed: float = 0.0
) -> GeometryAgreement:
    """Sixty images of three boxes and two classes, answered twice; the second answer has the errors."""
    items, owners, classes, boxes = [], [], [], []
    for image in range(60):
        truth = np.column_stack([rng.uniform(0, 900, (3, 2)), np.full((3, 2), 40.0)])
        label = rng.integers(0, 2, 3)
        for second in (False, True):
            items.append(image)
            for box, name in zip(truth, label, strict=True):
                if second and rng.random() < missed:
                    continue
                owners.append(len(items) - 1)
                boxes.append(box + ([shift, 0, 0, 0] if second else [0, 0, 0, 0]))
                classes.append(int(1 - name if second and rng.random() < renamed else name))
    return measure(items, owners, classes, np.array(boxes))


def test_equal_answers_agree_in_every_part() -> None:
    found = scene(np.random.default_rng(1))
    assert found.detection.value == pytest.approx(1)
    assert found.localisation.value == pytest.approx(1)
    assert found.classification.value == pytest.approx(1)


def test_a_missed_object_lowers_detection_only() -> None:
    found = scene(np.random.default_rng(1), missed=0.4)
    assert found.detection.observed == pytest.approx(2 * 0.6 / 1.6, abs=0.05)
    assert found.detection.low < found.detection.value < 0.85
    assert found.localisation.value == found.classification.value == pytest.approx(1)


def test_a_shift_lowers_localisation_only() -> None:
    found = scene(np.random.default_rng(1), shift=8.0)
    assert found.localisation.observed == pytest.approx(32 / 48, abs=1e-9)
    assert found.detection.value == found.classification.value == pytest.approx(1, abs=0.02)


def test_random_classes_have_no_class_agreement() -> None:
    found = scene(np.random.default_rng(1), renamed=0.5)
    assert abs(found.classification.value) < 0.25
    assert found.classification.low < 0.1
    assert found.detection.value == pytest.approx(1)


def test_answers_unrelated_to_the_item_agree_by_chance_only() -> None:
    """Everyone draws the same large centred box or nothing, whatever the image shows: detection is chance."""
    rng = np.random.default_rng(2)
    items = [i for i in range(200) for _ in range(2)]
    owners = [a for a in range(400) if rng.random() < 0.5]
    boxes = np.tile([10.0, 10.0, 80.0, 80.0], (len(owners), 1))
    found = measure(items, owners, [0] * len(owners), boxes)
    assert found.detection.observed > 0.4
    assert abs(found.detection.value) < 0.15
    assert found.classification.defined is False


def test_empty_answers_are_undefined_and_finite() -> None:
    found = measure([0, 0, 1, 1], [], [], np.empty((0, 4)))
    assert (found.detection.defined, found.detection.value) == (False, 0.0)
    assert found.localisation.defined is False


def test_one_item_has_no_chance_matches() -> None:
    found = measure([0, 0], [0, 1], [0, 0], np.array([[0.0, 0.0, 9.0, 9.0]] * 2))
    assert found.detection.value == pytest.approx(1)


@pytest.mark.parametrize(
    ("items", "owners", "classes"),
    [([], [], []), ([0, 1], [], []), ([0, 0], [2], [0]), ([0, 0], [0], [0, 1])],
)
def test_bad_input_is_refused(items: list[int], owners: list[int], classes: list[int]) -> None:
    with pytest.raises(Invalid):
        measure(items, owners, classes, np.zeros((len(owners), 4)))


@pytest.mark.parametrize("bad", [np.nan, 1.5, -0.5])
def test_a_bad_similarity_is_refused(bad: float) -> None:
    with pytest.raises(Invalid):
        geometry_agreement(
            [0, 0], [0, 1], [0, 0], lambda a, b: np.full((len(a), len(b)), bad), rng=np.random.default_rng(0)
        )
