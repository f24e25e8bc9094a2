"""Which formats there are, and what each carries."""

from __future__ import annotations

from assay.domain.file_format import FileFormat, FileFormats
from assay.formats import FORMATS
from assay.formats.format import KEEPS, Format
from assay.labels import KINDS


def file_formats() -> FileFormats:
    """Every format of ``assay.formats``."""
    return FileFormats(items=tuple(_told(FORMATS[name]) for name in sorted(FORMATS)))


def _told(one: Format) -> FileFormat:
    return FileFormat(
        name=one.name,
        title=one.title,
        reads=True,
        writes=one.writes,
        kinds=tuple(sorted(KINDS if one.kinds is None else one.kinds)),
        loses=tuple(sorted(KEEPS - one.keeps)) if one.writes else (),
    )
