from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from assay.cli.work import Terminal, class_names, load_answerer, read_choice
from assay.client.lease import LeasedItem
from assay.errors import Invalid

ITEM = LeasedItem(id="i", external_id="n-1", fields={"note": "Ann ran.", "image": {"url": "asset:sha256:0"}})
TOPIC = {"name": "topic", "kind": "choice", "classes": ["sports", "news"], "required": True}
TAGS = {"name": "tags", "kind": "choice", "title": "Tags", "classes": ["a", "b", "c"], "multiple": True}


def answer(questions: list[dict[str, Any]], typed: str) -> Result:
    @click.command()
    def command() -> None:
        click.echo(f"answer: {Terminal(questions)(ITEM)}")

    return CliRunner().invoke(command, input=typed)


def test_a_person_chooses_by_number() -> None:
    result = answer([TOPIC, TAGS], "2\n1, 3\n")
    assert "note: Ann ran." in result.output
    assert "asset:sha256:0" in result.output
    assert "Tags?" in result.output
    assert result.output.endswith("answer: {'topic': 'news', 'tags': ['a', 'c']}\n")


def test_what_is_not_required_may_be_left_out() -> None:
    assert "answer: {'topic': 'sports'}" in answer([TOPIC, TAGS], "1\n\n").output


def test_what_means_nothing_is_asked_again() -> None:
    result = answer([TOPIC], "\n3\nx\n-1\n1\n")
    assert result.output.count("choose 1 to 2") == 4
    assert "answer: {'topic': 'sports'}" in result.output


def test_an_item_may_be_passed_by() -> None:
    assert "answer: None" in answer([TOPIC, TAGS], "1\ns\n").output


@pytest.mark.parametrize(
    "questions",
    [[{"name": "who", "kind": "span"}], [TOPIC, {"name": "who", "kind": "span", "required": True}]],
)
def test_what_the_terminal_cannot_ask_is_said(questions: list[dict[str, Any]]) -> None:
    with pytest.raises(Invalid, match="not who"):
        Terminal(questions)


def test_a_taxonomy_is_listed_in_order() -> None:
    tree = [{"name": "animal", "children": ["cat", {"name": "dog", "children": ["pug"]}]}, "plant"]
    assert class_names(tree) == ["animal", "cat", "dog", "pug", "plant"]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [("1", ["a"]), (" 2 , 1,", ["b", "a"]), ("", []), ("0", None), ("3", None), ("²", None), ("1 2", None)],
)
def test_numbers_are_read(given: str, chosen: list[str] | None) -> None:
    assert read_choice(given, ["a", "b"]) == chosen


def test_a_script_is_found_by_name(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_labeler.py").write_text("def label(item):\n    return {'topic': item.external_id}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
    assert load_answerer("my_labeler:label")(ITEM) == {"topic": "n-1"}


@pytest.mark.parametrize("named", ["nowhere_at_all:f", "json:nothing", "json", ":f"])
def test_a_script_that_is_not_there_is_said(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", list(__import__("sys").path))
    with pytest.raises(click.UsageError, match="module:function"):
        load_answerer(named)
