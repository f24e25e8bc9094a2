"""Formats that can run code when they are opened are refused, by name and by their first bytes."""

from __future__ import annotations

from typing import BinaryIO

from assay.errors import Invalid

_ENDINGS = (
    ".pkl", ".pickle", ".dill", ".joblib", ".pt", ".pth", ".ckpt", ".npy", ".npz", ".h5", ".hdf", ".hdf5",
    ".mat", )  # fmt: skip

_MAGIC = {
    b"\x93NUMPY": "NumPy arrays can hold pickled objects",
    b"\x89HDF\r\n\x1a\n": "HDF5 files can link to other files",
    b"ZF\x00": "joblib files are pickles",
}

_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
)

_HIGHEST_PICKLE_PROTOCOL = 5


def refuse_executable_name(name: str) -> None:
    """Raise ``Invalid`` (``format.executable_refused``) when the name says that opening the file can run
    code."""
    if name.lower().endswith(_ENDINGS):
        raise Invalid("format.executable_refused", f"{ascii(name)[:200]} is of a kind that can run code")


def refuse_executable_start(stream: BinaryIO, name: str) -> BinaryIO:
    """``stream``, at its start again, once its first bytes are seen to be data.

    Raises ``Invalid`` (``format.executable_refused``) and closes the stream otherwise. ``stream`` can seek.
    """
    try:
        start = stream.read(8)
        stream.seek(0)
        reason = _reason(start)
        if reason is not None:
            raise Invalid("format.executable_refused", f"{ascii(name)[:200]}: {reason}")
    except BaseException:
        stream.close()
        raise
    return stream


def is_archive(start: bytes) -> bool:
    """Whether a file that starts so is an archive or compressed: inside a bundle it is never opened."""
    return start.startswith(_ARCHIVES)


def _reason(start: bytes) -> str | None:
    for magic, reason in _MAGIC.items():
        if start.startswith(magic):
            return reason
    # Protocols 2 and up begin with PROTO and their number. Older pickles have no magic, but are no valid
    # JSON, XML, YAML, CSV or Parquet either, and are never unpickled: they fail as malformed text.
    if len(start) >= 2 and start[0] == 0x80 and 2 <= start[1] <= _HIGHEST_PICKLE_PROTOCOL:
        return "pickles can run code"
    return None
