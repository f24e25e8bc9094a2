"""The bytes behind every kind of URL, each organisation seeing its own."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from assay.domain.asset import read_url
from assay.egress.policy import Policy
from assay.errors import AssayError, Invalid
from assay.store.blob import BlobStore, OpenBlob
from assay.store.mount import Mounts
from assay.store.reference import References

ORG, OTHER = "0190a000-0000-7000-8000-000000000001", "0190a000-0000-7000-8000-000000000002"


async def stream(data: bytes) -> AsyncIterator[bytes]:
    yield data


@dataclass
class World:
    references: References
    asset: str

    async def read(self, url: str, organization: str = ORG, max_bytes: int = 100) -> bytes:
        async with self.references.open(
            organization, read_url(url), max_bytes=max_bytes, pointer="/url"
        ) as opened:
            return b"".join([chunk async for chunk in opened.chunks])

    async def refusal(self, url: str, organization: str = ORG, max_bytes: int = 100) -> AssayError:
        with pytest.raises(AssayError) as caught:
            await self.read(url, organization, max_bytes)
        assert caught.value.pointer == "/url"
        return caught.value


@asynccontextmanager
async def web(url: str, *, max_bytes: int, pointer: str = "") -> AsyncIterator[OpenBlob]:
    if url != "https://example.com/a":
        raise Invalid("url.unreachable", "no such place", pointer=pointer)
    yield OpenBlob(size_bytes=3, chunks=stream(b"web"))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    numbers = itertools.count()
    blobs = BlobStore.open(tmp_path / "blobs", new_id=lambda: str(next(numbers)))
    bucket = BlobStore.open(tmp_path / "bucket", new_id=str)
    (tmp_path / "bucket" / "a").mkdir()
    (tmp_path / "bucket" / "a" / "b c.txt").write_bytes(b"bucket")
    (tmp_path / "mount").mkdir()
    (tmp_path / "mount" / "x").write_bytes(b"mount")
    asset = await blobs.put(ORG, stream(b"asset"))
    references = References(
        blobs=blobs,
        mounts=Mounts({"scans": tmp_path / "mount"}),
        buckets={"s3://listed": bucket},
        fetch=web,
        check=Policy().check_url,
    )
    yield World(references, f"asset:sha256:{asset.sha256}")
    await blobs.aclose()
    await bucket.aclose()


async def test_a02_what_may_not_be_asked_is_refused_without_asking(world: World) -> None:
    for url in ("https://127.0.0.1/x", "https://[::1]/x", "s3://other/x"):
        with pytest.raises(Invalid) as caught:
            world.references.check(read_url(url), "/url")
        assert (caught.value.code, caught.value.pointer) == ("url.address_refused", "/url")
    with pytest.raises(Invalid) as caught:
        world.references.check(read_url("mount:other/x"), "/url")
    assert (caught.value.code, caught.value.pointer) == ("url.invalid", "/url")
    for url in ("https://example.com/x", "s3://listed/x", "mount:scans/x", world.asset):
        world.references.check(read_url(url))


async def test_bytes_come_from_wherever_they_lie(world: World) -> None:
    assert await world.read(world.asset) == b"asset"
    assert await world.read("s3://listed/a/b c.txt") == b"bucket"
    assert await world.read("mount:scans/x") == b"mount"
    assert await world.read("https://example.com/a") == b"web"


async def test_a29_another_organisations_asset_is_not_there(world: World) -> None:
    assert (await world.refusal(world.asset, OTHER)).code == "ref.not_found"
    assert (await world.refusal("asset:sha256:" + "0" * 64)).code == "ref.not_found"
    assert (await world.refusal("s3://listed/missing")).code == "ref.not_found"


async def test_a07_a_bucket_that_the_operator_did_not_list(world: World) -> None:
    for url in ("s3://other/a", "gs://listed/a", "az://listed/a"):
        assert (await world.refusal(url)).code == "url.address_refused"


async def test_a_size_beyond_the_limit_is_refused_before_reading(world: World) -> None:
    for url in (world.asset, "s3://listed/a/b c.txt", "mount:scans/x"):
        error = await world.refusal(url, max_bytes=4)
        assert (error.code, error.limit) == ("limit.exceeded", 4)


async def test_what_the_door_refuses_is_refused_here(world: World) -> None:
    assert (await world.refusal("https://example.com/b")).code == "url.unreachable"
