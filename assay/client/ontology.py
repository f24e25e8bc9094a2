"""An ontology as a document: given, or read from a YAML or JSON file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from assay.errors import Invalid

OntologySource = Mapping[str, Any] | str | os.PathLike[str]
"""The document itself, or the path of a ``.yaml``, ``.yml`` or ``.json`` file that holds it."""


class _Loader(yaml.SafeLoader):
    """YAML 1.2's idea of a scalar: ``no``, ``on`` and ``2024-01-01`` are class names, not values."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _word in ("true", "false"):
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"), [_word[0]])


def read_ontology_source(source: OntologySource) -> Any:
    """The document. Raises ``Invalid`` (``ontology.invalid``) for a file that cannot be read."""
    if isinstance(source, Mapping):
        return dict(source)
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() == ".json":
            return json.loads(text)
        return yaml.load(text, Loader=_Loader)
    except OSError as error:
        raise Invalid("ontology.invalid", f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        raise Invalid("ontology.invalid", f"{path} is not YAML or JSON: {error}") from error
