"""A short torment of the real thing in every run of the tests; ``scripts/chaos`` does it for longer."""

from __future__ import annotations

import pytest

from tests.chaos.planted import BUGS, planted
from tests.chaos.story import Story
from tests.chaos.world import world

SECS, KINDS, SEED = 12.0, 10, 20261125
PEACE_SECS = 240.0
"""As long as the slowest machine may take to end what was begun; a quick one takes seconds."""


def test_every_promise_holds_under_torment() -> None:
    with world() as running:
        report = Story(running, SEED, peace_secs=PEACE_SECS).run(SECS, KINDS)
    assert report.violations == [], f"again: scripts/chaos --seed {SEED} --secs {SECS:g}"
    assert report.acknowledged >= report.tasks, report


@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_can_still_be_planted(bug: str) -> None:
    with planted(bug) as folder:
        assert (folder / "assay" / "__init__.py").exists()
