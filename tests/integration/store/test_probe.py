"""The decoder children, on real pictures and on files made to hurt them."""

import asyncio
import gzip
import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from assay.domain.asset import MediaFacts
from assay.errors import Invalid
from assay.store.probe import MediaLimits, Probe

RACCOONS = Path(__file__).parents[2] / "fixtures" / "raccoon" / "images"


@pytest.fixture
async def probe() -> AsyncIterator[Probe]:
    async with Probe() as running:
        yield running


def encoded(form: str, size: tuple[int, int] = (6, 4), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, form, **options)
    return out.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + png_chunk(b"IEND", b"")
    )


def gif_of(frames: int) -> bytes:
    frame = b",\0\0\0\0\1\0\1\0\0" + b"\2\2\x44\1\0"
    return b"GIF89a\1\0\1\0\x80\0\0" + b"\0\0\0\xff\xff\xff" + frame * frames + b";"


def tiff_of(directories: int) -> bytes:
    """Empty directories, each pointing at the next."""
    links = b"".join(struct.pack("<HI", 0, 8 + 6 * (n + 1)) for n in range(directories - 1))
    return b"II*\0" + struct.pack("<I", 8) + links + struct.pack("<HI", 0, 0)


def jpeg2000_claiming(width: int, height: int) -> bytes:
    sizes = struct.pack("!HIIIIIIIIH", 0, width, height, 0, 0, 1, 1, 0, 0, 3) + b"\7\1\1" * 3
    return b"\xff\x4f\xff\x51" + struct.pack("!H", len(sizes) + 2) + sizes + b"\xff\xd9"


async def refusal(probe: Probe, source: Path | bytes, declared: str | None = None) -> Invalid:
    with pytest.raises(Invalid) as caught:
        await probe.inspect(source, declared=declared)
    return caught.value


async def test_real_pictures_are_measured(probe: Probe) -> None:
    for path in sorted(RACCOONS.glob("*.jpg"))[:5]:
        with Image.open(path) as image:
            expected = MediaFacts(media_type="image/jpeg", width=image.width, height=image.height, frames=1)
        assert await probe.inspect(path, declared="image/jpeg") == expected
        small = await probe.thumbnail(path, 64)
        assert max(small.width, small.height) == 64
        with Image.open(io.BytesIO(small.data)) as thumbnail:
            assert (thumbnail.format, thumbnail.size) == ("WEBP", (small.width, small.height))


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp"),
        ("TIFF", "image/tiff"), ("BMP", "image/bmp"), ("AVIF", "image/avif"), ("JPEG2000", "image/jp2"),
    ],
)  # fmt: skip
async def test_every_raster_format_is_measured_and_drawn(probe: Probe, form: str, media_type: str) -> None:
    data = encoded(form, (60, 40))
    assert await probe.inspect(data) == MediaFacts(media_type=media_type, width=60, height=40, frames=1)
    small = await probe.thumbnail(data, 30, form="jpeg")
    assert (small.media_type, small.width, small.height) == ("image/jpeg", 30, 20)


@pytest.mark.parametrize("compression", ["tiff_lzw", "jpeg", "tiff_deflate", "packbits"])
async def test_compressed_tiffs_are_drawn(probe: Probe, compression: str) -> None:
    data = encoded("TIFF", (60, 40), compression=compression)
    assert (await probe.thumbnail(data, 30)).height == 20


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F", "YCbCr"])
async def test_every_pixel_type_is_drawn(probe: Probe, mode: str) -> None:
    form = "JPEG" if mode == "YCbCr" else "TIFF"
    assert (await probe.thumbnail(encoded(form, (60, 40), mode), 30)).width == 30


async def test_sizes_are_as_displayed(probe: Probe) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded("JPEG", (60, 40), exif=exif)
    facts = await probe.inspect(data)
    small = await probe.thumbnail(data, 30)
    assert (facts.width, facts.height) == (40, 60)
    assert (small.width, small.height) == (20, 30)


async def test_frames_are_counted(probe: Probe) -> None:
    assert (await probe.inspect(gif_of(7))).frames == 7
    more = [Image.new("RGB", (6, 4), (n * 80, 0, 0)) for n in range(3)]
    for form in ("PNG", "WEBP", "TIFF", "GIF"):
        out = io.BytesIO()
        more[0].save(out, form, save_all=True, append_images=more[1:])
        assert (await probe.inspect(out.getvalue())).frames == 3


BOMBS = {
    "a side": png_claiming(65_535, 65_535),
    "pixels": png_claiming(60_000, 60_000),
    "tiles of a JPEG 2000": jpeg2000_claiming(60_000, 60_000),
    "frames of a GIF": gif_of(1_000_000),
    "frames of a TIFF": tiff_of(100_000),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_a16_image_bombs(probe: Probe, name: str) -> None:
    error = await refusal(probe, BOMBS[name])
    assert error.code == "media.limit"
    assert error.limit is not None
    assert (await probe.inspect(encoded("PNG"))).width == 6


async def test_a16_a_zipped_fits_is_not_unpacked(probe: Probe) -> None:
    bomb = gzip.compress(b"SIMPLE  =                    T" + b"\0" * 50_000_000)
    assert await probe.inspect(bomb) == MediaFacts(media_type="application/gzip")
    assert (await refusal(probe, bomb, "image/fits")).code == "media.type_mismatch"


async def test_a16_memory_is_limited() -> None:
    async with Probe(MediaLimits(memory_bytes=400 << 20)) as small:
        image = encoded("PNG", (12_000, 12_000))
        assert (await small.inspect(image)).width == 12_000
        with pytest.raises(Invalid) as caught:
            await small.thumbnail(image, 64)
        assert (caught.value.code, caught.value.limit) == ("media.limit", 400 << 20)
        assert (await small.inspect(encoded("PNG"))).width == 6


async def test_a16_time_is_limited() -> None:
    async with Probe(MediaLimits(cpu_secs=1, frames=10**9)) as hasty:
        error = await refusal(hasty, gif_of(6_000_000))
        assert (error.code, error.limit) == ("media.limit", 1)
        assert (await hasty.inspect(encoded("PNG"))).width == 6


async def test_a16_a_child_that_hangs_is_replaced(tmp_path: Path) -> None:
    async with Probe(MediaLimits(wall_secs=0)) as impatient:
        error = await refusal(impatient, encoded("PNG"))
        assert (error.code, error.limit) == ("media.limit", 0)


@pytest.mark.parametrize(
    "broken",
    [
        b"", encoded("JPEG", (600, 400))[:100], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"GIF89a\1\0\1\0\0\0\0,",
        b"II*\0",
        b"II*\0\x08\0\0\0", tiff_of(3)[:-1] + b"\x08", b"II+\0\x08\0\0\0" + b"\xff" * 8, b"RIFF\0\0\0\0WEBP",
        b"MM\0*\0\0\0\x08\0\x01" + b"\xff" * 20, b"\0\0\0\x20ftypavif" + b"\0" * 60,
        b"BM" + b"\0" * 12 + b"\x28\0\0\0",
    ],
)  # fmt: skip
async def test_damaged_pictures_are_unreadable(probe: Probe, broken: bytes) -> None:
    assert (await refusal(probe, broken)).code == "media.unreadable"


async def test_a_truncated_jpeg_is_found_when_decoded(probe: Probe) -> None:
    whole = (RACCOONS / "raccoon-1.jpg").read_bytes()
    with pytest.raises(Invalid) as caught:
        await probe.thumbnail(whole[: len(whole) // 2], 64)
    assert caught.value.code == "media.unreadable"


SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<svg onload="alert(1)">&x;</svg>'
)
PAGE = b"<!-- hello --> <!DOCTYPE html><script>alert(1)</script>"


async def test_a18_svg_is_no_picture(probe: Probe) -> None:
    for data in (SVG, b"\xef\xbb\xbf  <svg:svg xmlns:svg='x'/>", b"<!-- c --><svg/>"):
        assert await probe.inspect(data) == MediaFacts(media_type="image/svg+xml")
        assert (await refusal(probe, data, "image/png")).code == "media.type_mismatch"
        with pytest.raises(Invalid) as caught:
            await probe.thumbnail(data, 64)
        assert caught.value.code == "media.unreadable"


async def test_a21_what_is_declared_is_never_believed(probe: Probe) -> None:
    assert (await probe.inspect(PAGE, declared="text/html")).media_type == "text/html"
    assert (await refusal(probe, PAGE, "image/jpeg")).code == "media.type_mismatch"
    assert (await refusal(probe, PAGE, "text/plain")).code == "media.type_mismatch"
    assert (await refusal(probe, encoded("JPEG"), "text/html")).code == "media.type_mismatch"
    assert (await refusal(probe, b"just text", "image/jpeg")).code == "media.type_mismatch"
    assert (await refusal(probe, b"\x01\x02\x03", "video/mp4")).code == "media.type_mismatch"
    assert (await probe.inspect(encoded("PNG"), declared="image/jpeg; q=1")).media_type == "image/png"


async def test_a21_a_picture_that_is_also_a_page(probe: Probe) -> None:
    polyglot = b"GIF89a/*\0" + gif_of(1)[9:] + b"*/=1;<script >alert(1)</script><html >"
    for data in (polyglot, encoded("JPEG", comment=b"<html ><script >alert(1)</script>")):
        assert (await refusal(probe, data, None)).code == "media.type_mismatch"


async def test_a24_programs_are_refused(probe: Probe) -> None:
    checkpoint = io.BytesIO()
    with zipfile.ZipFile(checkpoint, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02.")
    objects = b"\x93NUMPY\x01\x00\x76\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    for data in (pickle.dumps([1, 2]), pickle.dumps({}, 2), checkpoint.getvalue(), objects):
        assert (await refusal(probe, data)).code == "format.executable_refused"


async def test_a_child_that_was_killed_while_it_waited_is_replaced(probe: Probe) -> None:
    await probe.inspect(encoded("PNG"))
    child = probe._places.get_nowait()
    assert child is not None
    child._process.kill()
    child._process.wait()
    probe._places.put_nowait(child)
    assert (await probe.inspect(encoded("PNG"))).width == 6


async def test_a_question_that_is_cancelled_leaves_the_probe_whole(probe: Probe) -> None:
    asking = asyncio.create_task(probe.inspect(encoded("PNG")))
    while not probe._places.empty():  # noqa: ASYNC110 - no event says that the child was taken
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await probe.inspect(encoded("GIF"))).media_type == "image/gif"


async def test_several_children_work_together() -> None:
    async with Probe(children=2) as pair:
        asked = [pair.inspect(path) for path in sorted(RACCOONS.glob("*.jpg"))[:8]]
        assert {facts.media_type for facts in await asyncio.gather(*asked)} == {"image/jpeg"}


async def test_the_child_sees_nothing_of_the_server(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_SECRET", "canary")
    await probe.inspect(encoded("PNG"))
    child = probe._places.get_nowait()
    assert child is not None
    process = Path(f"/proc/{child._process.pid}")
    assert b"canary" not in (process / "environ").read_bytes()
    limits = (process / "limits").read_text()
    assert len(list((process / "fd").iterdir())) == 4
    assert [line.split()[3:5] for line in limits.splitlines() if "open files" in line] == [["6", "6"]]
    probe._places.put_nowait(child)
