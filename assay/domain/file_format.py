"""What an import or export format carries, as clients are told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """One format: its name for ``format=``, its name for people, whether it is read and written, the kinds of
    question whose answers it holds, and what an export loses besides other kinds, named as ``KEEPS`` does."""

    name: str
    title: str
    reads: bool
    writes: bool
    kinds: tuple[str, ...]
    loses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileFormats:
    """Every format there is, by name."""

    items: tuple[FileFormat, ...]
