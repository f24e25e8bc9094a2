"""The settings of a server: one frozen value, read once at start; a wrong one stops the start and is named.

Each can be given as a variable ``ASSAY_<NAME>``; an option of the command goes before the variable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from assay.errors import Invalid

MIN_SECRET_CHARS = 32
MIN_DISTINCT_CHARS = 10
_WEAK_WORDS = ("changeme", "change-me", "change_me", "default", "example", "insecure", "password", "secret")
_WEAK_PASSWORDS = ("", "123456", "admin", "changeme", "password", "postgres")
_BUCKET_SCHEMES = ("s3://", "gs://", "az://")
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator decides."""

    data: Path
    """The folder of this installation: secrets, blobs and the embedded database. Absolute."""
    host: str
    port: int
    """Where the API listens; port 0 takes a free one."""
    grpc_port: int
    """Where it listens for gRPC; the next port unless said otherwise, and a free one where ``port`` is 0."""
    processes: int
    """How many processes serve the API."""
    database_url: str | None
    """The database's owner, when it is not the embedded one."""
    secret: str | None
    """What every key and signature is derived from; ``None`` keeps one in the folder."""
    blobs: str
    """Where bytes are kept: a folder, or ``s3://``, ``gs://`` or ``az://``."""
    address: str | None
    """Where people reach the API, when that is not where it listens."""
    mounts: Mapping[str, str]
    """Folders that items may refer to as ``mount:NAME/path``."""
    buckets: tuple[str, ...]
    """Buckets that items may refer to, such as ``s3://name``."""
    private_hosts: tuple[str, ...]
    """Hosts with private addresses that items may refer to and webhooks may be sent to."""
    backups: Path | None
    """Where backups lie, and the archive of the embedded database's log. Absolute."""
    requests_per_minute: int
    """What one key may ask one process for, work aside."""
    event_days: int
    """How long events are kept."""
    log: str
    """``text`` or ``json``."""
    metrics_bind: str | None
    """Where else ``/metrics`` is served, as ``ADDRESS:PORT``, to whoever reaches it."""

    def address_at(self, port: int) -> str:
        """The address to tell people, once the port is known."""
        if self.address is not None:
            return self.address
        host = _ANYWHERE.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return f"http://{host}:{port}"

    def grpc_address_at(self, port: int) -> str:
        """HOST:PORT for gRPC clients, once the port is known."""
        host = _ANYWHERE.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return f"{host}:{port}"

    def grpc_listens_at(self, port: int) -> str:
        """HOST:PORT that gRPC binds."""
        return f"[{self.host}]:{port}" if ":" in self.host else f"{self.host}:{port}"


def read_settings(
    variables: Mapping[str, str],
    *,
    data: str | None = None,
    host: str | None = None,
    port: int | None = None,
    grpc_port: int | None = None,
    processes: int | None = None,
    backups: str | None = None,
    metrics_bind: str | None = None,
) -> Settings:
    """The settings that ``variables`` (the environment) and the command's options give.

    Raises ``Invalid`` (``config.invalid``) with a sentence that names the wrong one.
    """
    folder = Path(os.path.realpath(data or variables.get("ASSAY_DATA") or default_folder(variables)))
    rest_port = _number("ASSAY_PORT", port, variables, default=8080, least=0, most=65_535)
    next_port = rest_port + 1 if rest_port else 0
    return Settings(
        data=folder,
        host=host or variables.get("ASSAY_HOST") or "127.0.0.1",
        port=rest_port,
        grpc_port=_number("ASSAY_GRPC_PORT", grpc_port, variables, default=next_port, least=0, most=65_535),
        processes=_number("ASSAY_PROCESSES", processes, variables, default=1, least=1, most=64),
        database_url=_database_url(variables.get("ASSAY_DATABASE_URL")),
        secret=_secret(variables.get("ASSAY_SECRET")),
        blobs=_blobs(variables.get("ASSAY_BLOBS"), folder),
        address=_address(variables.get("ASSAY_ADDRESS")),
        mounts=_mounts(_words(variables, "ASSAY_MOUNTS")),
        buckets=_buckets(_words(variables, "ASSAY_BUCKETS")),
        private_hosts=_words(variables, "ASSAY_PRIVATE_HOSTS"),
        backups=_backups(backups or variables.get("ASSAY_BACKUPS"), folder),
        requests_per_minute=_number(
            "ASSAY_REQUESTS_PER_MINUTE", None, variables, default=6_000, least=60, most=1_000_000
        ),
        event_days=_number("ASSAY_EVENT_DAYS", None, variables, default=90, least=1, most=3650),
        log=_log(variables.get("ASSAY_LOG") or "text"),
        metrics_bind=_metrics_bind(metrics_bind or variables.get("ASSAY_METRICS_BIND")),
    )


def default_folder(variables: Mapping[str, str]) -> str:
    """``/var/lib/assay`` for root, else a folder in the user's home."""
    if os.geteuid() == 0:
        return "/var/lib/assay"
    shared = variables.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    return os.path.join(shared, "assay")


def _number(
    name: str, option: int | None, variables: Mapping[str, str], *, default: int, least: int, most: int
) -> int:
    text = variables.get(name) or str(default) if option is None else str(option)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise wrong(name, f"is a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _database_url(value: str | None) -> str | None:
    """An owner's URL. Unset or empty means the embedded database."""
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise wrong("ASSAY_DATABASE_URL", "is a URL such as postgresql://owner:password@host/database")
    if parts.password is not None and parts.password in {*_WEAK_PASSWORDS, parts.username}:
        raise wrong("ASSAY_DATABASE_URL", "bears a password that anyone would guess; give the owner another")
    return value


def _secret(value: str | None) -> str | None:
    """Strong enough that nobody guesses it, or absent (A34)."""
    if value is None:
        return None
    remedy = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
    if len(value) < MIN_SECRET_CHARS:
        raise wrong("ASSAY_SECRET", f"holds at least {MIN_SECRET_CHARS} characters; {remedy}")
    lowered = value.lower()
    if len(set(value)) < MIN_DISTINCT_CHARS or any(word in lowered for word in _WEAK_WORDS):
        raise wrong("ASSAY_SECRET", f"is too easy to guess; {remedy}")
    return value


def _blobs(value: str | None, folder: Path) -> str:
    if not value:
        return str(folder / "blobs")
    if "://" not in value:
        return os.path.abspath(value)
    if not value.startswith(_BUCKET_SCHEMES):
        raise wrong("ASSAY_BLOBS", "is a folder, or a URL with s3://, gs:// or az://")
    return value


def _backups(value: str | None, folder: Path) -> Path | None:
    """A folder outside of the installation's, whose loss it is for."""
    if not value:
        return None
    if "://" in value:
        raise wrong("ASSAY_BACKUPS", "is a folder; mount the store there, or copy the folder to it")
    place = Path(os.path.realpath(value))
    if place == folder or folder in place.parents:
        raise wrong("ASSAY_BACKUPS", f"lies outside of {folder}: a backup is for when that is lost")
    return place


def _address(value: str | None) -> str | None:
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise wrong("ASSAY_ADDRESS", "is a URL such as https://label.example.org")
    return value.rstrip("/")


def _log(value: str) -> str:
    if value not in ("text", "json"):
        raise wrong("ASSAY_LOG", f"is text or json, not {value!r}")
    return value


def _metrics_bind(value: str | None) -> str | None:
    if not value:
        return None
    host, _, port = value.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) <= 65_535):
        raise wrong("ASSAY_METRICS_BIND", f"is an address and a port such as 10.0.0.5:9090, not {value!r}")
    return value


def _words(variables: Mapping[str, str], name: str) -> tuple[str, ...]:
    """A list, parted by commas."""
    return tuple(word.strip() for word in variables.get(name, "").split(",") if word.strip())


def _mounts(words: tuple[str, ...]) -> dict[str, str]:
    folders = {}
    for word in words:
        name, equals, folder = word.partition("=")
        if not equals or not name.isidentifier() or not os.path.isabs(folder) or not os.path.isdir(folder):
            raise wrong("ASSAY_MOUNTS", f"lists existing folders as name=/path, and {word!r} is none")
        folders[name] = folder
    return folders


def _buckets(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if not word.startswith(_BUCKET_SCHEMES) or "/" in word.partition("://")[2]:
            raise wrong("ASSAY_BUCKETS", f"lists buckets such as s3://name, and {word!r} is none")
    return words


def wrong(name: str, must: str) -> Invalid:
    """The refusal of a setting, by its name."""
    return Invalid("config.invalid", f"{name} {must}.")
