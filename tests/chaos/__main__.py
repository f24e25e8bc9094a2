"""Torment an Assay for as long as you like: ``python -m tests.chaos --secs 600 [--seed 7]``.

Or until so much is done: ``--kills 1000 --partitions 200``, which says every half minute how far it is.

Prints what was done and found as JSON; exit status 1 when a promise was broken, with how to do it again. With
``--planted`` it torments a copy with each planted bug instead, and fails where one is not found. With
``--model N`` it torments nothing, and holds what REST and gRPC answer against the pure model, N times each.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import asdict

from tests.chaos.clock import turned
from tests.chaos.nemesis import Targets
from tests.chaos.planted import BUGS, planted
from tests.chaos.story import Report, Story
from tests.chaos.world import World, world

PLANTED_SECS, PLANTED_PEACE_SECS = 10.0, 45.0
LONG_PEACE_SECS = 180.0
MODEL_TESTS = ("tests/chaos/test_model.py", "tests/integration/api/grpc/test_model.py")
PLANTED_TARGETS = Targets(kills=15, partitions=2)
PLANTED_TRIES = 4
"""Some bugs show only where a crash meets them: each is looked for so often, from the second time among many
kills."""


def main() -> int:
    """Run, print, and say how to replay."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--secs", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--kills", type=int, default=0, help="go on until so many processes were killed")
    parser.add_argument("--partitions", type=int, default=0, help="go on until a link was parted so often")
    parser.add_argument("--points", action="store_true", help="end a process at each crash point once")
    parser.add_argument("--clock", type=int, default=0, metavar="SECS", help="API and worker are so far off")
    parser.add_argument(
        "--jumps", type=int, default=0, metavar="SECS", help="... in every other so many seconds"
    )
    parser.add_argument("--planted", action="store_true", help="whether each planted bug is found")
    parser.add_argument("--model", type=int, default=0, help="hold REST and gRPC against the model so often")
    arguments = parser.parse_args()
    seed = secrets.randbelow(2**31) if arguments.seed is None else arguments.seed
    if arguments.planted:
        return hunt(seed)
    if arguments.points:
        return torment_points(seed)
    if arguments.model:
        return compare(arguments.model)
    targets = Targets(kills=arguments.kills, partitions=arguments.partitions)
    if targets != Targets():
        return torment_until(seed, targets)
    return torment(seed, arguments.secs, arguments.clock, arguments.jumps)


def torment(seed: int, secs: float, shift_secs: int, jump_secs: int) -> int:
    """Ours, which should keep every promise, also where the clock of API and worker is not the database's."""
    with turned(shift_secs, jump_secs) as variables, world(assay_variables=variables) as running:
        report = Story(running, seed).run(secs)
    clock = f" --clock={shift_secs} --jumps {jump_secs}" if shift_secs else ""
    return tell(report, running, f"--secs {secs:g}{clock}")


def torment_until(seed: int, targets: Targets) -> int:
    """The same, by two API processes, so that one serves while the other starts again."""
    again = f"--kills {targets.kills} --partitions {targets.partitions}"
    with world(processes=2) as running:
        print(f"seed {seed}; again: scripts/chaos --seed {seed} {again}", flush=True)
        story = Story(running, seed, peace_secs=LONG_PEACE_SECS)
        report = story.run_until(targets, lambda line: print(line, flush=True))
    return tell(report, running, again)


def torment_points(seed: int) -> int:
    """Ours, with one process less at every crash point."""
    with world() as running:
        report = Story(running, seed).run_points()
    return tell(report, running, "--points")


def compare(examples: int) -> int:
    """Random operations over both transports, held against the model; a failure prints how to come to it."""
    os.environ["ASSAY_MODEL_EXAMPLES"] = str(examples)
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *MODEL_TESTS], check=False).returncode


def tell(report: Report, running: World, again: str) -> int:
    """Print what was done and found, and how to do it again."""
    print(json.dumps(asdict(report), indent=2))
    if report.violations:
        print(f"history and log are kept in {running.home}")
    print(f"again: scripts/chaos --seed {report.seed} {again}")
    return int(bool(report.violations))


def hunt(seed: int) -> int:
    """Copies with a bug each, which should all be found."""
    missed = 0
    for bug in BUGS:
        first = seed - seed % PLANTED_TRIES
        tries = (torment_planted(bug, first + n) for n in range(PLANTED_TRIES))
        found = next(filter(None, tries), "NOT FOUND")
        missed += found == "NOT FOUND"
        print(f"{bug}: {found}", flush=True)
    print(f"{len(BUGS) - missed} of {len(BUGS)} planted bugs found; seed {seed}")
    return int(missed > 0)


def torment_planted(bug: str, seed: int) -> str:
    """The first promise that a copy with this bug was seen to break, or nothing."""
    with planted(bug) as package, world(package) as running:
        story = Story(running, seed, peace_secs=PLANTED_PEACE_SECS)
        is_first = seed % PLANTED_TRIES == 0
        report = story.run(PLANTED_SECS) if is_first else story.run_until(PLANTED_TARGETS, lambda _: None)
    shutil.rmtree(running.home, ignore_errors=True)
    return report.violations[0] if report.violations else ""


if __name__ == "__main__":
    raise SystemExit(main())
