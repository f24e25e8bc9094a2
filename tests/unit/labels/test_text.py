"""Texts compared and merged."""

import pytest

from assay.labels.kind import Answer
from assay.labels.schema import read_schema
from assay.labels.text import MAX_CHARS_COMPARED

KIND = read_schema({"fields": {"note": "text"}, "questions": [{"name": "q", "kind": "text"}]}).kinds["q"]


def _answers(*texts: str) -> list[Answer]:
    return [Answer(labeler=f"w{n}", value=text, accuracy=0.8) for n, text in enumerate(texts)]


def test_the_text_in_the_middle_is_merged_from_slips() -> None:
    merged = KIND.merge(
        _answers("the cat sat on the mat", "the cat sat on a mat", "a hat sat on the mat"), {}
    )
    assert merged.value == "the cat sat on the mat"


def test_near_copies_make_each_other_surer_and_strangers_do_not() -> None:
    alone = KIND.merge(_answers("hello there"), {}).probability
    near = KIND.merge(_answers("hello there", "hello there!"), {}).probability
    strange = KIND.merge(_answers("hello there", "quick fox"), {}).probability
    assert isinstance(alone, float)
    assert isinstance(near, float)
    assert isinstance(strange, float)
    assert near > alone > strange


def test_long_texts_are_compared_by_words() -> None:
    words = ["word"] * (MAX_CHARS_COMPARED // 4)
    changed = ["other", *words[1:]]
    assert KIND.similarity(" ".join(words), " ".join(changed)) == pytest.approx(1 - 1 / len(words))
    assert KIND.similarity(" ".join(words), "  ".join(words)) == 1.0
