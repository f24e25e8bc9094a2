"""Prints our row of the style floors (STYLE.md), and fails where one is broken.

::

    lines by file (median, worst), function bodies (90th percentile, worst), branches (90th percentile),
    suppressions by 1,000 lines, test lines by code line, mock words by test
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

BRANCHES = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.match_case)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore)")
MOCK = re.compile(r"\b(Mock|MagicMock|AsyncMock|monkeypatch|mocker|patch)\b")


@dataclass(frozen=True, kw_only=True)
class Floor:
    """A number of ours and the most it may be."""

    name: str
    ours: float
    most: float


def main() -> int:
    """Print the row; 1 when a floor is broken."""
    code, tests = sources("assay"), sources("tests")
    floors = [*size_floors(code), *function_floors(code), *text_floors(code, tests)]
    for floor in floors:
        mark = "  " if floor.ours <= floor.most else "✗ "
        print(f"{mark}{floor.name:34} {floor.ours:8.2f}   at most {floor.most:g}")
    print(f"  {'test lines by code line':34} {total(tests) / total(code):8.2f}   about 1.0 to 1.3")
    for path, text in code.items():
        if lines(text) > 400:
            print(f"  over 400 lines: {path} ({lines(text)})")
    return int(any(floor.ours > floor.most for floor in floors))


def sources(folder: str) -> dict[Path, str]:
    """The Python files that git knows or would add, with their text."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", f"{folder}/*.py"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    found = [Path(name) for name in listed if name] or sorted(Path(folder).rglob("*.py"))
    return {path: path.read_text("utf-8") for path in found if path.exists()}


def size_floors(code: dict[Path, str]) -> list[Floor]:
    """How long files are."""
    sizes = [lines(text) for text in code.values()]
    return [
        Floor(name="lines of a file, median", ours=median(sizes), most=150),
        Floor(name="lines of a file, worst", ours=max(sizes), most=600),
    ]


def function_floors(code: dict[Path, str]) -> list[Floor]:
    """How long and how branched functions are."""
    found = [function for text in code.values() for function in functions(ast.parse(text))]
    bodies = [body_lines(function) for function in found]
    branches = [sum(isinstance(node, BRANCHES) for node in ast.walk(function)) for function in found]
    return [
        Floor(name="body lines of a function, p90", ours=percentile(bodies, 0.9), most=21),
        Floor(name="body lines of a function, worst", ours=max(bodies), most=80),
        Floor(name="branches of a function, p90", ours=percentile(branches, 0.9), most=5),
    ]


def text_floors(code: dict[Path, str], tests: dict[Path, str]) -> list[Floor]:
    """What should be rare."""
    suppressions = sum(len(SUPPRESSION.findall(text)) for text in code.values())
    mocks = sum(len(MOCK.findall(text)) for text in tests.values())
    stories = sum(len(re.findall(r"^ *(?:async )?def test_", text, re.MULTILINE)) for text in tests.values())
    return [
        Floor(name="suppressions by 1,000 lines", ours=1000 * suppressions / total(code), most=1),
        Floor(name="mock words by test", ours=mocks / max(stories, 1), most=0.25),
    ]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function, inner ones included."""
    return (node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement after the docstring to the last line."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def lines(text: str) -> int:
    """All lines of a file."""
    return text.count("\n")


def total(files: dict[Path, str]) -> int:
    """All lines of some files."""
    return max(1, sum(map(lines, files.values())))


def percentile(values: Sequence[int], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    sys.exit(main())
