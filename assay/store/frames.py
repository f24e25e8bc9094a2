"""How many frames a GIF or TIFF holds, counted by walking its structure, without decoding.

The walks are linear in the file and stop at a limit. Sources: the GIF89a, TIFF 6.0 and BigTIFF documents.
"""

from __future__ import annotations

import struct
from typing import BinaryIO


class TooManyFrames(Exception):
    """The walk passed its limit."""


def count_gif(file: BinaryIO, limit: int) -> int:
    """The image descriptors of a GIF; raises ``ValueError`` where the structure breaks."""
    header = _exactly(file, 13)
    _skip_colours(file, header[10])
    frames = 0
    while (block := file.read(1)) not in (b";", b""):
        if block == b"!":
            _exactly(file, 1)
        elif block == b",":
            frames += 1
            if frames > limit:
                raise TooManyFrames
            _skip_colours(file, _exactly(file, 9)[8])
            _exactly(file, 1)
        else:
            raise ValueError("not a GIF block")
        _skip_sub_blocks(file)
    return frames


def count_tiff(file: BinaryIO, limit: int) -> int:
    """The image file directories of a TIFF or BigTIFF; raises ``ValueError`` when they run in a circle."""
    head = _exactly(file, 8)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\x00", b"\x00+")
    counted, entry_bytes, link = ("Q", 20, "Q") if big else ("H", 12, "I")
    (offset,) = struct.unpack(order + link, _exactly(file, 8) if big else head[4:8])
    seen: set[int] = set()
    while offset:
        if offset in seen:
            raise ValueError("the directories run in a circle")
        seen.add(offset)
        if len(seen) > limit:
            raise TooManyFrames
        file.seek(offset)
        (entries,) = struct.unpack(order + counted, _exactly(file, struct.calcsize(counted)))
        file.seek(offset + struct.calcsize(counted) + entries * entry_bytes)
        (offset,) = struct.unpack(order + link, _exactly(file, struct.calcsize(link)))
    return len(seen)


def _skip_colours(file: BinaryIO, flags: int) -> None:
    if flags & 0x80:
        _exactly(file, 3 << ((flags & 7) + 1))


def _skip_sub_blocks(file: BinaryIO) -> None:
    while size := _exactly(file, 1)[0]:
        _exactly(file, size)


def _exactly(file: BinaryIO, size: int) -> bytes:
    found = file.read(size)
    if len(found) != size:
        raise ValueError("the file ends too early")
    return found
