"""Copies of blobs: what is new, whole, and never twice; and which backups go."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from assay.store.backup import SETTLED_NS, BlobCopies, copy_blobs

ORGANIZATION = "0198"


def put(store: Path, raw: bytes, name: str | None = None) -> Path:
    """A blob as the store lays it, or one whose name says otherwise."""
    name = name or hashlib.sha256(raw).hexdigest()
    path = store / ORGANIZATION / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path.relative_to(store)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def there(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_only_what_lasts_is_copied(store: Path, target: Path) -> None:
    kept = put(store, b"one")
    for passing in ("staging/1", "uploads/2/1", f"{ORGANIZATION}/aa/{'a' * 64}#1"):
        (store / passing).parent.mkdir(parents=True, exist_ok=True)
        (store / passing).write_bytes(b"half")
    assert copy_blobs(store, target) == []
    assert there(target) == {str(kept)}
    assert (target / kept).stat().st_mode & 0o077 == 0


def test_bytes_that_are_not_what_they_were_are_told_and_not_kept(store: Path, target: Path) -> None:
    bad = put(store, b"changed", "b" * 64)
    good = put(store, b"good")
    assert copy_blobs(store, target) == [str(bad)]
    assert there(target) == {str(good)}


def test_checkpoints_of_what_was_cut_off_stay_away(store: Path, target: Path) -> None:
    for size in (3, 5, 9):
        path = store / "audit" / ORGANIZATION / f"{size:020}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    copy_blobs(store, target, limits={ORGANIZATION: 5})
    assert sorted(int(Path(path).stem) for path in there(target)) == [3, 5]
    copy_blobs(store, target, limits={})
    assert len(there(target)) == 2


def test_a_look_goes_only_where_something_was_added(store: Path, target: Path) -> None:
    first = put(store, b"one")
    folder = (store / first).parent
    now = [folder.stat().st_mtime_ns + SETTLED_NS + 1]
    copies = BlobCopies(store, target, now_ns=lambda: now[0])
    assert copies.look() == []
    assert there(target) == {str(first)}
    (target / first).unlink()
    copies.look()
    assert there(target) == set()  # it was seen, and is not looked for again
    second = folder / hashlib.sha256(b"two").hexdigest()
    second.write_bytes(b"two")
    os.utime(folder, ns=(now[0], now[0]))
    copies.look()
    assert there(target) == {str(first), str(second.relative_to(store))}


def test_a_folder_that_changed_just_now_is_looked_at_again(store: Path, target: Path) -> None:
    first = put(store, b"one")
    changed = (store / first).parent.stat().st_mtime_ns
    copies = BlobCopies(store, target, now_ns=lambda: changed)
    copies.look()
    late = (store / first).with_name(hashlib.sha256(b"late").hexdigest())
    late.write_bytes(b"late")
    os.utime(late.parent, ns=(changed, changed))  # within the same tick
    copies.look()
    assert len(there(target)) == 2
