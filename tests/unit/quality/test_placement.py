"""Where objects lie, how sure that is, and how steady each hand is."""

from typing import Any

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.placement import place, place_one


def crowd(noise: list[float], n_objects: int = 300, bias: list[float] | None = None) -> Any:
    """Drawings by workers of known noise: objects, workers, values, sizes, truth."""
    rng = np.random.default_rng(0)
    truth = rng.uniform(0, 500, (n_objects, 4))
    sizes = rng.uniform(20, 100, n_objects)
    objects, workers = np.divmod(np.arange(n_objects * len(noise)), len(noise))
    errors = rng.standard_t(8, (len(objects), 4)) * np.array(noise)[workers, None]
    errors += np.zeros(len(noise))[workers, None] if bias is None else np.array(bias)[workers, None]
    return objects, workers, truth[objects] + sizes[objects, None] * errors, sizes, truth


def test_steady_hands_weigh_more() -> None:
    noise = [0.02, 0.03, 0.04, 0.05, 0.2]
    objects, workers, values, sizes, truth = crowd(noise)
    found = place(objects, workers, values, sizes)
    assert found.converged
    assert found.worker_noise == pytest.approx(noise, rel=0.3)
    mean = values.reshape(len(truth), len(noise), 4).mean(axis=1)
    # Known steadiness would leave 0.34 of the plain mean's error: sqrt(1 / sum 1/s²) / (sqrt(sum s²) / 5).
    assert np.abs(found.centre - truth).mean() < 0.38 * np.abs(mean - truth).mean()


def test_the_stated_error_is_the_one_found() -> None:
    objects, workers, values, sizes, truth = crowd([0.02, 0.03, 0.04, 0.05, 0.1])
    found = place(objects, workers, values, sizes)
    assert np.sqrt(np.mean((found.centre - truth) ** 2 / found.error[:, None] ** 2)) == pytest.approx(
        1, abs=0.2
    )


def test_a_habitual_displacement_is_learned_and_taken_out() -> None:
    objects, workers, values, sizes, truth = crowd([0.02] * 4, bias=[0.3, -0.1, -0.1, -0.1])
    found = place(objects, workers, values, sizes, with_bias=True)
    assert found.worker_bias[0] - found.worker_bias[1] == pytest.approx(np.full(4, 0.4), abs=0.02)
    without = place(objects, workers, values, sizes)
    assert np.abs(found.centre - truth).mean() < 0.5 * np.abs(without.centre - truth).mean()


def test_one_wild_drawing_hardly_moves_the_rest() -> None:
    centre, _ = place_one([[0.0], [1.0], [-1.0], [0.5], [400.0]], np.ones(5), 100.0)
    assert abs(centre[0]) < 3.0


def test_equal_drawings_stand_exactly_and_more_are_surer() -> None:
    box = [0.1, 0.2, 0.30000000000000004]
    two, doubt_of_two = place_one([box] * 2, np.ones(2), 10.0)
    _, doubt_of_nine = place_one([box] * 9, np.ones(9), 10.0)
    assert two.tolist() == box
    assert 0 < doubt_of_nine < doubt_of_two


def test_a_lone_drawing_stands_with_the_usual_doubt() -> None:
    centre, error = place_one([[3.0, 4.0]], [2.0], 100.0)
    assert centre.tolist() == [3.0, 4.0]
    assert 1.5 < error < 4.5


def test_a_worker_with_one_drawing_is_as_steady_as_the_crowd() -> None:
    objects, workers, values, sizes, _ = crowd([0.02, 0.02, 0.02])
    found = place(np.append(objects, 0), np.append(workers, 3), np.append(values, values[:1], axis=0), sizes)
    assert found.worker_noise[3] == pytest.approx(0.02, rel=0.5)
    assert np.isfinite(found.error).all()


def test_drawings_that_nobody_repeats_have_the_usual_doubt() -> None:
    found = place(np.arange(5), np.zeros(5, dtype=int), np.ones((5, 2)), np.full(5, 100.0))
    assert found.error == pytest.approx(np.full(5, 3.0), rel=0.3)


def test_all_drawings_equal_are_finite() -> None:
    found = place([0, 0, 1, 1], [0, 1, 0, 1], np.ones((4, 2)), [1.0, 1.0])
    assert found.centre == pytest.approx(np.ones((2, 2)))
    assert np.isfinite(found.worker_noise).all()
    assert (found.error > 0).all()


@pytest.mark.parametrize(
    ("objects", "workers", "values", "sizes", "pointer"),
    [
        ([0], [0], [[np.nan]], [1.0], "/values"),
        ([0], [0], [[1.0]], [0.0], "/sizes"),
        ([1], [0], [[1.0]], [1.0, 1.0], "/objects"),
        ([0, 0], [0, -1], [[1.0], [2.0]], [1.0], "/workers"),
        ([], [], np.empty((0, 2)), [], "/objects"),
    ],
)
def test_bad_input_is_named(objects: Any, workers: Any, values: Any, sizes: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        place(objects, workers, values, sizes)
    assert refused.value.pointer == pointer
