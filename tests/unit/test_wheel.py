"""The wheel carries all of ``assay/`` that git does not ignore; the queries depend on that."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_is_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["assay"]


def test_no_query_and_no_typing_mark_is_ignored() -> None:
    wanted = [str(path.relative_to(ROOT)) for path in (ROOT / "assay").rglob("*.sql")]
    assert len(wanted) > 20
    assert (ROOT / "assay" / "py.typed").is_file()
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", "assay/py.typed", *wanted],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ignored.returncode, ignored.stdout) == (1, "")
