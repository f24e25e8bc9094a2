from __future__ import annotations

from pathlib import Path

import pytest

from assay.client.ontology import read_ontology_source
from assay.errors import Invalid


def test_names_stay_names(tmp_path: Path) -> None:
    path = tmp_path / "o.yml"
    path.write_text("classes: [no, on, Yes, NULL_, 2024-01-01, 1.5]\nrequired: true\nmultiple: false\n")
    assert read_ontology_source(path) == {
        "classes": ["no", "on", "Yes", "NULL_", "2024-01-01", 1.5],
        "required": True,
        "multiple": False,
    }


def test_a_json_file_is_json(tmp_path: Path) -> None:
    path = tmp_path / "o.JSON"
    path.write_text('{"fields": {}}')
    assert read_ontology_source(str(path)) == {"fields": {}}


@pytest.mark.parametrize("written", ["a: [", "a: !!python/object:os.system x", "{:", "\x00"])
def test_a_broken_file_is_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(written)
    with pytest.raises(Invalid, match="not YAML or JSON") as refused:
        read_ontology_source(path)
    assert refused.value.code == "ontology.invalid"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_ontology_source(tmp_path / "none.yaml")
