"""What ``import assay`` gives, and what it does not load."""

from __future__ import annotations

import subprocess
import sys

import pytest

import assay

BASE = {"assay.errors", "assay.domain", "assay.client"}
SERVER_ONLY = {"numpy", "pydantic", "fastapi", "starlette", "orjson", "asyncpg", "PIL", "shapely", "obstore"}


def test_all_names_are_sorted_and_there() -> None:
    assert assay.__all__ == sorted(assay.__all__)
    for name in assay.__all__:
        assert getattr(assay, name).__name__ == name
    assert dir(assay) == assay.__all__


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        assay.Nothing  # noqa: B018


def modules_after(statement: str) -> set[str]:
    program = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_assay_loads_nothing_else() -> None:
    assert {name for name in modules_after("import assay") if name.startswith("assay.")} == set()


def test_the_sdk_needs_only_the_base_install() -> None:
    loaded = modules_after("import assay; [getattr(assay, name) for name in assay.__all__]")
    assert not loaded & SERVER_ONLY
    ours = {name for name in loaded if name.startswith("assay.")}
    assert {".".join(name.split(".")[:2]) for name in ours} == BASE
