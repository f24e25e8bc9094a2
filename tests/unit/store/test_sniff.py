"""Types by the first bytes."""

import pytest

from assay.store.sniff import may_be_declared, sniff


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\0\0\0\x20ftypisom", "video/mp4"),
        (b"\0\0\x01\0ftypmp42", "video/mp4"),
        (b"\0\0\x01\0\x01\0", "image/vnd.microsoft.icon"),
        (b"\0\0\0\x20ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x20ftypheic", "image/heic"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x84webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3\x42\x82\x88matroska", "video/x-matroska"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\0\0\0\0????", "application/octet-stream"),
        (b"ID3\x04", "audio/mpeg"),
        (b"fLaC", "audio/flac"),
        (b"OggS", "audio/ogg"),
        (b"\0" * 128 + b"DICM", "application/dicom"),
        (b"LASF", "application/vnd.las"),
        (b"# .PCD v0.7", "application/x-pcd"),
        (b"ply\nformat ascii", "application/x-ply"),
        (b"PAR1", "application/vnd.apache.parquet"),
        (b"x" * 257 + b"ustar", "application/x-tar"),
        (b"SIMPLE  =    T", "image/fits"),
        (b'{"a": [1]}', "application/json"),
        (b'[{"a":\n1}]', "application/json"),
        (b'{"a": 1}\n{"a": 2}\n', "application/x-ndjson"),
        (b"[brackets] are text", "text/plain"),
        (b"[" * 4_000, "text/plain"),
        (b"<annotation><size/></annotation>", "application/xml"),
        (b"<?xml version='1.0'?><annotations/>", "application/xml"),
        (b"  <HTML >", "text/html"),
        (b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0", "text/html"),
        (b"<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'><svg>", "image/svg+xml"),
        ("Grüße, 世界\r\n\t".encode(), "text/plain"),
        (b"a <script>alert(1)</script> quoted in a text", "text/plain"),
        (b"text with \0 in it", "application/octet-stream"),
        (b"\xc3", "application/octet-stream"),
        (b"BMW is a car maker", "text/plain"),
        (b"", "text/plain"),
    ],
)
def test_types(head: bytes, media_type: str) -> None:
    assert sniff(head, whole=True) == media_type


def test_a_character_may_be_cut_off_only_where_the_file_goes_on() -> None:
    cut = "é".encode()[:1]
    assert sniff(b"text " + cut, whole=False) == "text/plain"
    assert sniff(b"text " + cut + b" more", whole=False) == "application/octet-stream"
    assert sniff(b'{"long": "value', whole=False) == "application/json"


@pytest.mark.parametrize(
    ("declared", "found", "allowed"),
    [
        ("", "text/html", True),
        ("application/octet-stream", "image/png", True),
        ("image/jpeg", "image/png", True),
        ("audio/mp4", "video/mp4", True),
        ("text/csv", "text/plain", True),
        ("application/json", "text/plain", True),
        ("application/x-thing", "application/octet-stream", True),
        ("image/dicom", "application/dicom", True),
        ("image/png", "application/zip", False),
        ("image/png", "video/mp4", False),
        ("text/plain", "image/svg+xml", False),
        ("image/png", "image/svg+xml", False),
        ("text/html", "text/plain", False),
        ("text/plain", "application/octet-stream", False),
    ],
)
def test_a21_what_may_be_declared(declared: str, found: str, allowed: bool) -> None:
    assert may_be_declared(declared, found) is allowed
