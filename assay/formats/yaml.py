"""YAML as plain data: no tags, no anchors, no aliases."""

from __future__ import annotations

from typing import Any, BinaryIO

import yaml

from assay.errors import Invalid, Malformed, TooLarge

MAX_YAML_BYTES = 4 << 20
_MAX_DEPTH = 32


def read_yaml(stream: BinaryIO, where: str) -> Any:
    """One document of mappings, lists and scalars.

    Raises ``Invalid`` (``yaml.tag_refused``) for any tag, anchor or alias, before anything is built;
    ``Malformed`` for what is not YAML; ``TooLarge`` beyond ``MAX_YAML_BYTES``.
    """
    data = stream.read(MAX_YAML_BYTES + 1)
    if len(data) > MAX_YAML_BYTES:
        raise TooLarge("limit.exceeded", f"{ascii(where)[:200]} is too large", limit=MAX_YAML_BYTES)
    try:
        _refuse_constructs(data, where)
        return yaml.load(
            data, Loader=yaml.BaseLoader
        )  # every scalar stays the text it was: "no" is a class, not False
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise Malformed("format.invalid", f"{ascii(where)[:200]} is not YAML") from None


def write_yaml(document: Any) -> bytes:
    """The document as UTF-8 YAML, keys in the order given."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)
    return text.encode("utf-8")


def _refuse_constructs(data: bytes, where: str) -> None:
    depth = 0
    for event in yaml.parse(data, Loader=yaml.SafeLoader):
        tagged = getattr(event, "tag", None) is not None or getattr(event, "anchor", None) is not None
        if tagged or isinstance(event, yaml.AliasEvent):
            raise Invalid("yaml.tag_refused", f"{ascii(where)[:200]} uses a tag, an anchor or an alias")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise Malformed("format.invalid", f"{ascii(where)[:200]} nests too deep", limit=_MAX_DEPTH)
