"""One cuboid from several drawings."""

import numpy as np
import pytest

from assay.errors import Invalid
from assay.quality.cuboids import cuboid_centre

CAR = [10.0, -3.0, 0.8, 4.2, 1.8, 1.5, 0.4]


def test_equal_drawings_stand_exactly() -> None:
    found = cuboid_centre([CAR] * 3, np.ones(3))
    assert found.cuboid == pytest.approx(CAR)
    assert found.heading == 1.0
    assert 0 < found.error_m < 0.1


def test_yaws_meet_across_the_seam() -> None:
    drawn = [[*CAR[:6], np.pi - 0.1], [*CAR[:6], -np.pi + 0.1]]
    assert abs(cuboid_centre(drawn, [1.0, 1.0]).cuboid[6]) == pytest.approx(np.pi)


def test_a_front_drawn_as_a_back_is_turned_and_told() -> None:
    found = cuboid_centre([CAR, CAR, [*CAR[:6], CAR[6] + np.pi]], np.ones(3))
    assert found.cuboid == pytest.approx(CAR)
    assert found.heading == pytest.approx(2 / 3)
    lighter = cuboid_centre([CAR, [*CAR[:6], CAR[6] - np.pi]], [1.0, 1.5])
    assert lighter.cuboid[6] == pytest.approx(CAR[6] - np.pi)
    assert lighter.heading == pytest.approx(0.6)


def test_an_even_vote_on_the_front_goes_to_the_first() -> None:
    assert cuboid_centre([CAR, [*CAR[:6], CAR[6] + np.pi]], [1.0, 1.0]).cuboid[6] == pytest.approx(0.4)


def test_the_merge_is_nearer_than_the_drawings_and_its_error_is_honest() -> None:
    rng = np.random.default_rng(0)
    scale = 0.07 * np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0 / 2.1])
    off, ours, stated = [], [], []
    for _ in range(200):
        drawn = np.array(CAR) + scale * rng.standard_normal((5, 7))
        found = cuboid_centre(drawn, np.ones(5))
        off.append(np.abs(drawn[:, :6] - CAR[:6]).mean())
        ours.append(found.cuboid[:6] - CAR[:6])
        stated.append(found.error_m)
    assert np.abs(ours).mean() < 0.6 * np.mean(off)
    assert np.sqrt(np.mean(np.square(ours))) == pytest.approx(np.mean(stated), rel=0.4)


@pytest.mark.parametrize("cuboid", [[0.0] * 7, [1.0] * 6, [1.0] * 6 + [np.nan]])
def test_what_is_no_cuboid_is_refused(cuboid: list[float]) -> None:
    with pytest.raises(Invalid):
        cuboid_centre([cuboid], [1.0])
