"""ROVER against Fiscus (1997) in small, and labelers' weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.errors import Invalid
from assay.quality.medoid import edit_distance
from assay.quality.rover import rover, rover_crowd


def said(*sentences: str, **options: Any) -> str:
    return " ".join(map(str, rover([sentence.split() for sentence in sentences], **options).words))


def test_paper_three_systems_of_five_words() -> None:
    """Fiscus (1997), figures 2 to 5: "a b c d", "b z d e" and "b c d e f" vote to "b c d e"."""
    assert said("a b c d", "b z d e", "b c d e f") == "b c d e"


def test_no_single_transcript_need_be_right() -> None:
    assert said("the cat sad down", "a cat sat down", "the cat sat dawn") == "the cat sat down"


def test_weights_decide() -> None:
    assert said("yes", "no", "no", weights=[5.0, 1.0, 1.0]) == "yes"


def test_confidence_is_the_share_of_the_weight() -> None:
    found = rover([["a", "b"], ["a", "b"], ["a", "c"], ["a"]])
    assert found.words == ("a", "b")
    assert found.confidence == pytest.approx([1.0, 0.5])


def test_silence_wins_where_most_are_silent() -> None:
    assert said("well yes", "yes", "yes") == "yes"
    assert said("", "", "hm") == ""


words = st.lists(st.sampled_from("abc"), max_size=6)


@given(words, st.integers(1, 4))
def test_unanimous_answers_stand(sentence: list[str], n: int) -> None:
    found = rover([sentence] * n)
    assert list(found.words) == sentence
    assert (found.confidence == 1).all()


@given(st.lists(words, min_size=1, max_size=5))
def test_never_fails_and_is_never_longer_than_all_together(sentences: list[list[str]]) -> None:
    found = rover(sentences)
    assert len(found.words) == len(found.confidence) <= sum(map(len, sentences))
    assert ((found.confidence > 0) & (found.confidence <= 1)).all()


def test_a_majority_that_agrees_outweighs_an_outlier_first() -> None:
    assert said("x y z w v u", "one two three", "one two three", "one two four") == "one two three"


def test_a_crowd_learns_who_is_careful() -> None:
    """Two sloppy labelers who garble the same words against two careful ones: over many items, care shows."""
    rng = np.random.default_rng(0)
    tasks, workers, answers, truths = [], [], [], []
    for item in range(60):
        truth = [f"w{rng.integers(50)}" for _ in range(12)]
        truths.append(truth)
        for worker, error in enumerate([0.02, 0.02, 0.02, 0.5, 0.5, 0.5]):
            tasks.append(item)
            workers.append(worker)
            answers.append([f"x{rng.integers(3)}" if rng.random() < error else word for word in truth])
    found = rover_crowd(tasks, workers, answers)
    assert found.worker_error[:3].max() < 0.1 < 0.3 < found.worker_error[3:].min()
    wrong = sum(edit_distance(t.words, truth) for t, truth in zip(found.transcripts, truths, strict=True))
    assert wrong / 720 < 0.005
    assert found.items.tolist() == list(range(60))


def test_one_answer_and_empty_answers() -> None:
    assert said("only this") == "only this"
    found = rover_crowd([7, 7], [0, 1], [[], []])
    assert found.transcripts[0].words == ()
    assert np.isfinite(found.worker_error).all()


def test_bad_input_is_refused() -> None:
    with pytest.raises(Invalid):
        rover([])
    with pytest.raises(Invalid):
        rover([["a"]], [0.0])
    with pytest.raises(Invalid):
        rover([["a"]], [np.nan])
    with pytest.raises(Invalid):
        rover([["a"]], silence=1.0)
    with pytest.raises(Invalid):
        rover_crowd([], [], [])
    with pytest.raises(Invalid):
        rover_crowd([0], [0, 1], [["a"]])
