"""CoNLL: byte-equal files, tag schemes, and spans that tags cannot say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.domain.item import NewItem
from assay.errors import AssayError
from assay.formats import FORMATS
from assay.formats.bundle import MemoryBundle
from assay.formats.format import Notes, Record
from assay.formats.pipeline import Refusal, read_records, write_records
from assay.formats.sink import MemorySink
from assay.labels.schema import read_schema

CONLL = FORMATS["conll"]
SPAN = {"name": "who", "kind": "span", "field": "note", "classes": ["PER", "LOC", "A B"]}
ONTOLOGY = read_schema({"fields": {"note": "text"}, "questions": [SPAN]}).ontology


def _read(content: bytes) -> tuple[list[Any], tuple[str, ...]]:
    notes = Notes()
    return list(read_records(CONLL, MemoryBundle({"a.conll": content}), ONTOLOGY, notes)), notes.lines()


def _write(records: list[Record]) -> tuple[bytes, tuple[str, ...]]:
    sink = MemorySink()
    notes = write_records(CONLL, ONTOLOGY, records, sink)
    return sink.files["labels.conll"], notes.lines()


def _spans(content: str) -> list[tuple[str, int, int]]:
    (record,), _ = _read(content.encode())
    return [(span["class"], span["start"], span["end"]) for span in record.label["who"]]


TOKENS = st.text(st.sampled_from("aé😀#'-\u00a0"), min_size=1, max_size=4)
TAGS = st.sampled_from(("O", "B-PER", "B-LOC"))
BREAKS = st.sampled_from(("\n", "\n\n\n", "\n# id = 7\n", "\n-DOCSTART-\tO\n\n"))
SENTENCES = st.lists(st.lists(st.tuples(TOKENS, TAGS), min_size=1, max_size=4), min_size=1, max_size=4)


@given(
    sentences=SENTENCES,
    breaks=st.lists(BREAKS, min_size=4, max_size=4),
    crlf=st.booleans(),
    bom=st.booleans(),
)
def test_a_file_comes_back_byte_for_byte(sentences: Any, breaks: list[str], crlf: bool, bom: bool) -> None:
    text = "".join(
        "".join(f"{token}\tx\t{tag}\n" for token, tag in sentence) + gap
        for sentence, gap in zip(sentences, breaks, strict=False)
    )
    content = (("\ufeff" if bom else "") + text).replace("\n", "\r\n" if crlf else "\n").encode()
    records, _ = _read(content)
    written, _ = _write(records)
    # What follows the last sentence and holds no token is a sentence's beginning that never came.
    assert content.startswith(written)
    assert not content[len(written) :].strip() or content[len(written) :].lstrip()[:1] in (b"#", b"-")


@pytest.mark.parametrize(
    "content", ["Ann B-PER", "Ann B-PER\n", "Ann B-PER\r\nran O\r\n", "\n\nAnn B-PER\n\n"]
)
def test_ends_and_separators_are_kept(content: str) -> None:
    records, _ = _read(content.encode())
    assert _write(records)[0] == content.encode()


def test_reads_bio_iob1_and_bioes() -> None:
    assert _spans("Ann B-PER\nLee I-PER\nran O\n") == [("PER", 0, 7)]
    assert _spans("Ann B-PER\nBob B-PER\n") == [("PER", 0, 3), ("PER", 4, 7)]
    assert _spans("Ann I-PER\nLee I-PER\nRome I-LOC\n") == [("PER", 0, 7), ("LOC", 8, 12)]
    assert _spans("Ann B-PER\nLee E-PER\nRome S-LOC\nOslo U-LOC\n") == [
        ("PER", 0, 7),
        ("LOC", 8, 12),
        ("LOC", 13, 17),
    ]


def test_tags_that_will_be_written_otherwise_are_counted() -> None:
    _, notes = _read(b"Ann I-PER\nRome S-LOC\n")
    assert notes == (
        "1 BIOES tags read; BIO is written",
        "1 tags read as the beginning of a span: no B- before them",
    )


@pytest.mark.parametrize(
    "content", [b"Ann\n", b"Ann PER\n", b"Ann\tO\nran O\n", b"Ann O\r\nran O\n", b" B-PER\n"]
)
def test_a_broken_sentence_is_refused_alone(content: bytes) -> None:
    found, _ = _read(b"ok O\n\n" + content + b"\nok O\n")
    assert [type(each) for each in found] == [Record, Refusal, Record]
    assert found[1].error.code == "format.invalid"


def test_a_bundle_without_conll_and_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(AssayError):
        list(read_records(CONLL, MemoryBundle({"a.json": b"", "b.json": b""}), ONTOLOGY, Notes()))
    with pytest.raises(AssayError):
        _read(b"\xff O\n")


def _record(text: str, *spans: tuple[str, int, int], metadata: Any = None) -> Record:
    label = {
        "who": [{"id": str(n), "class": name, "start": s, "end": e} for n, (name, s, e) in enumerate(spans)]
    }
    return Record(item=NewItem(external_id="x", fields={"note": text}, metadata=metadata or {}), label=label)


def test_a_text_that_never_was_in_a_file_is_split_into_tokens() -> None:
    written, notes = _write([_record("Ann  ran.", ("PER", 0, 3))])
    assert written == b"Ann\tB-PER\nran\tO\n.\tO\n\n"
    assert "1 texts split into tokens: the space between them is not carried" in notes


def test_spans_that_tags_cannot_say_are_counted() -> None:
    record = _record("Ann Lee ran", ("PER", 0, 7), ("LOC", 4, 7), ("PER", 8, 10))
    written, notes = _write([record])
    assert written == b"Ann\tB-PER\nLee\tI-PER\nran\tO\n\n"
    assert "1 spans dropped: they overlap another" in notes
    assert "1 spans dropped: they begin or end within a token" in notes


def test_a_class_with_a_space_needs_tabs() -> None:
    layout = {"conll": {"tokens": [[0, 3]], "separator": " "}}
    written, notes = _write([_record("Ann", ("A B", 0, 3), metadata=layout)])
    assert written == b"Ann O\n\n"
    assert "1 spans dropped: their class has a space, which separates columns here" in notes


@pytest.mark.parametrize(
    "layout",
    [
        7,
        {"tokens": 7},
        {"tokens": [[0, 99]]},
        {"tokens": [[2, 1]]},
        {"tokens": [["a", 1]]},
        {"tokens": [[0, 3]], "separator": ";"},
        {"tokens": [[0, 3]], "newline": "x"},
        {"tokens": [[0, 3]], "columns": [["a"], ["b"]]},
        {"tokens": [[0, 3]], "columns": [["a\nb"]]},
        {"tokens": [[0, 3]], "before": 7},
        {"tokens": [[0, 3]], "unknown": 7},
    ],
)
def test_metadata_that_does_not_fit_the_text_is_not_used(layout: Any) -> None:
    assert _write([_record("Ann", metadata={"conll": layout})])[0] == b"Ann\tO\n\n"


def test_what_has_no_tokens_or_no_answer_is_left_out() -> None:
    written, notes = _write([_record(" "), Record(item=NewItem(external_id="y", fields={}))])
    assert written == b""
    assert "1 items left out: the text has no tokens" in notes
    assert "1 items left out: nobody answered, or there is no text" in notes
