from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from assay.client.dataset import SnapshotDataset, holds_item, item_row, read_ray
from assay.errors import Unavailable


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    path.write_text('{"n": 0, "é": "ü"}\n{"n": 1}\n{"n": 2}', encoding="utf-8")
    return path


def test_rows_by_their_number(lines: Path) -> None:
    rows = SnapshotDataset(lines)
    assert len(rows) == 3
    assert [rows[n]["n"] for n in (2, 0, 1, -1)] == [2, 0, 1, 2]
    for outside in (3, -4):
        with pytest.raises(IndexError):
            rows[outside]
    assert [row["n"] for row in rows] == [0, 1, 2]


def test_rows_are_transformed_in_a_copy_that_was_pickled(lines: Path) -> None:
    rows = pickle.loads(pickle.dumps(SnapshotDataset(lines, transform=len)))
    assert [rows[n] for n in range(3)] == [2, 1, 1]


def test_the_head_of_the_file_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"assay":1,"ontology":{"fields":{}}}\n{"n":0}\n{"assay":2}\n')
    rows = SnapshotDataset(path)
    assert rows.ontology == {"fields": {}}
    assert [rows[0], rows[1], len(rows)] == [{"n": 0}, {"assay": 2}, 2]


def test_rows_for_ray_are_the_lines_that_hold_items() -> None:
    lines = [{"text": '{"assay":1}'}, {"text": '{"n":0}'}]
    assert [item_row(line) for line in lines if holds_item(line)] == [{"n": 0}]


def test_an_empty_snapshot_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").touch()
    assert len(SnapshotDataset(tmp_path / "s.jsonl")) == 0


def test_ray_is_named_where_it_is_missing(lines: Path) -> None:
    with pytest.raises(Unavailable, match="pip install") as refused:
        read_ray(lines)
    assert refused.value.code == "extra.missing"
