"""Fuzz a real Assay: ``python -m tests.fuzz --examples 200 [--seed 7] [--only rest|grpc]``."""

from __future__ import annotations

import argparse
import secrets

from tests.fuzz import grpc, rest
from tests.fuzz.target import target


def main() -> int:
    """Run, print what is wrong, and say how to do it again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="requests for each operation")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", choices=["rest", "grpc"])
    arguments = parser.parse_args()
    number = secrets.randbelow(2**31) if arguments.seed is None else arguments.seed
    wrong = 0
    with target() as aim:
        for module in (rest, grpc):
            name = module.__name__.rpartition(".")[2]
            if arguments.only in (None, name):
                found = module.fuzz(aim, number, arguments.examples)
                wrong += len(found.wrong)
                print(*found.wrong, f"{name}: {dict(found.statuses.most_common())}", sep="\n")
    print(f"{wrong} wrong answers; again: scripts/fuzz --seed {number} --examples {arguments.examples}")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
