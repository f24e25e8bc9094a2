"""Attack cases A22, A23, A24: XML that reaches out, YAML that builds, files that run."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from assay.errors import Invalid, Malformed, TooLarge
from assay.formats.archive import open_bundle
from assay.formats.bundle import MemoryBundle
from assay.formats.xml import MAX_XML_BYTES, read_xml
from assay.formats.yaml import MAX_YAML_BYTES, read_yaml, write_yaml

LAUGHS = "".join(f'<!ENTITY l{i} "&l{i - 1};&l{i - 1};">' for i in range(1, 9))


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE annotation><annotation/>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY % x SYSTEM "https://example.org/x.dtd"> %x;]><a/>',
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l8;</a>',
        '<!DOCTYPE a SYSTEM "https://example.org/a.dtd"><a/>',
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>',
    ],
)
def test_xml_that_reaches_outside_the_file_is_refused(document: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_xml(io.BytesIO(document.encode()), "a.xml")
    assert caught.value.code == "xml.dtd_refused"


@pytest.mark.parametrize("document", [b"", b"<a>", b"\xff\xfe", b"<a>\x01</a>", b"<a>" * 100 + b"</a>" * 100])
def test_what_is_not_xml_is_malformed(document: bytes) -> None:
    with pytest.raises(Malformed):
        read_xml(io.BytesIO(document), "a.xml")


def test_xml_has_a_limit() -> None:
    with pytest.raises(TooLarge):
        read_xml(io.BytesIO(b" " * (MAX_XML_BYTES + 1)), "a.xml")


@pytest.mark.parametrize(
    "document",
    [
        "!!python/object/apply:os.system ['true']",
        "names: !!python/name:os.system",
        "a: !!str b",
        "a: ! b",
        "a: &x [1]\nb: 2",
        "a: &x [1, 1]\nb: &y [*x, *x]\nc: [*y, *y]",
    ],
)
def test_yaml_with_tags_or_aliases_is_refused(document: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_yaml(io.BytesIO(document.encode()), "data.yaml")
    assert caught.value.code == "yaml.tag_refused"


@pytest.mark.parametrize("document", [b"a: [", b"\xff", b"[" * 100, b"a: b: c", b"- 1\n---\n- 2"])
def test_what_is_not_yaml_is_malformed(document: bytes) -> None:
    with pytest.raises(Malformed):
        read_yaml(io.BytesIO(document), "data.yaml")


def test_yaml_has_a_limit() -> None:
    with pytest.raises(TooLarge):
        read_yaml(io.BytesIO(b"#" * (MAX_YAML_BYTES + 1)), "data.yaml")


def test_yaml_scalars_stay_text_both_ways() -> None:
    document = {"names": {"0": "no", "1": "1e3", "2": "ä: #"}}
    assert read_yaml(io.BytesIO(write_yaml(document)), "data.yaml") == document


def _npy(array: np.ndarray, *, objects: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=objects)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        *(pickle.dumps({"a": 1}, protocol=protocol) for protocol in range(2, 6)),
        _npy(np.array([{}], dtype=object), objects=True),
        _npy(np.zeros(2)),
        b"\x89HDF\r\n\x1a\n" + bytes(8),
        b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",  # the start of a torch file before zip
    ],
)
def test_what_can_run_code_is_refused_by_its_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    bundles = [MemoryBundle({"labels.json": content}), open_bundle(path, "labels.json")]
    for bundle in bundles:
        with pytest.raises(Invalid) as caught:
            bundle.open("labels.json")
        assert caught.value.code == "format.executable_refused"


@pytest.mark.parametrize("name", ["m.pkl", "m.PT", "a/m.npz", "m.joblib", "m.h5", "m.ckpt"])
def test_what_can_run_code_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"x")
    for open_it in (lambda: MemoryBundle({name: b""}), lambda: open_bundle(path, "a.zip")):
        with pytest.raises(Invalid) as caught:
            open_it()
        assert caught.value.code == "format.executable_refused"


def test_a_torch_zip_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "dataset.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}.")
    with pytest.raises(Invalid) as caught:
        open_bundle(path, "dataset.zip")
    assert caught.value.code == "format.executable_refused"
