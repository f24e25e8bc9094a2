"""Spans of several workers: the best segmentation and how sure each span is."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.segmentation import Segmentation, infer_spans

LENGTH = 12


def spans(found: Segmentation, at_least: float = 0.5) -> list[tuple[int, ...]]:
    table = np.column_stack([found.text, found.start, found.end, found.class_index])
    return [tuple(row) for row in table[found.probability > at_least].tolist()]


def crowd(missed: list[float], n_texts: int = 150) -> tuple[Any, Any, Any, set[tuple[int, ...]]]:
    """Texts with one span each, which workers miss at known rates, and then invent one half of the time:
    texts, workers, tags, truth."""
    rng = np.random.default_rng(0)
    texts, workers, tags, truth = [], [], [], set()
    for text in range(n_texts):
        start, size, name = int(rng.integers(0, 8)), int(rng.integers(1, 4)), int(rng.integers(0, 2))
        truth.add((text, start, start + size, name))
        for worker, rate in enumerate(missed):
            answer = np.zeros(LENGTH, dtype=np.int64)
            told = (start, size, name)
            if rng.random() < rate:
                told = (int(rng.integers(0, 9)), int(rng.integers(0, 2)), int(rng.integers(0, 2)))
            answer[:] = _tags_of((text, told[0], told[0] + told[1], told[2]))
            texts.append(text)
            workers.append(worker)
            tags.append(answer)
    return texts, workers, tags, truth


def test_what_all_mark_is_found_with_its_ends_and_class() -> None:
    found = infer_spans([0, 0, 0], [0, 1, 2], [[0, 1, 2, 0, 3, 0]] * 3, 2)
    assert spans(found) == [(0, 1, 3, 0), (0, 4, 5, 1)]
    assert found.converged
    assert found.worker_habits.sum(axis=3) == pytest.approx(np.ones((3, 2, 3)))


def test_two_careful_workers_outweigh_three_careless_ones() -> None:
    texts, workers, tags, truth = crowd([0.03, 0.03, 0.9, 0.9, 0.9])
    found = infer_spans(texts, workers, tags, 2)
    right = len(truth & set(spans(found)))
    assert right > 0.95 * len(truth)
    majority = sum(
        sum(np.array_equal(answer, _tags_of(span)) for answer in tags[5 * span[0] : 5 * span[0] + 5]) > 2
        for span in truth
    )
    assert majority < 0.6 * len(truth)
    # Within B, told as B of the right class, outside a span of the worker's own.
    assert found.worker_habits[:2, 0, 1, 1].min() > 2 * found.worker_habits[2:, 0, 1, 1].max()


def _tags_of(span: tuple[int, ...]) -> Any:
    answer = np.zeros(LENGTH, dtype=np.int64)
    answer[span[1] : span[2]] = 2 + 2 * span[3]
    answer[span[1] : span[2]][:1] = 1 + 2 * span[3]
    return answer


def test_probabilities_are_honest() -> None:
    texts, workers, tags, truth = crowd([0.1, 0.2, 0.3, 0.3, 0.4], n_texts=300)
    found = infer_spans(texts, workers, tags, 2)
    table = zip(
        found.text.tolist(), found.start.tolist(), found.end.tolist(), found.class_index.tolist(), strict=True
    )
    right = np.array([span in truth for span in table])
    assert right.mean() == pytest.approx(found.probability.mean(), abs=0.05)
    sure = found.probability > 0.9
    assert right[sure].mean() > 0.9


def test_spans_that_share_tokens_share_what_chance_there_is() -> None:
    tags = [[1, 2, 0], [1, 0, 0], [0, 1, 0]]
    found = infer_spans([0, 0, 0], [0, 1, 2], tags, 1, max_iterations=1)
    assert (found.probability > 0).all()
    touching = [(a, b) for a, b in product(range(3), range(3)) if a < b]
    for a, b in touching:
        if found.start[a] < found.end[b] and found.start[b] < found.end[a]:
            assert found.probability[a] + found.probability[b] <= 1.0 + 1e-9


def test_a_text_that_nobody_marked_has_no_spans() -> None:
    found = infer_spans([0, 1], [0, 0], [[0, 0], [0]], 3)
    assert len(found.probability) == 0
    assert np.isfinite(found.worker_habits).all()


def test_a_lone_worker_is_believed_and_not_fully() -> None:
    found = infer_spans([0], [0], [[0, 1, 2, 0]], 1)
    assert spans(found) == [(0, 1, 3, 0)]
    assert found.probability[0] < 1.0


@pytest.mark.parametrize(
    ("texts", "workers", "tags", "pointer"),
    [
        ([], [], [], "/tags"),
        ([0], [0], [[]], "/tags"),
        ([0], [0], [[5]], "/tags"),
        ([0], [0], [[2, 0]], "/tags"),
        ([0], [0], [[1, 4]], "/tags"),
        ([0, 0], [0, 1], [[0, 0], [0]], "/tags"),
        ([1], [0], [[0]], "/texts"),
        ([0], [-1], [[0]], "/workers"),
    ],
)
def test_bad_input_is_named(texts: Any, workers: Any, tags: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        infer_spans(texts, workers, tags, 2)
    assert refused.value.pointer == pointer
