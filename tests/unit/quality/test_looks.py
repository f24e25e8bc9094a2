"""What a look is worth: exactly the first step of the value of a label, without its table."""

from __future__ import annotations

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.looks import look_value
from assay.quality.stopping import label_value

SKILL = 0.97


def evenly(n_classes: int) -> np.ndarray:
    """The confusion (1, K, K) of somebody who is right with SKILL and errs evenly."""
    table = np.full((n_classes, n_classes), (1 - SKILL) / (n_classes - 1))
    np.fill_diagonal(table, SKILL)
    return table[None]


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_it_is_the_first_step_of_the_value_of_a_label(n_classes: int) -> None:
    posterior = np.random.default_rng(1).dirichlet(np.full(n_classes, 0.3), size=200)
    stepped = label_value(posterior, evenly(n_classes), horizon=1).gain[:, 0]
    whole = np.full(200, n_classes)
    assert look_value(posterior, whole, whole, skill=SKILL) == pytest.approx(stepped, abs=1e-12)


def test_classes_that_nobody_named_count_as_if_they_were_written_out() -> None:
    rng = np.random.default_rng(2)
    for n_classes in (2, 5, 40):
        for named in range(1, min(n_classes, 4)):
            head = rng.dirichlet(np.ones(named + 1))
            rest = np.full(n_classes - named, head[-1] / (n_classes - named))
            full = np.concatenate([head[:-1], rest])[None]
            short = look_value(head[None, :-1], [named], [n_classes], skill=SKILL)
            assert short == pytest.approx(look_value(full, [n_classes], [n_classes], skill=SKILL), abs=1e-12)


def test_of_two_answers_it_rights_what_the_expert_knows_better() -> None:
    posterior = [[0.5, 0.5], [0.9, 0.1], [0.97, 0.03], [0.999, 0.001]]
    value = look_value(posterior, [2] * 4, [2] * 4, skill=SKILL)
    assert value == pytest.approx([0.47, 0.07, 0.0, 0.0])


def test_what_stands_behind_the_named_ones_is_not_read() -> None:
    padded = look_value([[0.6, 0.9], [0.6, 0.4]], [1, 2], [2, 2], skill=SKILL)
    assert padded == pytest.approx([0.37, 0.37])
    assert look_value(np.zeros((0, 3)), [], [], skill=SKILL).shape == (0,)


@pytest.mark.parametrize(("named", "n_classes"), [([3], [5]), ([1], [1]), ([2], [1])])
def test_fewer_classes_than_named_are_refused(named: list[int], n_classes: list[int]) -> None:
    with pytest.raises(Invalid):
        look_value([[0.5, 0.5]], named, n_classes, skill=SKILL)
