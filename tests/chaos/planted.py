"""Bugs planted into a copy of Assay: a harness that does not find them finds nothing."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import assay

PLANTED = Path(__file__).with_name("planted")
BUGS = {path.stem: path for path in sorted(PLANTED.glob("*.patch"))}


@contextmanager
def planted(bug: str) -> Iterator[Path]:
    """A folder with an ``assay`` that has this bug; ``CalledProcessError`` when the patch fits no more."""
    folder = Path(tempfile.mkdtemp(prefix="assay-planted-", dir="/tmp"))
    folder.chmod(0o755)  # the serving user runs it
    try:
        shutil.copytree(
            Path(assay.__file__).parent, folder / "assay", ignore=shutil.ignore_patterns("__pycache__")
        )
        subprocess.run(
            ["git", "apply", "--unsafe-paths", "--directory", str(folder), str(BUGS[bug])],
            cwd="/",
            check=True,
            capture_output=True,
            text=True,
        )
        yield folder
    finally:
        shutil.rmtree(folder)
