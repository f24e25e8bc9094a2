"""Near-duplicates and their contradictions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.duplicates import contradictions, find_duplicates


def test_links_equal_all_pairs_by_brute_force_whatever_the_block() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(70, 4))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = unit @ unit.T
    expected = {(i, j) for i in range(70) for j in range(i + 1, 70) if alike[i, j] >= 0.9}
    for block in (1, 16, 2048):
        found = find_duplicates(vectors, threshold=0.9, block=block)
        assert {tuple(pair) for pair in found.pairs.tolist()} == expected
        assert found.similarity == pytest.approx(alike[tuple(found.pairs.T)], abs=1e-5)


def test_chains_form_one_group() -> None:
    angle = np.radians([0, 15, 30, 90])
    found = find_duplicates(np.column_stack([np.cos(angle), np.sin(angle)]), threshold=0.96)
    assert found.n_groups == 2
    assert found.group[0] == found.group[1] == found.group[2] != found.group[3]


def test_length_does_not_matter_and_copies_are_exact() -> None:
    found = find_duplicates([[1.0, 2.0], [100.0, 200.0]], threshold=0.9999)
    assert found.pairs.tolist() == [[0, 1]]


def test_contradictions_are_ranked_by_how_sure_they_are() -> None:
    found = find_duplicates([[1.0, 0.0]] * 2 + [[0.0, 1.0]] * 2 + [[1.0, 1.0]] * 2, threshold=0.99)
    posterior = [[0.9, 0.1], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6], [1.0, 0.0], [1.0, 0.0]]
    wrong = contradictions(found, posterior)
    assert wrong.pairs.tolist() == [[0, 1], [2, 3]]
    assert wrong.probability == pytest.approx([0.82, 0.52])


def test_nothing_and_one() -> None:
    assert find_duplicates(np.zeros((0, 3))).n_groups == 0
    alone = find_duplicates([[1.0, 0.0]])
    assert (alone.n_groups, len(alone.pairs)) == (1, 0)
    assert len(contradictions(alone, [[1.0, 0.0]]).pairs) == 0


@pytest.mark.parametrize(
    "vectors", [[[0.0, 0.0]], [[np.nan, 1.0]], [[np.inf, 1.0]], [1.0, 2.0], [[1e300, 1.0]]]
)
def test_bad_embeddings_are_refused(vectors: Any) -> None:
    with pytest.raises(Invalid):
        find_duplicates(vectors)


def test_bad_options_are_refused() -> None:
    with pytest.raises(Invalid):
        find_duplicates([[1.0]], threshold=0.0)
    with pytest.raises(Invalid):
        contradictions(find_duplicates([[1.0]]), [[0.5, 0.5]] * 2)
