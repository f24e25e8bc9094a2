"""Immutable bytes and where they lie: what is known of a file, and the URLs an item may name one by.

::

    asset:sha256:<64 hex digits>        bytes uploaded to this organisation
    s3://bucket/key  gs://…  az://…     a bucket that the operator listed
    https://host/path                   anywhere public, through ``assay.egress``
    mount:NAME/path                     a folder that the operator listed at start

Everything else, ``file:`` first of all, is refused here, before anything looks at it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from assay.errors import Invalid

MAX_URL_CHARS = 8_192
MAX_KEY_BYTES = 1_024

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._\-]{1,61}[a-z0-9]")
_MOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,63}")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]")
_BUCKET_SCHEMES = frozenset({"s3", "gs", "az"})
_WEB_SCHEMES = frozenset({"http", "https"})


SVG = "image/svg+xml"
"""A drawing that may hold scripts, pages and references to anywhere: no picture (A18)."""

_FIELD_TYPES = {
    "application/pdf": "document",
    "application/vnd.las": "point_cloud",
    "application/x-pcd": "point_cloud",
    "application/x-ply": "point_cloud",
    "application/dicom": "image",
}


def field_type_of(media_type: str) -> str | None:
    """The type of item field that such a file may fill, or None; SVG, being a program, fills none."""
    if media_type == SVG:
        return None
    family = media_type.partition("/")[0]
    return family if family in ("image", "video", "audio") else _FIELD_TYPES.get(media_type)


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaFacts:
    """What was measured from the bytes themselves, never taken from whoever sent them.

    ``width`` and ``height`` are pixels as displayed, that is after the EXIF orientation. ``None`` means not
    measured; a still image has one frame.
    """

    media_type: str
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    duration_us: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """Immutable bytes of one organisation, known by their SHA-256 (64 lower-case hex digits)."""

    organization: str
    sha256: str
    size_bytes: int
    facts: MediaFacts
    name: str | None = None
    """What whoever sent it first called the file; for people, and for formats that tell files by their
    ending."""


@dataclass(frozen=True, kw_only=True)
class NewUpload:
    """Announces bytes.

    ``name`` and ``media_type`` say what the sender takes the file for; one that is something else is refused.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True}

    size_bytes: int
    sha256: str | None = None
    name: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An upload under way: ``parts`` parts of ``part_size`` bytes (the last may be shorter), numbered from 1.

    ``received`` are those that are there; ``asset`` is what the upload became.
    """

    id: UUID
    upload: UUID
    part_size: int
    parts: int
    received: list[int]
    asset: str | None = None


@dataclass(frozen=True, kw_only=True)
class UploadPart:
    """A part that was received."""

    upload: UUID
    part: int
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class StoredAsset:
    """What an upload became; ``url`` goes into an item's field. Sides are pixels, null where it has none."""

    id: str
    asset: str
    url: str
    media_type: str
    size_bytes: int
    width: int | None
    height: int | None
    frames: int | None


@dataclass(frozen=True, slots=True)
class AssetUrl:
    """Uploaded bytes, by their SHA-256."""

    sha256: str

    def __str__(self) -> str:
        return f"asset:sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class BucketUrl:
    """An object in someone's bucket. ``key`` is the key itself, with nothing percent-encoded."""

    scheme: str
    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}/{self.key}"


@dataclass(frozen=True, slots=True)
class MountUrl:
    """A file below a folder that the operator listed under ``name``."""

    name: str
    path: str

    def __str__(self) -> str:
        return f"mount:{self.name}/{self.path}"


@dataclass(frozen=True, slots=True)
class RemoteUrl:
    """A web address as it was written; ``assay.egress.policy`` decides whether it may be asked."""

    url: str

    def __str__(self) -> str:
        return self.url


ItemUrl = AssetUrl | BucketUrl | MountUrl | RemoteUrl


def read_url(raw: object, pointer: str = "") -> ItemUrl:
    """Read the URL of an item's media.

    Raises ``Invalid``: ``url.scheme_refused`` for any scheme not listed above, however it is spelled, and
    ``url.invalid`` for what is no whole URL.
    """
    if not isinstance(raw, str) or not raw:
        raise Invalid("url.invalid", "a URL must be a string with something in it", pointer=pointer)
    if len(raw) > MAX_URL_CHARS:
        raise Invalid(
            "url.invalid",
            f"a URL is at most {MAX_URL_CHARS} characters",
            pointer=pointer,
            limit=MAX_URL_CHARS,
        )
    scheme = read_scheme(raw, pointer)
    if scheme in _WEB_SCHEMES:
        return RemoteUrl(raw)
    rest = raw[len(scheme) + 1 :]
    if scheme == "asset":
        return _read_asset(rest, pointer)
    if scheme == "mount":
        return _read_mount(rest, pointer)
    return _read_bucket(scheme, rest, pointer)


def read_sha256(raw: object, pointer: str = "") -> str:
    """A SHA-256 as 64 lower-case hex digits; raises ``Invalid`` (``field.invalid``)."""
    if not isinstance(raw, str) or not _SHA256.fullmatch(raw):
        raise Invalid("field.invalid", "a SHA-256 is 64 lower-case hex digits", pointer=pointer)
    return raw


def read_scheme(raw: str, pointer: str = "") -> str:
    """The scheme in lower case, if it is one of ours and the URL has no blank or control character.

    Blanks are taken out before the scheme is judged, as a browser would, so that ``fi\\tle:`` is told what it
    is; an allowed scheme with blanks about it is refused all the same.
    """
    found = _SCHEME.match(_BLANKS.sub("", raw))
    if found is None:
        raise Invalid("url.invalid", "a URL starts with its scheme, such as https:", pointer=pointer)
    scheme = found[1].lower()
    if scheme not in _BUCKET_SCHEMES | _WEB_SCHEMES | {"asset", "mount"}:
        raise Invalid("url.scheme_refused", f"{scheme[:40]}: is not a scheme Assay reads", pointer=pointer)
    if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in raw):
        raise Invalid("url.invalid", "a URL holds no control character", pointer=pointer)
    if _SCHEME.match(raw) is None:
        raise Invalid("url.invalid", "a URL starts with its scheme, with no blank before it", pointer=pointer)
    return scheme


def _read_asset(rest: str, pointer: str) -> AssetUrl:
    algorithm, _, digest = rest.partition(":")
    if algorithm != "sha256" or not _SHA256.fullmatch(digest):
        raise Invalid("url.invalid", "write asset:sha256: and 64 lower-case hex digits", pointer=pointer)
    return AssetUrl(digest)


def _read_mount(rest: str, pointer: str) -> MountUrl:
    name, _, path = rest.partition("/")
    if not _MOUNT.fullmatch(name):
        raise Invalid("url.invalid", "write mount:NAME/path with a name the operator listed", pointer=pointer)
    return MountUrl(name, _read_key(path, pointer))


def _read_bucket(scheme: str, rest: str, pointer: str) -> BucketUrl:
    bucket, _, key = rest.removeprefix("//").partition("/")
    if not rest.startswith("//") or not _BUCKET.fullmatch(bucket):
        raise Invalid("url.invalid", f"write {scheme}://bucket/key", pointer=pointer)
    return BucketUrl(scheme, bucket, _read_key(key, pointer))


def _read_key(raw: str, pointer: str) -> str:
    """A relative path: no empty, ``.`` or ``..`` segment, no backslash; so it can only lead downwards."""
    if len(raw.encode("utf-8", "surrogatepass")) > MAX_KEY_BYTES:
        raise Invalid(
            "url.invalid", f"a path is at most {MAX_KEY_BYTES} bytes", pointer=pointer, limit=MAX_KEY_BYTES
        )
    if "\\" in raw or any(segment in ("", ".", "..") for segment in raw.split("/")):
        raise Invalid(
            "url.invalid",
            "a path is relative, without empty, '.' or '..' segments and without backslashes",
            pointer=pointer,
        )
    if any(0xD800 <= ord(character) <= 0xDFFF for character in raw):
        raise Invalid("url.invalid", "a path holds whole Unicode characters", pointer=pointer)
    return raw
