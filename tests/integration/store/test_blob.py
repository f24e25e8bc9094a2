"""The blob store in a real folder."""

import hashlib
import itertools
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from assay.errors import AssayError, Invalid, NotFound, TooLarge, Unavailable
from assay.store.blob import BlobStore, StoredBlob, key
from assay.store.upload import MIN_PART_BYTES, Uploads, part_bytes

ORG = "0190a000-0000-7000-8000-000000000001"
OTHER = "0190a000-0000-7000-8000-000000000002"


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def breaking() -> AsyncIterator[bytes]:
    yield b"x" * 3_000_000
    raise ConnectionResetError("the client went away")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[BlobStore]:
    """A store in a folder."""
    numbers = itertools.count()
    store = BlobStore.open(tmp_path / "blobs", new_id=lambda: f"s{next(numbers)}")
    yield store
    await store.aclose()


@pytest.fixture(params=["folder", "objects"])
async def blobs(request: pytest.FixtureRequest, local: BlobStore) -> AsyncIterator[BlobStore]:
    """Every kind of store in turn; ``objects`` takes the way that buckets take, without a folder."""
    if request.param == "folder":
        yield local
        return
    numbers = itertools.count()
    store = BlobStore(MemoryStore(), new_id=lambda: f"s{next(numbers)}")
    yield store
    await store.aclose()


async def kept_keys(blobs: BlobStore) -> list[str]:
    return sorted(await blobs.sizes_below(""))


async def whole(blobs: BlobStore, sha256: str, **bounds: int) -> bytes:
    opened = await blobs.read(ORG, sha256, **bounds)
    return b"".join([chunk async for chunk in opened.chunks])


async def test_bytes_come_back_whole_and_in_ranges(blobs: BlobStore) -> None:
    data = bytes(range(256)) * 12_000
    kept = await blobs.put(ORG, stream(data[:5], data[5:2_000_000], b"", data[2_000_000:]))
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert kept.size_bytes == len(data)
    assert await whole(blobs, kept.sha256) == data
    assert await whole(blobs, kept.sha256, start=7, end=1_500_000) == data[7:1_500_000]
    assert await whole(blobs, kept.sha256, start=len(data) - 3) == data[-3:]
    assert (await blobs.read(ORG, kept.sha256, start=1, end=2)).size_bytes == len(data)
    assert await kept_keys(blobs) == [key(ORG, kept.sha256)]


async def test_bytes_can_be_had_as_a_file(blobs: BlobStore) -> None:
    kept = await blobs.put(ORG, stream(b"bytes"))
    async with blobs.as_file(key(ORG, kept.sha256), max_bytes=5) as path:
        assert path.read_bytes() == b"bytes"


async def test_a_copy_is_never_larger_than_asked() -> None:
    store = BlobStore(MemoryStore(), new_id=lambda: "s")
    kept = await store.put(ORG, stream(b"bytes"))
    with pytest.raises(TooLarge):
        async with store.as_file(key(ORG, kept.sha256), max_bytes=4):
            pytest.fail("it was copied")
    await store.aclose()


async def test_bytes_that_are_refused_at_a_look_are_not_kept(blobs: BlobStore) -> None:
    seen: list[tuple[str, int]] = []

    async def look(path: str, blob: StoredBlob) -> None:
        seen.append((path, blob.size_bytes))
        raise Invalid("media.unreadable", "no")

    with pytest.raises(Invalid):
        await blobs.put(ORG, stream(b"bytes"), look=look)
    assert seen == [("staging/s0", 5)]
    assert await kept_keys(blobs) == []


async def test_equal_bytes_are_kept_once_for_each_organisation(blobs: BlobStore) -> None:
    first, again = await blobs.put(ORG, stream(b"same")), await blobs.put(ORG, stream(b"sa", b"me"))
    other = await blobs.put(OTHER, stream(b"same"))
    assert first == again == other
    assert await kept_keys(blobs) == [key(ORG, first.sha256), key(OTHER, first.sha256)]
    await blobs.delete(ORG, first.sha256)
    await blobs.delete(ORG, first.sha256)
    assert await blobs.size(ORG, first.sha256) is None
    assert await blobs.size(OTHER, first.sha256) == 4


async def test_nothing_is_also_something(blobs: BlobStore) -> None:
    kept = await blobs.put(ORG, stream())
    assert kept.size_bytes == 0
    assert await whole(blobs, kept.sha256) == b""


async def test_what_is_too_large_to_copy_is_streamed_to_its_key() -> None:
    numbers = itertools.count()
    store = BlobStore(MemoryStore(), new_id=lambda: str(next(numbers)), copy_bytes=1_000)
    data = bytes(range(256)) * 50_000
    for _ in range(2):
        kept = await store.put(ORG, stream(data))
    assert await whole(store, kept.sha256) == data
    assert await kept_keys(store) == [key(ORG, kept.sha256)]
    await store.aclose()


async def test_a_missing_blob_is_not_found(blobs: BlobStore) -> None:
    with pytest.raises(NotFound):
        await blobs.read(ORG, "0" * 64)
    assert await blobs.size(ORG, "0" * 64) is None


@pytest.mark.parametrize(
    ("announced", "code"),
    [({"sha256": "0" * 64}, "asset.checksum"), ({"size_bytes": 5}, "asset.size")],
)
async def test_bytes_that_are_not_those_announced_are_not_kept(
    blobs: BlobStore, announced: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await blobs.put(ORG, stream(b"four"), **announced)  # type: ignore[arg-type]  # one of two keywords
    assert caught.value.code == code
    assert await kept_keys(blobs) == []


async def test_a_source_that_breaks_off_leaves_nothing(blobs: BlobStore) -> None:
    with pytest.raises(ConnectionResetError):
        await blobs.put(ORG, breaking())
    with pytest.raises(TooLarge) as caught:
        await blobs.put(ORG, stream(b"x" * 3_000_000), max_bytes=2_999_999)
    assert caught.value.limit == 2_999_999
    assert await kept_keys(blobs) == []


async def test_r18_changed_bytes_are_noticed(local: BlobStore) -> None:
    kept = await local.put(ORG, stream(b"good bytes"))
    async with local.as_file(key(ORG, kept.sha256), max_bytes=10) as path:
        path.write_bytes(b"Good bytes")
    with pytest.raises(Unavailable) as caught:
        await whole(local, kept.sha256)
    assert caught.value.code == "storage.corrupt"


async def test_r18_a_store_that_does_not_answer(unused_tcp_port: int) -> None:
    script = f"""
import asyncio
from obstore.store import S3Store
from assay.errors import Unavailable
from assay.store.blob import BlobStore
async def main():
    objects = S3Store("bucket", endpoint="http://127.0.0.1:{unused_tcp_port}", access_key_id="a",
        secret_access_key="b", region="none", client_options={{"allow_http": True}},
        retry_config={{"max_retries": 0}})
    blobs = BlobStore(objects, new_id=lambda: "s")
    try:
        await blobs.read("org", "0" * 64)
    except Unavailable as error:
        print(error.code, error.retry_after_secs, "127.0.0.1" in str(error))
    await blobs.aclose()
asyncio.run(main())
"""
    assert run_script(script) == "storage.unavailable 5 False"


def test_r6_a_full_disk_stores_nothing(tmp_path: Path) -> None:
    script = f"""
import asyncio, pathlib, resource
from assay.errors import StorageFull
from assay.store.blob import BlobStore
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
async def data(size):
    yield b"x" * size
async def main():
    blobs = BlobStore.open({str(tmp_path)!r}, new_id=lambda: "s")
    try:
        await blobs.put("org", data(3_000_000))
    except StorageFull as error:
        print(error.code, end=" ")
    await blobs.put("org", data(3))
    await blobs.aclose()
asyncio.run(main())
print(len([p for p in pathlib.Path({str(tmp_path)!r}).rglob("*") if p.is_file()]))
"""
    assert run_script(script) == "storage.full 1"


def exit_status(script: str) -> int:
    return subprocess.run([sys.executable, "-c", script], timeout=60).returncode


def run_script(script: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return finished.stdout.strip()


@pytest.mark.parametrize("organization", ["../x", "a/b", "", ".", "a\x00"])
async def test_a13_an_organisation_is_never_a_path(blobs: BlobStore, organization: str) -> None:
    with pytest.raises(ValueError, match="name a blob"):
        await blobs.put(organization, stream(b"x"))


def test_blobs_live_in_a_folder_or_a_bucket() -> None:
    for location in ("file:///tmp", "http://example.com/x", "memory:///"):
        with pytest.raises(Invalid) as caught:
            BlobStore.open(location, new_id=str)
        assert caught.value.code == "config.invalid"


async def test_what_was_left_behind_is_swept(blobs: BlobStore) -> None:
    kept = await blobs.put(ORG, stream(b"kept"))
    await Uploads(blobs).put_part("u1", 1, stream(b"part"), size_bytes=4)
    await blobs.write("staging/s9", stream(b"staged"))
    now = datetime.now(UTC)
    assert await blobs.sweep(now - timedelta(hours=1)) == 0
    assert await blobs.sweep(now + timedelta(hours=1)) == 2
    assert await kept_keys(blobs) == [key(ORG, kept.sha256)]


async def test_r1_a_writer_that_is_killed_leaves_nothing_at_a_key(local: BlobStore, tmp_path: Path) -> None:
    folder = tmp_path / "blobs"
    script = f"""
import asyncio, os, signal
from assay.store.blob import BlobStore
async def data():
    yield b"x" * 30_000_000
    os.kill(os.getpid(), signal.SIGKILL)
async def main():
    await BlobStore.open({str(folder)!r}, new_id=lambda: "killed").put("org", data())
asyncio.run(main())
"""
    assert exit_status(script) == -signal.SIGKILL
    assert files(folder) == ["staging/killed#1"]
    assert await local.sweep(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert files(folder) == []


async def test_an_upload_in_parts_resumes_and_completes_twice(blobs: BlobStore) -> None:
    uploads = Uploads(blobs)
    data = bytes(MIN_PART_BYTES) + b"tail"
    digest = hashlib.sha256(data).hexdigest()
    await uploads.put_part("u1", 2, stream(b"tail"), size_bytes=len(data))
    with pytest.raises(Invalid) as caught:
        await uploads.complete(ORG, "u1", size_bytes=len(data))
    assert caught.value.code == "upload.incomplete"
    assert caught.value.extra == {"missing": [1]}
    for _ in range(2):
        await uploads.put_part("u1", 1, stream(data[:MIN_PART_BYTES]), size_bytes=len(data))
    assert await uploads.parts("u1") == {1: MIN_PART_BYTES, 2: 4}
    with pytest.raises(AssayError) as mismatch:
        await uploads.complete(ORG, "u1", size_bytes=len(data), sha256="0" * 64)
    assert mismatch.value.code == "asset.checksum"
    for _ in range(2):
        kept = await uploads.complete(ORG, "u1", size_bytes=len(data), sha256=digest)
        assert kept.sha256 == digest
    await uploads.discard("u1")
    assert await kept_keys(blobs) == [key(ORG, digest)]


async def test_a_part_has_its_number_and_its_size(blobs: BlobStore) -> None:
    uploads = Uploads(blobs)
    for number, part in ((0, b"four"), (2, b"four"), (1, b"fours"), (1, b"fou")):
        with pytest.raises(Invalid) as caught:
            await uploads.put_part("u1", number, stream(part), size_bytes=4)
        assert caught.value.code == "upload.part"
    assert await kept_keys(blobs) == []
    with pytest.raises(ValueError, match="named by an id"):
        await uploads.put_part("../u1", 1, stream(b"four"), size_bytes=4)


def test_parts_are_at_most_ten_thousand() -> None:
    assert part_bytes(1) == part_bytes(10_000 * MIN_PART_BYTES) == MIN_PART_BYTES
    assert part_bytes(10_000 * MIN_PART_BYTES + 1) == 2 * MIN_PART_BYTES
