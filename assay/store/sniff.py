"""What bytes are, by looking at their beginning; never by a name or by what someone said. Pure.

Types follow the IANA registry where it has one, and the WHATWG MIME sniffing standard for HTML.
"""

from __future__ import annotations

import json
import re

HEAD_BYTES = 4_096
"""How much of a file's beginning is looked at."""

UNKNOWN = "application/octet-stream"
PICKLE = "application/x-pickle"

RASTER_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/avif": "AVIF",
    "image/jp2": "JPEG2000",
}
"""The images that are measured and decoded, and Pillow's name for each; it is told that one name only."""

_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"SIMPLE  =", "image/fits"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (128, b"DICM", "application/dicom"),
    (0, b"LASF", "application/vnd.las"),
    (0, b"# .PCD", "application/x-pcd"),
    (0, b"ply\n", "application/x-ply"),
    (0, b"ply\r\n", "application/x-ply"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (257, b"ustar", "application/x-tar"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"ARROW1", "application/vnd.apache.arrow.file"),
    (0, b"\x93NUMPY", "application/x-npy"),
    (0, b"\x89HDF\r\n\x1a\n", "application/x-hdf5"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
)

_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"avif": "image/avif", b"avis": "image/avif", b"heic": "image/heic", b"heix": "image/heic",
    b"mif1": "image/heif", b"msf1": "image/heif", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}  # fmt: skip
_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|style|title|h1|a|table|img)[\s>/]", re.I
)
_ACTIVE = re.compile(rb"<(?:!doctype\s+html|html|body|script|iframe|object|embed)[\s>/]", re.I)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PROLOGUE = re.compile(
    rb"\s*(?:(?:<\?.*?\?>|<!--.*?-->|<!doctype\s+svg[^>\[]*(?:\[.*?\])?\s*>)\s*)*", re.I | re.S
)


def sniff(head: bytes, whole: bool) -> str:
    """The media type of a file that begins with ``head``; ``whole`` says whether that is all of it."""
    if head[4:8] == b"ftyp":  # first, because a box's length before it can look like other magic
        return _BRANDS.get(head[8:12], "video/mp4")
    for offset, magic, media_type in _MAGIC:
        if head.startswith(magic, offset):
            return media_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    if len(head) > 2 and head[0] == 0x80 and 2 <= head[1] <= 5:
        return PICKLE
    return _sniff_text(head, whole)


def hides_a_page(head: bytes) -> bool:
    """Whether a file of another type holds HTML near its beginning, where a careless reader would see it."""
    return _ACTIVE.search(head[:1_024]) is not None


def family(media_type: str) -> str:
    """``image``, ``timed``, ``text`` or another first half; audio and video share their containers."""
    if media_type.startswith(("audio/", "video/")):
        return "timed"
    if media_type in ("application/json", "application/x-ndjson", "application/csv", "application/yaml"):
        return "text"
    return media_type.partition("/")[0]


def may_be_declared(declared: str, found: str) -> bool:
    """Whether bytes that are ``found`` may come under the name ``declared``.

    Another type of the same family may (a PNG called JPEG is kept as PNG); what a browser would run may only
    come under its own name.
    """
    declared = declared.partition(";")[0].strip().lower()
    if declared in ("", UNKNOWN):
        return True
    if "text/html" in (declared, found) or "image/svg+xml" in (declared, found):
        return declared == found
    if found == UNKNOWN:
        return family(declared) not in ("image", "timed", "text")
    if family(declared) == "application" or family(found) == "application":
        return family(declared) not in ("image", "timed") or found == "application/dicom"
    return family(declared) == family(found)


def _sniff_text(head: bytes, whole: bool) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _CONTROL.search(head) or not _is_utf8(head, whole):
        return UNKNOWN
    body = _PROLOGUE.sub(b"", head, count=1)
    if re.match(rb"<(?:\w+:)?svg[\s>/]", body, re.I):
        return "image/svg+xml"
    if _HTML.match(body):
        return "text/html"
    if body[:1] == b"<" or head.lstrip()[:5].lower() == b"<?xml":
        return "application/xml"
    return _sniff_json(head, whole) or "text/plain"


def _sniff_json(head: bytes, whole: bool) -> str | None:
    """JSON if it reads as such; of a longer file the first line tells whether it is one value a line."""
    if head.lstrip()[:1] not in (b"{", b"["):
        return None
    first, _, more = head.strip().partition(b"\n")
    if _is_json(first):
        return "application/x-ndjson" if more else "application/json"
    return "application/json" if not whole or _is_json(head) else None


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_utf8(head: bytes, whole: bool) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # Only the last character may be cut off, where the head ends and the file goes on.
        return not whole and error.end == len(head) and error.reason == "unexpected end of data"
    return True
