"""The size of an image from its header. No pixel is decoded: that is the work of a child process (ADR 8)."""

from __future__ import annotations

import struct
from typing import BinaryIO

from assay.errors import Invalid

IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")

_HEAD_BYTES = 32
_MAX_SEGMENTS = 10_000
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_APP1, _START_OF_SCAN = 0xE1, 0xDA
_ORIENTATION = 0x0112
_TURNED = range(5, 9)

Size = tuple[int, int]


def read_image_size(stream: BinaryIO, where: str) -> Size:
    """(width, height) in pixels as the image is shown: a JPEG's EXIF orientation is applied.

    Reads PNG, JPEG, GIF, BMP and WebP. Raises ``Invalid`` (``media.unreadable``).
    """
    head = stream.read(_HEAD_BYTES)
    try:
        if head.startswith(b"\xff\xd8"):
            stream.seek(2)
            size = _read_jpeg(stream)
        else:
            size = _read_fixed(head)
    except (struct.error, IndexError):
        size = None
    if size is None or size[0] <= 0 or size[1] <= 0:
        raise Invalid("media.unreadable", f"{ascii(where)[:200]} is no image that can be read")
    return size


def _read_fixed(head: bytes) -> Size | None:
    """Formats whose size stands at a fixed place."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _pair(">II", head, 16)
    if head.startswith((b"GIF87a", b"GIF89a")):
        return _pair("<HH", head, 6)
    if head.startswith(b"BM"):
        width, height = _pair("<ii", head, 18)
        return width, abs(height)  # negative: stored from the top
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _read_webp(head)
    return None


def _read_webp(head: bytes) -> Size | None:
    """WebP container: lossy, lossless or extended (RFC 9649)."""
    chunk = head[12:16]
    if chunk == b"VP8 ":
        width, height = _pair("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8X" and len(head) >= 30:
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None


def _read_jpeg(stream: BinaryIO) -> Size | None:
    """Walk the segments to the frame header, noting the orientation on the way (ITU T.81, annex B)."""
    turned = False
    for _ in range(_MAX_SEGMENTS):
        marker = _next_marker(stream)
        if marker in _STANDALONE:
            continue
        if marker is None or marker == _START_OF_SCAN:
            return None
        (length,) = struct.unpack(">H", stream.read(2))
        body = stream.read(length - 2) if length >= 2 else b""
        if marker in _START_OF_FRAME:
            height, width = _pair(">HH", body, 1)
            return (height, width) if turned else (width, height)
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            turned = _read_orientation(body[6:]) in _TURNED
    return None


def _next_marker(stream: BinaryIO) -> int | None:
    byte = stream.read(1)
    if byte != b"\xff":
        return None
    while byte == b"\xff":  # any number of fill bytes
        byte = stream.read(1)
    return byte[0] if byte else None


def _read_orientation(tiff: bytes) -> int:
    """The orientation in an EXIF block's first directory; 1 (upright) where it says none or is broken."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (entries,) = struct.unpack_from(order + "H", tiff, at)
        for index in range(entries):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * index)
            if (tag, kind) == (_ORIENTATION, 3):
                return int(value)
    except struct.error:
        return 1
    return 1


def _pair(layout: str, data: bytes, at: int) -> Size:
    first, second = struct.unpack_from(layout, data, at)
    return int(first), int(second)
