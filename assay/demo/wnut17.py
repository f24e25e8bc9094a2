"""Entities in short messages, imported from CoNLL files: sentences to label, and gold among them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assay.client.client import Client
from assay.client.lease import LeasedItem
from assay.client.project import Project
from assay.demo.simulated import Answer, Simulated, numbered, work

NAME = "Emerging entities (sample)"
FOLDER = Path(__file__).with_name("wnut17")
CLASSES = ("corporation", "creative-work", "group", "location", "person", "product")
ONTOLOGY = {
    "fields": {"text": "text"},
    "questions": [
        {
            "name": "entities",
            "kind": "span",
            "field": "text",
            "title": "Mark every name of a person, place or thing",
            "classes": [{"name": name, "title": name.replace("-", " ").capitalize()} for name in CLASSES],
        }
    ],
}
LABELERS = {"Dora": 0.96, "Emil": 0.88, "Fay": 0.65}
"""By name: the chance to mark an entity as it is."""

Span = tuple[str, int, int]


def make(client: Client, chance: random.Random) -> Project:
    """The project with its items and labels; some sentences are left for whoever comes."""
    quality = {"min_labels": 3, "max_labels": 3, "gold_rate": 0.1}
    project = client.projects.create(NAME, ONTOLOGY, quality=quality)
    project.imports.create(FOLDER / "sentences.conll", format="conll", labels="ignore").wait()
    project.imports.create(FOLDER / "gold.conll", format="conll", labels="gold").wait()
    people = [
        Simulated(name=name, answer=reader(known(), skill, random.Random(chance.random())))
        for name, skill in LABELERS.items()
    ]
    work(client, project, people)
    project.imports.create(FOLDER / "open.conll", format="conll", labels="ignore").wait()
    return project


def auditor() -> Simulated:
    """Somebody who marks every entity as it is."""
    return Simulated(name="Gil", answer=reader(known(), 1.0, random.Random(0)))


def known() -> dict[str, list[Span]]:
    """The entities of each sentence that is labelled."""
    return {text: spans for name in ("sentences", "gold") for text, spans in sentences(f"{name}.conll")}


def reader(truth: Mapping[str, list[Span]], skill: float, chance: random.Random) -> Answer:
    """A labeler who marks an entity as it is with probability ``skill``; else it is overlooked, or of
    another class."""

    def answer(item: LeasedItem) -> dict[str, Any]:
        marked = []
        for class_name, start, end in truth[item.fields["text"]]:
            if chance.random() < skill:
                marked.append((class_name, start, end))
            elif chance.random() < 0.5:
                marked.append((chance.choice(CLASSES), start, end))
        spans = ({"class": class_name, "start": start, "end": end} for class_name, start, end in marked)
        return {"entities": numbered(spans)}

    return answer


def sentences(name: str) -> Iterator[tuple[str, list[Span]]]:
    """Each sentence of a file: tokens joined by single spaces, and its entities as (class, start, end)."""
    for block in (FOLDER / name).read_text(encoding="utf-8").strip().split("\n\n"):
        text, spans, opened = "", list[Span](), ""
        for line in block.split("\n"):
            token, tag = line.split("\t")
            start = len(text) + bool(text)
            text = f"{text} {token}" if text else token
            if tag == f"I-{opened}":
                spans[-1] = (opened, spans[-1][1], len(text))
                continue
            opened = tag.partition("-")[2]
            if opened:
                spans.append((opened, start, len(text)))
        yield text, spans
