"""Where items come from, and the local files they name."""

from __future__ import annotations

import json
import mimetypes
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from assay.client.asset import Asset, Source, upload_all
from assay.client.request import Plan, encode
from assay.domain.asset import field_type_of
from assay.domain.ontology import MEDIA_TYPES
from assay.errors import Invalid, pointer_token

WINDOW_ITEMS = 64
"""Files of this many items are uploaded side by side."""
REMEMBERED_FILES = 10_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+:")

ItemSource = Iterable[Mapping[str, Any]] | str | os.PathLike[str]
"""Items as dicts, or the path of a ``.jsonl``, ``.ndjson`` or ``.json`` file, or a folder of media."""


@dataclass(frozen=True, kw_only=True)
class FoundItem:
    """An item before its files are uploaded.

    ``raw`` is the line it was read from, sent byte for byte when it names no file. Relative paths start at
    ``folder``; those of a file that somebody else may have written stay below it (``confined``).
    """

    item: Any
    folder: Path
    raw: bytes | None = None
    confined: bool = False


def read_items(source: ItemSource, field_types: Mapping[str, str]) -> Iterator[FoundItem]:
    """Items one at a time. Raises ``Invalid`` (``item.invalid``) for a source that holds none."""
    if isinstance(source, Mapping):
        raise Invalid("item.invalid", "give a list of items, not one item")
    if not isinstance(source, str | os.PathLike):
        yield from (FoundItem(item=item, folder=Path()) for item in source)
        return
    path = Path(source)
    if path.is_dir():
        yield from _media_folder(path, field_types)
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _json_lines(path)
    elif path.suffix.lower() == ".json":
        yield from (FoundItem(item=item, folder=path.parent, confined=True) for item in _json_array(path))
    else:
        raise Invalid(
            "item.invalid", f"{path} is no .jsonl or .json file and no folder; import other formats as such"
        )


class ResolvedLines:
    """Items as lines ready to be sent, a window at a time: each window is a plan that uploads its files."""

    def __init__(self, items: Iterator[FoundItem], field_types: Mapping[str, str]) -> None:
        self._items = items
        self._media = [name for name, field_type in field_types.items() if field_type in MEDIA_TYPES]
        self._uploaded: dict[Path, Asset] = {}

    def __iter__(self) -> Iterator[Plan[list[bytes]]]:
        while window := list(islice(self._items, WINDOW_ITEMS)):
            yield self._lines(window)

    def _lines(self, window: list[FoundItem]) -> Plan[list[bytes]]:
        wanted = {file for found in window for file in self._files(found).values()}
        fresh: list[Source] = [file for file in sorted(wanted) if file not in self._uploaded]
        if fresh:
            if len(self._uploaded) > REMEMBERED_FILES:
                self._uploaded = {file: asset for file, asset in self._uploaded.items() if file in wanted}
            assets = yield from upload_all(fresh)
            self._uploaded |= {Path(file): asset for file, asset in zip(fresh, assets, strict=True)}  # type: ignore[arg-type]
        return [self._line(found) for found in window]

    def _line(self, found: FoundItem) -> bytes:
        files = self._files(found)
        if not files:
            return found.raw if found.raw is not None else encode(found.item)
        uploaded = {name: {"url": self._uploaded[file].url} for name, file in files.items()}
        return encode({**found.item, "fields": {**found.item["fields"], **uploaded}})

    def _files(self, found: FoundItem) -> dict[str, Path]:
        """The local files that an item names, by field."""
        fields = found.item.get("fields") if isinstance(found.item, Mapping) else None
        if not isinstance(fields, Mapping):
            return {}
        named = {name: _local_path(fields.get(name)) for name in self._media}
        files = {name: found.folder / file for name, file in named.items() if file is not None}
        for name, file in files.items():
            if found.confined and not file.resolve().is_relative_to(found.folder.resolve()):
                raise Invalid(
                    "item.invalid",
                    f"{ascii(str(file))[:200]} lies outside the folder of the items' file",
                    pointer=f"/fields{pointer_token(name)}",
                )
        return files


def _local_path(value: Any) -> Path | None:
    if isinstance(value, Mapping) and set(value) == {"url"}:
        value = value["url"]
    if isinstance(value, os.PathLike):
        return Path(value)
    if not isinstance(value, str) or not value or _SCHEME.match(value):
        return None
    return Path(value)


def _json_lines(path: Path) -> Iterator[FoundItem]:
    with _opened(path) as file:
        for line in file:
            raw = line.strip()
            if raw:
                try:
                    item = json.loads(raw)
                except ValueError:
                    item = None  # the server says what is wrong with it, and where
                yield FoundItem(item=item, folder=path.parent, raw=raw, confined=True)


def _json_array(path: Path) -> list[Any]:
    with _opened(path) as file:
        try:
            items = json.load(file)
        except ValueError as error:
            raise Invalid("json.malformed", f"{path} is not JSON: {error}") from error
    if not isinstance(items, list):
        raise Invalid("item.invalid", f"{path} does not hold a list of items")
    return items


def _media_folder(folder: Path, field_types: Mapping[str, str]) -> Iterator[FoundItem]:
    media = [name for name, field_type in field_types.items() if field_type in MEDIA_TYPES]
    if len(media) != 1 or len(field_types) != 1:
        raise Invalid(
            "item.invalid", "a folder of files fits only an ontology with one media field and no other"
        )
    for file in sorted(folder.rglob("*")):
        media_type = mimetypes.guess_type(file.name)[0] or ""
        if file.is_file() and field_type_of(media_type) == field_types[media[0]]:
            name = file.relative_to(folder).as_posix()
            yield FoundItem(item={"external_id": name, "fields": {media[0]: name}}, folder=folder)


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise Invalid("item.invalid", f"{path} cannot be read: {error.strerror}") from error
