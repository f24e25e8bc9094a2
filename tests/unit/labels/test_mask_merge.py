"""Masks of several labelers merged, with SciPy and without."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from assay.domain.item import FieldFacts
from assay.errors import Invalid
from assay.geometry.mask import mask_from_pixels, mask_from_text, pixels_from_mask, text_from_mask
from assay.labels import mask as mask_kind
from assay.labels.kind import Answer
from assay.labels.schema import read_schema

SIZE = 64
FACTS = {"image": FieldFacts(type="image", width=SIZE, height=SIZE)}
KIND = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [{"name": "areas", "kind": "mask", "field": "image", "classes": ["leaf"]}],
    }
).kinds["areas"]


def disc(radius: float, x: float = 32.0, y: float = 32.0) -> Any:
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    return (rows - y) ** 2 + (columns - x) ** 2 < radius**2


def value_of(pixels: Any) -> list[dict[str, Any]]:
    counts = text_from_mask(mask_from_pixels(pixels))
    return [{"id": "m", "class": "leaf", "rle": {"size": [SIZE, SIZE], "counts": counts}}]


def merge(drawn: list[Any], accuracy: list[float] | None = None) -> tuple[Any, float]:
    skills = accuracy or [0.8] * len(drawn)
    answers = [
        Answer(labeler=f"w{n}", value=value_of(pixels), accuracy=skill)
        for n, (pixels, skill) in enumerate(zip(drawn, skills, strict=True))
    ]
    merged = KIND.merge(answers, FACTS)
    KIND.check(merged.value, FACTS, {}, "/areas")
    assert len(merged.value) == 1
    assert not isinstance(merged.probability, float)
    rle = merged.value[0]["rle"]
    return pixels_from_mask(mask_from_text(*rle["size"], rle["counts"])), merged.probability["m"]


def overlap(a: Any, b: Any) -> float:
    return float((a & b).sum() / (a | b).sum())


@pytest.fixture(params=["scipy", "numpy alone", "too large to unpack"])
def installation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "numpy alone":
        monkeypatch.setattr(
            mask_kind,
            "find_spec",
            lambda name: None if name == "scipy" else importlib.util.find_spec(name),
        )
    if request.param == "too large to unpack":
        monkeypatch.setattr(mask_kind, "MAX_CONSENSUS_PIXELS", 100)
    return str(request.param)


def test_the_agreed_mask_is_better_than_one_drawing(installation: str) -> None:
    rng = np.random.default_rng(3)
    drawn = [disc(18 + rng.normal(), 32 + rng.normal(), 32 + rng.normal()) for _ in range(7)]
    merged, chance = merge(drawn)
    assert overlap(merged, disc(18)) > np.mean([overlap(each, disc(18)) for each in drawn]) + 0.02
    assert chance > 0.99


def test_the_picture_may_end_at_the_mask(installation: str) -> None:
    drawn = [disc(12 + n, 0, 0) for n in range(3)]
    merged, _ = merge(drawn)
    assert overlap(merged, disc(13, 0, 0)) > 0.95


def test_of_two_the_better_labelers() -> None:
    merged, _ = merge([disc(15), disc(17)], [0.6, 0.9])
    assert (merged == disc(17)).all()


def test_weight_decides_where_most_are_poor(installation: str) -> None:
    merged, _ = merge([disc(12), disc(12), disc(16)], [0.55, 0.55, 0.97])
    assert overlap(merged, disc(16)) > 0.95


def test_drawings_without_a_shared_majority_give_way_to_one(installation: str) -> None:
    # The middle one overlaps both others, which do not meet; each pixel of theirs has one vote of three.
    drawn = np.zeros((3, SIZE, SIZE), dtype=bool)
    drawn[0, 0:6, 10] = drawn[1, 0:4, 10] = drawn[1, 6:10, 10] = drawn[2, 6:12, 10] = True
    merged, _ = merge(list(drawn), [0.6, 0.6, 0.6])
    assert merged.any()


def test_a_flood_of_run_lengths_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mask_kind, "MAX_CHARS", 3)
    with pytest.raises(Invalid) as refused:
        KIND.check(value_of(disc(3)), FACTS, {}, "/areas")
    assert (refused.value.pointer, refused.value.limit) == ("/areas/0/rle/counts", 3)
    monkeypatch.setattr(mask_kind, "MAX_CHARS_TOGETHER", 10)
    with pytest.raises(Invalid) as refused:
        KIND.check([{"rle": {"counts": "1" * 6}}, {"rle": {"counts": "1" * 6}}], FACTS, {}, "/areas")
    assert (refused.value.code, refused.value.pointer, refused.value.limit) == ("label.invalid", "/areas", 10)
