"""A snapshot's file as a data set for training."""

from __future__ import annotations

import importlib
import json
import os
from array import array
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assay.errors import Unavailable

_HEAD = '{"assay":'


class SnapshotDataset:
    """The items of a JSONL export by their number, without holding them: 8 bytes an item.

    It has what ``torch.utils.data.DataLoader`` asks of a map-style data set, so PyTorch is not needed to make
    one. It may be pickled into worker processes; each opens the file for itself.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, transform: Callable[[dict[str, Any]], Any] | None = None
    ) -> None:
        """``transform`` turns a row (``fields``, ``label``, ``probability``, …) into what training wants."""
        self.path = Path(path)
        self.transform = transform
        self.ontology, self._starts = _index(self.path)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, index: int) -> Any:
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        with self.path.open("rb") as file:
            file.seek(self._starts[index])
            row: dict[str, Any] = json.loads(file.read(self._starts[index + 1] - self._starts[index]))
        return row if self.transform is None else self.transform(row)


def read_ray(path: Path) -> Any:
    """The file as a ``ray.data.Dataset``. Raises ``Unavailable`` (``extra.missing``) where Ray is missing."""
    try:
        # Ray is large and only this needs it.
        ray_data: Any = importlib.import_module("ray.data")
    except ImportError as error:
        raise Unavailable("extra.missing", "to_ray() needs Ray: pip install 'ray[data]'") from error
    return ray_data.read_text(str(path)).filter(holds_item).map(item_row)


def holds_item(row: Mapping[str, str]) -> bool:
    """Whether a line of the file is an item, not the file's head."""
    return not row["text"].startswith(_HEAD)


def item_row(row: Mapping[str, str]) -> dict[str, Any]:
    """A line as the row it holds."""
    held: dict[str, Any] = json.loads(row["text"])
    return held


def _index(path: Path) -> tuple[dict[str, Any] | None, array[int]]:
    """The ontology that the file's head names, and where each item starts and the last one ends."""
    ontology, starts = None, array("q", [0])
    with path.open("rb") as file:
        head = file.readline()
        if head.startswith(_HEAD.encode()):
            ontology, starts[0] = json.loads(head).get("ontology"), len(head)
        else:
            file.seek(0)
        for line in file:
            starts.append(starts[-1] + len(line))
    return ontology, starts
