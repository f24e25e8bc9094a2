"""Objects less likely than asked for are left out, and nothing else is."""

from __future__ import annotations

from assay.domain.resolution import likely


def test_unlikely_objects_go_and_all_else_stays() -> None:
    label = {"topic": "news", "boxes": [{"id": "a"}, {"id": "b"}], "none": []}
    probability = {"topic": 0.1, "boxes": {"a": 0.9, "b": 0.4}, "none": 0.3}
    assert likely(label, probability, 0.5) == (
        {"topic": "news", "boxes": [{"id": "a"}], "none": []},
        {"topic": 0.1, "boxes": {"a": 0.9}, "none": 0.3},
    )
    assert likely(label, probability, 0.0) == (label, probability)
    assert likely(label, probability, 0.4)[0]["boxes"] == label["boxes"]
