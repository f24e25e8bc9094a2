"""The page of a certificate: whatever the document says, it is shown and nothing of it is run."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from assay.service.certificate_page import certificate_page

UNAUDITED: dict[str, Any] = {
    "version": 1,
    "statement": "Nobody has audited these 30 labels yet.",
    "snapshot": "s",
    "sha256": "ab",
    "slice": None,
    "items": 30,
    "audited": 0,
    "wrong": 0,
    "auditors": 0,
    "accuracy": None,
    "low": None,
    "high": None,
    "low_without_model": None,
    "predicted_accuracy": 0.8,
    "method": "betting",
    "design": None,
    "history": [],
    "strata": [{"predicted_error": 0.2, "items": 30, "audited": 0, "wrong": 0}],
    "as_of": "2026-01-01T00:00:00+00:00",
    "signature": {"algorithm": "Ed25519", "key": "00", "value": "AA=="},
}


class Reader(HTMLParser):
    """The elements of a page and what they say; every element must be closed that has to be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(document: dict[str, Any], project: str = "News") -> Reader:
    reader = Reader()
    reader.feed(certificate_page(document, project))
    assert reader.open == []
    return reader


def audited(*bounds: tuple[int, float, float], **more: Any) -> dict[str, Any]:
    last = bounds[-1]
    history = [{"audited": n, "low": low, "high": high} for n, low, high in bounds]
    strata = [{"predicted_error": 0.2, "items": 30, "audited": last[0], "wrong": 2}]
    found = {"audited": last[0], "low": last[1], "high": last[2], "history": history, "strata": strata}
    return UNAUDITED | found | more


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    page = read(UNAUDITED)
    assert "svg" not in page.seen
    assert page.text.count("not known") == 4


def test_every_picture_has_its_table() -> None:
    page = read(audited((1, 0.1, 1.0), (10, 0.8, 1.0), (20, 0.9, 0.99), design={"target": 0.95}))
    assert page.seen.count("svg") == page.seen.count("title") - 1 == 2
    assert page.seen.count("table") == 4
    assert "90.00%" in page.text


def test_one_look_and_certainty_are_drawn_too() -> None:
    for bounds in ([(1, 0.0, 1.0)], [(30, 1.0, 1.0)], [(30, 0.0, 0.0)]):
        assert "nan" not in read(audited(*bounds)).text.lower()


def test_what_people_wrote_is_text() -> None:
    page = read(UNAUDITED | {"slice": "label.topic=<b>"}, "<img src=x onerror=alert(1)>")
    assert "img" not in page.seen
    assert "b" not in page.seen
    assert "<img src=x onerror=alert(1)>" in page.text
