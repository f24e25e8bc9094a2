"""CoNLL: one token a line with its tag, a blank line after each sentence (docs/spec/formats.md, "CoNLL").

The first column is the token, the last its tag: BIO, or IOB1 and BIOES on the way in. A sentence is an item;
its text is the tokens joined by single spaces. What the text cannot say (where tokens end, columns between,
separators, comments, blank lines) is kept in the item's metadata, so that a file comes back byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from assay.domain.item import NewItem
from assay.domain.ontology import Ontology
from assay.errors import Invalid, TooLarge
from assay.formats.bundle import Bundle, files_ending
from assay.formats.format import Found, Notes, Reader, Record, Source, Writer
from assay.formats.json_stream import decode_utf8
from assay.formats.objects import field_of, first_question, name_from, without_ending
from assay.formats.sink import Sink

_ENDINGS = (".conll", ".conll2003", ".bio", ".iob", ".iob2", ".tsv", ".txt")
_METADATA = "conll"
_DEFAULT: Mapping[str, Any] = {
    "separator": "\t",
    "newline": "\n",
    "columns": [],
    "before": "",
    "after": "\n\n",
}
_BYTE_ORDER_MARK = "\ufeff"
_TAG = re.compile(r"([BIELSU])-(.+)")
_OPENING, _CLOSING = "BSU", "ELSU"
_DOCUMENT = "-DOCSTART-"
_TOKEN = re.compile(r"\w+|[^\w\s]")
MAX_LINE_BYTES = 1 << 20
MAX_SENTENCE_LINES = 100_000


@dataclass(frozen=True, kw_only=True)
class Conll:
    """See the module."""

    name: str = "conll"
    title: str = "CoNLL"
    media_folder: str = ""
    kinds: frozenset[str] | None = frozenset({"span"})
    writes: bool = True
    keeps: frozenset[str] = frozenset({"fields", "metadata"})

    def imply_ontology(self, bundle: Bundle) -> dict[str, Any] | None:
        """See ``Format.imply_ontology``."""
        classes: dict[str, None] = {}
        for name in _documents(bundle):
            for sentence in _sentences(bundle, name):
                for _, tag, _ in sentence.rows():
                    found = _TAG.fullmatch(tag)
                    if found:
                        classes[name_from(found[2])] = None
        if not classes:
            return None
        question = {"name": "entities", "kind": "span", "field": "text", "classes": list(classes)}
        return {"fields": {"text": "text"}, "questions": [question]}

    def carries(self, ontology: Ontology) -> tuple[str, ...]:
        """The first span question."""
        question = first_question(ontology, "span")
        return (question.name,) if question is not None else ()

    def reader(self, source: Source) -> Reader:
        """See ``Format.reader``."""
        return _Reader(source)

    def writer(self, sink: Sink, ontology: Ontology, notes: Notes) -> Writer:
        """See ``Format.writer``."""
        return _Writer(sink, ontology, notes)


@dataclass
class _Sentence:
    """The lines of one sentence, verbatim, with the lines before and after that hold no token."""

    where: str
    ordinal: int
    before: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def newline(self) -> str:
        """How its lines end. Raises ``Invalid`` when they end in different ways."""
        ends = {"\r\n" if line.endswith("\r\n") else "\n" for line in self.lines if line.endswith("\n")}
        if len(ends) > 1:
            raise Invalid("format.invalid", "lines end in different ways")
        return next(iter(ends), "\n")

    def separator(self) -> str:
        """What stands between columns: a tab, or a space."""
        return "\t" if "\t" in self.lines[0] else " "

    def layout(self, ranges: list[list[int]], columns: list[list[str]]) -> dict[str, Any]:
        """How it is written, as far as that is not the default."""
        last = self.lines[-1]
        found = {
            "separator": self.separator(),
            "newline": self.newline(),
            "columns": columns if any(columns) else [],
            "before": "".join(self.before),
            "after": last[len(last.rstrip("\r\n")) :] + "".join(self.after),
        }
        return {"tokens": ranges} | {key: value for key, value in found.items() if value != _DEFAULT[key]}

    def rows(self) -> Iterator[tuple[str, str, list[str]]]:
        """(token, tag, columns between) of each line. Raises ``Invalid`` where there are fewer than two."""
        separator = self.separator()
        for offset, line in enumerate(self.lines):
            columns = line.rstrip("\r\n").split(separator)
            if len(columns) < 2 or not columns[0] or not columns[-1]:
                raise Invalid(
                    "format.invalid",
                    f"token {offset + 1} has no tag, or columns are not one {separator!r} apart",
                )
            yield columns[0], columns[-1], columns[1:-1]


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._question = first_question(source.ontology, "span")
        self._field = field_of(source.ontology, self._question, "text")

    def records(self) -> Iterator[Found]:
        for name in _documents(self._source.bundle):
            for sentence in _sentences(self._source.bundle, name):
                yield Found(
                    where=sentence.where, raw=(f"{without_ending(name)}-{sentence.ordinal}", sentence)
                )

    def decode(self, found: Found) -> Record:
        external_id, sentence = found.raw
        tokens: list[str] = []
        tags: list[str] = []
        columns: list[list[str]] = []
        for token, tag, between in sentence.rows():
            tokens.append(token)
            tags.append(tag)
            columns.append(between)
        ranges = _join(tokens)
        spans = self._spans(tags, ranges)
        if self._question is None:
            self._source.notes.add("spans dropped: no question takes them", len(spans))
        return Record(
            item=NewItem(
                external_id=external_id,
                fields={self._field: " ".join(tokens)},
                metadata={_METADATA: sentence.layout(ranges, columns)},
            ),
            label={self._question.name: spans} if self._question is not None else None,
        )

    def _spans(self, tags: list[str], ranges: list[list[int]]) -> list[dict[str, Any]]:
        spans: list[dict[str, Any]] = []
        open_class = None
        for tag, (start, end) in zip(tags, ranges, strict=True):
            found = _TAG.fullmatch(tag)
            if found is None:
                if tag != "O":
                    raise Invalid("format.invalid", f"the tag {ascii(tag)[:80]} is not O, B-… or I-…")
                open_class = None
                continue
            prefix, class_name = found[1], name_from(found[2], self._source.notes)
            if prefix in _OPENING or open_class != class_name:
                if prefix not in _OPENING:
                    self._source.notes.add("tags read as the beginning of a span: no B- before them")
                spans.append({"id": str(len(spans) + 1), "class": class_name, "start": start, "end": end})
            else:
                spans[-1]["end"] = end
            if prefix not in "BI":
                self._source.notes.add("BIOES tags read; BIO is written")
            open_class = None if prefix in _CLOSING else class_name
        return spans


class _Writer:
    def __init__(self, sink: Sink, ontology: Ontology, notes: Notes) -> None:
        self._notes = notes
        question = first_question(ontology, "span")
        self._question = question.name if question is not None else ""
        self._field = field_of(ontology, question, "text")
        self._exit = ExitStack()
        self._out = self._exit.enter_context(sink.open("labels.conll"))

    def write(self, record: Record) -> None:
        text = record.item.fields.get(self._field)
        if not record.label or self._question not in record.label or not isinstance(text, str):
            self._notes.add("items left out: nobody answered, or there is no text")
            return
        self._notes.add("external ids not carried: items are numbered")
        self._notes.add("items' other fields not carried", len(record.item.fields) - 1)
        self._notes.add("items' other metadata not carried", len(record.item.metadata.keys() - {_METADATA}))
        spans = record.label[self._question]
        self._notes.add("object ids not carried", len(spans))
        self._notes.add("attributes not carried", sum(len(span.get("attributes", ())) for span in spans))
        kept = self._layout(record.item.metadata.get(_METADATA), text)
        if not kept["tokens"]:
            self._notes.add("items left out: the text has no tokens")
            return
        if kept["separator"] == " ":
            spaced = [span for span in spans if " " in span["class"]]
            self._notes.add(
                "spans dropped: their class has a space, which separates columns here", len(spaced)
            )
            spans = [span for span in spans if " " not in span["class"]]
        tags = self._tags(spans, kept["tokens"])
        columns = kept["columns"] or [[]] * len(tags)
        rows = zip(kept["tokens"], columns, tags, strict=True)
        lines = (
            kept["separator"].join([text[start:end], *between, tag]) for (start, end), between, tag in rows
        )
        self._out.write((kept["before"] + kept["newline"].join(lines) + kept["after"]).encode())

    def _layout(self, found: Any, text: str) -> dict[str, Any]:
        """How the sentence was written, or how we write one that never was in a file."""
        if _is_layout(found, text):
            return {**_DEFAULT, **found}
        tokens = [[token.start(), token.end()] for token in _TOKEN.finditer(text)]
        if " ".join(text[start:end] for start, end in tokens) != text:
            self._notes.add("texts split into tokens: the space between them is not carried")
        return {**_DEFAULT, "tokens": tokens}

    def _tags(self, spans: list[Mapping[str, Any]], tokens: list[list[int]]) -> list[str]:
        starts = {start: index for index, (start, _) in enumerate(tokens)}
        ends = {end: index for index, (_, end) in enumerate(tokens)}
        tags = ["O"] * len(tokens)
        for span in sorted(spans, key=lambda each: (each["start"], -each["end"], each["class"])):
            first, last = starts.get(span["start"]), ends.get(span["end"])
            if first is None or last is None:
                self._notes.add("spans dropped: they begin or end within a token")
            elif any(tag != "O" for tag in tags[first : last + 1]):
                self._notes.add("spans dropped: they overlap another")
            else:
                tags[first : last + 1] = [f"B-{span['class']}"] + [f"I-{span['class']}"] * (last - first)
        return tags

    def close(self) -> None:
        self._exit.close()


def _documents(bundle: Bundle) -> list[str]:
    found = files_ending(bundle, _ENDINGS)
    if not found:
        raise Invalid("format.invalid", f"CoNLL is files ending in {', '.join(_ENDINGS)}; found none")
    return found


def _sentences(bundle: Bundle, name: str) -> Iterator[_Sentence]:
    """Each sentence of one file, with the blank lines after it and the comments and blank lines before it."""
    with closing(bundle.open(name)) as stream:
        current = _Sentence(where=f"{name}, line 1", ordinal=1)
        for number, line in _lines(stream):
            blank, aside = not line.strip(), _is_aside(line)
            if (aside and current.lines) or (not blank and current.after):
                yield current
                current = _Sentence(where=f"{name}, line {number}", ordinal=current.ordinal + 1)
            if blank or aside:
                (current.after if current.lines else current.before).append(line)
            else:
                current.lines.append(line)
            if len(current.lines) + len(current.before) + len(current.after) > MAX_SENTENCE_LINES:
                raise TooLarge("limit.exceeded", f"{current.where}: too many lines", limit=MAX_SENTENCE_LINES)
        if current.lines:
            yield current


def _is_aside(line: str) -> bool:
    """Whether a line is a comment or begins a document. ``# O`` is a token; ``# id = 7`` is not."""
    if line.startswith(_DOCUMENT) or line == _BYTE_ORDER_MARK:
        return True
    if not line.startswith("# ") or "\t" in line:
        return False
    last = line.split()[-1]
    return last != "O" and _TAG.fullmatch(last) is None


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """(number from 1, line with its ending). A byte order mark is a line of its own, so that it is kept."""
    number = 0
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) > MAX_LINE_BYTES:
            raise TooLarge("limit.exceeded", f"line {number} is too long", limit=MAX_LINE_BYTES)
        line = decode_utf8(raw, f"line {number}")
        if number == 1 and line.startswith(_BYTE_ORDER_MARK):
            yield number, _BYTE_ORDER_MARK
            line = line.removeprefix(_BYTE_ORDER_MARK)
        yield number, line


def _join(tokens: list[str]) -> list[list[int]]:
    """[start, end) of each token in the tokens joined by single spaces, in code points."""
    ranges, start = [], 0
    for token in tokens:
        ranges.append([start, start + len(token)])
        start += len(token) + 1
    return ranges


def _is_layout(found: Any, text: str) -> bool:
    """Whether metadata still describes how this very text was written."""
    if not isinstance(found, dict) or not found.keys() <= _DEFAULT.keys() | {"tokens"}:
        return False
    layout = {**_DEFAULT, **found}
    tokens, columns = layout.get("tokens"), layout["columns"]
    if not isinstance(tokens, list) or not isinstance(columns, list) or len(columns) not in (0, len(tokens)):
        return False
    if layout["separator"] not in ("\t", " ") or layout["newline"] not in ("\n", "\r\n"):
        return False
    if not isinstance(layout["before"], str) or not isinstance(layout["after"], str):
        return False
    return all(_is_range(token, text) for token in tokens) and all(_are_texts(row) for row in columns)


def _is_range(token: Any, text: str) -> bool:
    return (
        isinstance(token, list)
        and len(token) == 2
        and all(isinstance(offset, int) for offset in token)
        and 0 <= token[0] < token[1] <= len(text)
        and not set("\t\n\r") & set(text[token[0] : token[1]])
    )


def _are_texts(row: Any) -> bool:
    return isinstance(row, list) and all(isinstance(column, str) and "\n" not in column for column in row)
