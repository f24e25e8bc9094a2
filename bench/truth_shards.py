"""Truth inference on a Ray cluster of two workers on this machine: is the answer that of one pass?

    python bench/truth_shards.py [--votes 1000000] [--environment DIR]

Where Ray is not installed, it is put into an environment of its own (DIR, or a temporary one that is
removed), which also sees what is installed here, and the script starts again in it. The votes are those of
truth_speed.py; the bar is a posterior that differs nowhere by more than 1e-9. Both times are wall clock,
twenty iterations, shipping the shards and compiling for them included.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from truth_speed import ITERATIONS, simulate

MODELS = ("dawid_skene", "hierarchical_dawid_skene")
SAME = 1e-9


def again_with_ray(folder: Path) -> int:
    """Run this script in an environment under ``folder`` that has Ray and all that is here."""
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "ray"], check=True)
    # Actors start as processes of their own and find packages by this path, too.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.run([python, *sys.argv], env={**os.environ, "PYTHONPATH": path}, check=False).returncode


def compare(n_votes: int) -> bool:
    """Print the largest difference and the times of each model; whether all are the same."""
    from assay.quality.infer import find_model
    from assay.quality.shards import RayExecutor, infer_sharded, split_votes
    from assay.quality.votes import check_votes

    votes = check_votes(*simulate(n_votes))
    shards = split_votes(votes, 2)
    same = True
    for model in MODELS:
        whole, alone_secs = _timed(
            lambda model=model: find_model(model)(votes, max_iterations=ITERATIONS, tol=0)
        )
        executor = RayExecutor()
        sharded, ray_secs = _timed(
            lambda model=model, executor=executor: infer_sharded(
                shards, model=model, executor=executor, max_iterations=ITERATIONS, tol=0
            )
        )
        apart = float(np.abs(np.concatenate(sharded.posteriors) - whole.posterior).max())
        same &= apart <= SAME
        print(f"{model:26} differs by at most {apart:.1e}; alone {alone_secs:.2f} s, on Ray {ray_secs:.2f} s")
    return same


def _timed(run: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    found = run()
    return found, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--environment", type=Path, help="where Ray is, or is put and kept")
    options = parser.parse_args()
    if find_spec("ray") is None:
        if options.environment:
            sys.exit(again_with_ray(options.environment))
        with tempfile.TemporaryDirectory() as folder:
            sys.exit(again_with_ray(Path(folder)))
    ray: Any = import_module("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    workers = ray.cluster_resources()["CPU"]
    print(
        f"Ray {ray.__version__}, {workers:.0f} workers on one machine, load {load}; {options.votes:,} votes"
    )
    same = compare(options.votes)
    ray.shutdown()
    print(f"{'met   ' if same else 'MISSED'} the same posterior to {SAME}")
    sys.exit(not same)


if __name__ == "__main__":
    main()
