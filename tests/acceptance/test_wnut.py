"""WNUT-17: CoNLL in and out, every token byte for byte, and spans from three labelers of different skill."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from assay import Client, Project

if TYPE_CHECKING:
    from tests.acceptance.conftest import RunningAssay

CORPUS = Path(__file__).parents[1] / "fixtures" / "wnut17" / "emerging.dev.conll"
CLASSES = ["corporation", "creative-work", "group", "location", "person", "product"]
ONTOLOGY = {
    "fields": {"text": "text"},
    "questions": [{"name": "entities", "kind": "span", "field": "text", "classes": CLASSES}],
}
SENTENCES = 200
SKILLS = (0.97, 0.9, 0.7)  # the chance to mark an entity as it is
INVENTED = 0.1  # by a labeler of no skill, the chance to mark a sentence's first token
SEED = 20260101
PATIENCE_ASKS = 5_000
Span = tuple[str, int, int]


def sentences_of(corpus: str) -> list[str]:
    """The sentences of a CoNLL text, each with its blank line."""
    return [block + "\n\n" for block in corpus.split("\n\n") if block.strip()]


def spans_of(sentence: str) -> tuple[str, list[Span]]:
    """A sentence's text, tokens joined by single spaces, and its entities as (class, start, end)."""
    text, spans, opened = "", list[Span](), ""
    for line in sentence.strip().split("\n"):
        token, tag = line.split("\t")
        start = len(text) + bool(text)
        text = f"{text} {token}" if text else token
        if tag == f"I-{opened}":
            spans[-1] = (opened, spans[-1][1], len(text))
        else:
            opened = tag.partition("-")[2]
            spans += [(opened, start, len(text))] * bool(opened)
    return text, spans


WHOLE = sentences_of(CORPUS.read_text())
TRUTH = dict(spans_of(sentence) for sentence in WHOLE[:SENTENCES])


class SimulatedLabeler:
    """Marks what it knows, mistakes the class of some and overlooks others."""

    def __init__(self, number: int, skill: float) -> None:
        self._number, self._skill = number, skill

    def answer(self, text: str) -> dict[str, Any]:
        """The label of a sentence; the same whenever it is asked."""
        chance = np.random.default_rng([SEED, self._number, zlib.crc32(text.encode())])
        spans = []
        for class_name, start, end in TRUTH[text]:
            if chance.random() < self._skill:
                spans.append((class_name, start, end))
            elif chance.random() < 0.5:
                spans.append((CLASSES[chance.integers(len(CLASSES))], start, end))
        first = text.partition(" ")[0]
        if chance.random() < (1 - self._skill) * INVENTED and all(start for _, start, _ in spans):
            spans.append(("product", 0, len(first)))
        return {
            "entities": [
                {"id": f"s{number}", "class": class_name, "start": start, "end": end}
                for number, (class_name, start, end) in enumerate(spans)
            ]
        }


@pytest.fixture(scope="module")
def entities(assay: RunningAssay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The project, once all is labelled and resolved."""
    source = tmp_path_factory.mktemp("wnut") / "emerging.conll"
    source.write_text("".join(WHOLE[:SENTENCES]))
    with Client(assay.url, assay.api_key) as admin:
        project = admin.projects.create(
            "Emerging entities", ONTOLOGY, quality={"min_labels": 3, "max_labels": 3}
        )
        report = project.imports.create(source, format="conll", labels="ignore").wait()
        assert (report["accepted"], report["rejected"]) == (SENTENCES, 0)
        keys = [admin.labelers.create(f"Reader {number}").api_key for number in range(len(SKILLS))]

        def work(number: int) -> None:
            labeler = SimulatedLabeler(number, SKILLS[number])
            with Client(assay.url, keys[number]) as client:
                for lease in client.projects.get(project.id).work(count=10):
                    lease.submit(labeler.answer(lease.item.fields["text"]))

        with ThreadPoolExecutor(len(SKILLS)) as pool:
            list(pool.map(work, range(len(SKILLS))))
        until_resolved(project, SENTENCES)
        yield project


def until_resolved(project: Project, tasks: int) -> None:
    """Ask until every task has its answer; merging structured answers takes about a second."""
    for _ in range(PATIENCE_ASKS):
        if (states := project.quality().states) == {"resolved": tasks}:
            return
    pytest.fail(f"not all tasks are resolved: {states}")


def tokens_of(text: str) -> list[str]:
    return [line.partition("\t")[0] for line in text.split("\n")]


def test_conll_comes_back_with_every_token(entities: Project, tmp_path: Path) -> None:
    exported = entities.snapshots.create().export("conll", tmp_path / "out.conll").path
    assert tokens_of(exported.read_text()) == tokens_of("".join(WHOLE[:SENTENCES]))


def test_two_of_three_find_what_one_overlooks(entities: Project) -> None:
    """Resolved spans are closer to the truth than those of the weaker labelers, whom nobody knew before."""
    items = {item.external_id: item.fields["text"] for item in entities.items.list()}
    resolved = {items[one.external_id]: triples(one.label) for one in entities.resolutions()}
    truth = {text: set(spans) for text, spans in TRUTH.items()}
    alone = [
        f1({text: triples(SimulatedLabeler(number, skill).answer(text)) for text in truth}, truth)
        for number, skill in enumerate(SKILLS)
    ]
    assert alone == sorted(alone, reverse=True)
    assert f1(resolved, truth) > max(0.93, alone[1])


def test_every_entity_has_one_probability(entities: Project) -> None:
    for one in entities.resolutions():
        ids = [span["id"] for span in one.label["entities"]]
        assert len(set(ids)) == len(ids)
        assert set(one.probability["entities"]) == set(ids)
        assert all(0.5 <= probability < 1 for probability in one.probability["entities"].values())


def test_who_reads_better_is_known(entities: Project) -> None:
    found = {one.name: one for one in entities.quality().labelers}
    skills = [found[f"Reader {number}"].accuracy or 0 for number in range(len(SKILLS))]
    assert skills == sorted(skills, reverse=True)
    assert [found[f"Reader {number}"].labels for number in range(len(SKILLS))] == [SENTENCES] * len(SKILLS)


def test_the_whole_file_comes_back_byte_for_byte(assay: RunningAssay, tmp_path: Path) -> None:
    """All 1,009 sentences, with the file's own labels as the only votes."""
    with Client(assay.url, assay.api_key) as client:
        project = client.projects.create("Emerging entities, all of them", ONTOLOGY)
        report = project.imports.create(CORPUS, format="conll", labeler="WNUT").wait()
        assert (report["accepted"], report["annotations"]["accepted"]) == (len(WHOLE), len(WHOLE))
        until_resolved(project, len(WHOLE))
        exported = project.snapshots.create().export("conll", tmp_path / "whole.conll").path
    assert tokens_of(exported.read_text()) == tokens_of(CORPUS.read_text())


def triples(label: Any) -> set[Span]:
    return {(span["class"], span["start"], span["end"]) for span in label["entities"]}


def f1(found: dict[str, set[Span]], truth: dict[str, set[Span]]) -> float:
    """Exact matches over all sentences."""
    hits = sum(len(found[text] & spans) for text, spans in truth.items())
    return 2 * hits / (sum(map(len, found.values())) + sum(map(len, truth.values())))
