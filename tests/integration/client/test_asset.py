from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

import assay
from assay.errors import Invalid, NotFound


async def test_many_parts_go_side_by_side_and_come_back_whole(served: Any, tmp_path: Path) -> None:
    data = random.Random(1).randbytes(17 << 20)
    path = tmp_path / "data.bin"
    path.write_bytes(data)

    def story(client: assay.Client) -> None:
        asset = client.assets.upload(path)
        assert (asset.sha256, asset.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
        assert client.assets.upload(data).url == asset.url
        back = client.assets.download(asset, tmp_path / "back" / "data.bin")
        assert back.read_bytes() == data

    await served.run(story)


async def test_the_async_client_uploads_and_downloads(client: assay.AsyncClient, tmp_path: Path) -> None:
    one, two = await client.assets.upload_all([b"one", b"two"])
    assert await client.assets.read(one.url) == b"one"
    back = await client.assets.download(two.sha256, tmp_path / "two")
    assert back.read_bytes() == b"two"


async def test_nothing_is_no_asset(served: Any, tmp_path: Path) -> None:
    def story(client: assay.Client) -> None:
        with pytest.raises(Invalid) as refused:
            client.assets.upload(b"")
        assert (refused.value.code, refused.value.pointer) == ("field.invalid", "/size_bytes")
        with pytest.raises(NotFound):
            client.assets.download("0" * 64, tmp_path / "none")
        assert not (tmp_path / "none").exists()

    await served.run(story)
