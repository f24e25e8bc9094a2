"""The child process that opens what people upload. Started and replaced by ``assay.store.probe``.

It holds nothing worth stealing: an empty environment, no open file but the one it is given, and room for one
more. Memory, CPU time and descriptors are limited by the kernel, and it can write no file, so that whatever a
crafted file makes a decoder do ends here.

Protocol on the socket at descriptor 3: a request is one JSON line with the file's descriptor attached; an
answer is four bytes of length (big-endian), a JSON line, and for a thumbnail the bytes of the image.
"""

from __future__ import annotations

import json
import math
import os
import resource
import socket
import struct
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from assay.store.frames import TooManyFrames, count_gif, count_tiff
from assay.store.sniff import (
    HEAD_BYTES,
    PICKLE,
    RASTER_FORMATS,
    hides_a_page,
    may_be_declared,
    sniff,
)

_SOCKET = 3
_DESCRIPTORS = 6  # stdin, stdout, stderr, the socket, the file, and one that libtiff duplicates
_THUMBNAIL = {"webp": ("WEBP", "image/webp"), "jpeg": ("JPEG", "image/jpeg")}

# What Pillow's decoders raise on files that are broken; anything else ends the process, which says the same.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, struct.error)

Reply = tuple[dict[str, Any], bytes]


class Refused(Exception):
    """The file is refused: a code of ``assay.errors``, a sentence, and the limit if it is one."""

    def __init__(self, code: str, detail: str, limit: int | None = None) -> None:
        super().__init__(detail)
        self.reply = {"code": code, "detail": detail, "limit": limit}


def inspect(file: BinaryIO, request: dict[str, Any], limits: dict[str, int]) -> Reply:
    """Find the type and measure what is an image: ``media_type``, ``width``, ``height``, ``frames``."""
    media_type = _checked_type(file, str(request.get("declared") or ""))
    facts: dict[str, Any] = {"media_type": media_type}
    if media_type in RASTER_FORMATS:
        frames = _count_frames(file, media_type, limits["frames"])
        with _opened(file, media_type, limits) as image:
            facts["width"], facts["height"] = _displayed_size(image)
            facts["frames"] = frames or _announced_frames(image, media_type, limits["frames"])
    return facts, b""


def thumbnail(file: BinaryIO, request: dict[str, Any], limits: dict[str, int]) -> Reply:
    """Decode the first frame in full and shrink it so that neither side exceeds ``max_side`` pixels."""
    media_type = _checked_type(file, "")
    if media_type not in RASTER_FORMATS:
        raise Refused("media.unreadable", f"{media_type} is not an image that Assay draws")
    side = int(request["max_side"])
    pillow_format, thumbnail_type = _THUMBNAIL[request["form"]]
    with _opened(file, media_type, limits) as image:
        image.draft("RGB", (side, side))
        image.load()
        small = ImageOps.exif_transpose(image)
        small = _to_8_bit(small, alpha=pillow_format == "WEBP")
        small.thumbnail((side, side))
        out = BytesIO()
        small.save(out, pillow_format, quality=80)
    facts = {"media_type": thumbnail_type, "width": small.width, "height": small.height}
    return facts, out.getvalue()


_CALLS: dict[str, Callable[[BinaryIO, dict[str, Any], dict[str, int]], Reply]] = {
    "inspect": inspect,
    "thumbnail": thumbnail,
}


def _checked_type(file: BinaryIO, declared: str) -> str:
    head = file.read(HEAD_BYTES)
    whole = not file.read(1)
    media_type = sniff(head, whole)
    if not head:
        raise Refused("media.unreadable", "the file is empty")
    if media_type == PICKLE or (media_type == "application/zip" and _holds_pickles(file)):
        raise Refused("format.executable_refused", "a pickle is a program; send data")
    if media_type == "application/x-npy" and b"O'" in head[:256]:
        raise Refused("format.executable_refused", "an array of Python objects is a program; send numbers")
    if media_type in RASTER_FORMATS and hides_a_page(head):
        raise Refused("media.type_mismatch", f"the file is {media_type} and an HTML page at once")
    if not may_be_declared(declared, media_type):
        raise Refused("media.type_mismatch", f"the file is {media_type}, not what it was called")
    file.seek(0)
    return media_type


def _holds_pickles(file: BinaryIO) -> bool:
    """Whether a zip is a model checkpoint: those keep a pickle among their entries."""
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.endswith((".pkl", ".pickle")) for name in archive.namelist())
    except zipfile.BadZipFile:
        return False


def _opened(file: BinaryIO, media_type: str, limits: dict[str, int]) -> Image.Image:
    """Read the header, and nothing more, of an image that is within the limits."""
    file.seek(0)
    image = Image.open(file, formats=[RASTER_FORMATS[media_type]])
    if max(image.size) > limits["side"]:
        raise Refused("media.limit", f"an image is at most {limits['side']} pixels a side", limits["side"])
    if image.width * image.height > limits["pixels"]:
        raise Refused("media.limit", f"an image is at most {limits['pixels']} pixels", limits["pixels"])
    return image


def _count_frames(file: BinaryIO, media_type: str, limit: int) -> int | None:
    """Frames by our own walk, where the format keeps no count; it comes before Pillow sees the file."""
    file.seek(0)
    try:
        if media_type == "image/gif":
            return count_gif(file, limit)
        return count_tiff(file, limit) if media_type == "image/tiff" else None
    except TooManyFrames:
        raise _too_many_frames(limit) from None


def _announced_frames(image: Image.Image, media_type: str, limit: int) -> int:
    # A JPEG's further pictures (previews, depth maps) are no frames of it.
    frames = 1 if media_type == "image/jpeg" else int(getattr(image, "n_frames", 1))
    if frames > limit:
        raise _too_many_frames(limit)
    return frames


def _too_many_frames(limit: int) -> Refused:
    return Refused("media.limit", f"an image has at most {limit} frames", limit)


def _displayed_size(image: Image.Image) -> tuple[int, int]:
    # Asked for its EXIF, a PNG without one decodes itself to look behind the pixels.
    has_exif = "exif" in image.info or image.format == "TIFF"
    turned = has_exif and image.getexif().get(0x0112) in (5, 6, 7, 8)
    return (image.height, image.width) if turned else image.size


def _to_8_bit(image: Image.Image, *, alpha: bool) -> Image.Image:
    """RGB or RGBA; the deep greys of medical and depth images are stretched between their extremes."""
    if image.mode.startswith("I") or image.mode == "F":
        low, high = image.convert("F").getextrema()
        if not (isinstance(low, float) and isinstance(high, float) and math.isfinite(high - low)):
            raise Refused("media.unreadable", "the image holds values that are not finite")
        scale = 255.0 / (high - low) if high > low else 0.0
        image = image.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    return image.convert("RGBA" if alpha and has_alpha else "RGB")


def main() -> None:
    """Answer requests until the parent closes the socket."""
    limits: dict[str, int] = json.loads(sys.argv[1])
    os.dup2(int(sys.argv[2]), _SOCKET)
    os.closerange(_SOCKET + 1, 256)
    parent = socket.socket(fileno=_SOCKET)
    Image.MAX_IMAGE_PIXELS = None  # our own limit, checked on the header, comes first and is an error
    _limit(limits)
    while True:
        line, descriptors, _, _ = socket.recv_fds(parent, 65_536, 1)
        if not line:
            return
        with open(descriptors[0], "rb") as file:
            _allow_cpu(limits["cpu_secs"])
            head, payload = _answer(file, json.loads(line), limits)
        body = json.dumps(head).encode() + b"\n" + payload
        parent.sendall(struct.pack("!I", len(body)) + body)


def _answer(file: BinaryIO, request: dict[str, Any], limits: dict[str, int]) -> Reply:
    try:
        return _CALLS[request["call"]](file, request, limits)
    except Refused as refused:
        return refused.reply, b""
    except MemoryError:
        memory = limits["memory_bytes"]
        return Refused("media.limit", f"decoding takes more than {memory} bytes", memory).reply, b""
    except _BROKEN:
        return Refused("media.unreadable", "the file is damaged or incomplete").reply, b""


def _limit(limits: dict[str, int]) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _allow_cpu(seconds: int) -> None:
    """So many seconds from now; the kernel counts a process's whole life."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    used = math.ceil(spent.ru_utime + spent.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
