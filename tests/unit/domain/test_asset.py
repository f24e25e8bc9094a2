"""Reading an item's media URL."""

import pytest

from assay.domain.asset import AssetUrl, BucketUrl, MountUrl, RemoteUrl, field_type_of, read_sha256, read_url
from assay.errors import Invalid

DIGEST = "0123456789abcdef" * 4


def refusal(raw: object) -> str:
    with pytest.raises(Invalid) as caught:
        read_url(raw, "/fields/image/url")
    assert caught.value.pointer == "/fields/image/url"
    return caught.value.code


@pytest.mark.parametrize(
    ("written", "url"),
    [
        (f"asset:sha256:{DIGEST}", AssetUrl(DIGEST)),
        ("s3://my-bucket/a/b c#1?.jpg", BucketUrl("s3", "my-bucket", "a/b c#1?.jpg")),
        ("gs://my_bucket/x", BucketUrl("gs", "my_bucket", "x")),
        ("az://container/x", BucketUrl("az", "container", "x")),
        ("mount:scans/2024/ü.png", MountUrl("scans", "2024/ü.png")),
        ("https://example.com/a.jpg", RemoteUrl("https://example.com/a.jpg")),
    ],
)
def test_every_kind_of_url_is_read_and_written_back(written: str, url: object) -> None:
    assert read_url(written) == url
    assert str(url) == written


@pytest.mark.parametrize(
    "raw",
    [
        "file:///etc/passwd", "FILE:///etc/passwd", " file:///x", "fi\nle:///x", "\ufefffile:///x", "file:x",
        "gopher://x", "ftp://x", "data:image/png;base64,AA", "javascript:alert(1)", "blob:https://x",
        "about:blank",
        "vbscript:x", "view-source:https://x", "C:\\secrets.txt", "memory:///x", "abfss://x/y",
        "s3a://bucket/key",
    ],
)  # fmt: skip
def test_a01_schemes(raw: str) -> None:
    assert refusal(raw) == "url.scheme_refused"


@pytest.mark.parametrize(
    "raw",
    [
        "", None, 7, {"url": "x"}, "/etc/passwd", "relative.png", "//host/x", "asset:md5:00",
        "asset:sha256:zz",
        f"asset:sha256:{DIGEST.upper()}", f"asset:sha256:{DIGEST}0", f"asset://sha256:{DIGEST}",
        "s3://bucket",
        "s3://bucket/", "s3:bucket/key", "s3://Bucket/key", "s3://user@bucket/key", "mount:",
        "mount:/etc/passwd",
        "mount:a", "mount:a/", "mount:../x", "mount:a b/x", " https://x/", "https://x/\n", "s3://b/k", "é:x",
        "https://" + "a" * 9000, "mount:m/" + "a" * 1100, "s3://bucket/\ud800",
    ],
)  # fmt: skip
def test_what_is_no_whole_url(raw: object) -> None:
    assert refusal(raw) == "url.invalid"


@pytest.mark.parametrize(
    "key",
    [
        "a/../../etc/cron.d/x",
        "../x",
        "..",
        "/etc/passwd",
        "a//b",
        "./a",
        "a/.",
        "a\\..\\b",
        "a/..",
        "a/\x00b",
    ],
)
@pytest.mark.parametrize("prefix", ["s3://bucket/", "gs://bucket/", "az://bucket/", "mount:scans/"])
def test_a13_keys_only_lead_downwards(prefix: str, key: str) -> None:
    assert refusal(prefix + key) == "url.invalid"


def test_a_sha256_is_lower_case_hex() -> None:
    assert read_sha256(DIGEST) == DIGEST
    for raw in (DIGEST.upper(), DIGEST[:-1], None, 5, DIGEST + "\n"):
        with pytest.raises(Invalid):
            read_sha256(raw)


def test_a18_a_program_fills_no_image_field() -> None:
    assert field_type_of("image/png") == "image"
    assert field_type_of("video/mp4") == "video"
    assert field_type_of("application/pdf") == "document"
    for media_type in ("image/svg+xml", "text/html", "application/zip", "application/octet-stream"):
        assert field_type_of(media_type) is None
