"""Where Assay is and as whom to call it: given, from the environment, or from ``credentials.json``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from assay.errors import Invalid

GRPC, GRPC_TLS = "grpc", "grpcs"
"""Schemes of an address that is called by gRPC, in the clear and by TLS."""
SCHEMES = ("http", "https", GRPC, GRPC_TLS)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """An address and a key. The key is never shown.

    ``grpc`` is where gRPC is served, HOST:PORT, where that is known.
    """

    url: str
    grpc: str | None = None
    api_key: str = field(repr=False)


def find_connection(
    url: str | None = None,
    api_key: str | None = None,
    credentials: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Connection:
    """The first that is there of: the arguments, the file, ``ASSAY_URL`` and ``ASSAY_API_KEY``.

    ``credentials`` is the file that ``assay up`` writes, or the data folder it lies in. Raises ``Invalid``
    (``config.invalid``) when a part is missing or cannot be one.
    """
    kept = _read_credentials(Path(credentials)) if credentials is not None else {}
    if url and url.rstrip("/") not in (kept.get("url", "").rstrip("/"), f"{GRPC}://{kept.get('grpc')}"):
        kept = {}  # a kept key goes to the address it was kept with, and to no other
    found_url = url or kept.get("url") or environment.get("ASSAY_URL")
    found_key = api_key or kept.get("api_key") or environment.get("ASSAY_API_KEY")
    if not found_url:
        raise Invalid("config.invalid", "no address: give url, or set ASSAY_URL, or name credentials.json")
    if not found_key:
        raise Invalid(
            "config.invalid", "no key: give api_key, or set ASSAY_API_KEY, or name credentials.json"
        )
    checked = _checked_url(found_url)
    parts = urlsplit(checked)
    grpc = parts.netloc if parts.scheme in (GRPC, GRPC_TLS) else kept.get("grpc")
    return Connection(url=checked, grpc=grpc, api_key=_checked_key(found_key))


def _read_credentials(path: Path) -> Mapping[str, str]:
    file = path / "credentials.json" if path.is_dir() else path
    try:
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise Invalid("config.invalid", f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Invalid("config.invalid", f"{file} is not JSON") from error
    if not isinstance(document, dict) or not all(
        isinstance(document.get(key), str) for key in ("url", "api_key")
    ):
        raise Invalid("config.invalid", f"{file} does not hold url and api_key")
    return document


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.netloc or parts.query or parts.fragment:
        raise Invalid(
            "config.invalid",
            f"{url!r} is not an address such as http://127.0.0.1:8080 or grpc://127.0.0.1:8081",
        )
    if parts.scheme in (GRPC, GRPC_TLS) and (parts.path.strip("/") or parts.port is None):
        raise Invalid("config.invalid", f"{url!r} is not an address such as grpc://127.0.0.1:8081")
    if parts.username is not None:
        raise Invalid("config.invalid", "the address holds a user name; give the key as api_key")
    return url.rstrip("/")


def _checked_key(api_key: str) -> str:
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise Invalid("config.invalid", "the API key holds characters that no key has")
    return api_key
