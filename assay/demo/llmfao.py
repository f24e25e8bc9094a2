"""Which answer is better: real prompts, answers of language models, and votes of people and models."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.client.client import Client
from assay.client.project import Project
from assay.demo.simulated import hire

NAME = "Preferences (sample)"
FILE = Path(__file__).with_name("llmfao") / "comparisons.jsonl"
ONTOLOGY = {
    "fields": {"prompt": "text", "left": "text", "right": "text"},
    "questions": [
        {
            "name": "better",
            "kind": "pairwise",
            "fields": ["left", "right"],
            "title": "Which answer serves the prompt better?",
            "required": True,
        }
    ],
}
JUDGES = ("GPT-3.5 as a judge", "GPT-4 as a judge")
TARGET_ACCURACY = 0.85
MEMBERS = 3


def make(client: Client, chance: random.Random) -> Project:
    """The project with its items and the votes that were cast. ``chance`` draws nothing: all is real."""
    quality = {"min_labels": 3, "max_labels": 9, "target_accuracy": TARGET_ACCURACY}
    project = client.projects.create(NAME, ONTOLOGY, access="members", quality=quality)
    comparisons = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    kept = ("external_id", "fields", "metadata")
    project.items.add({key: each[key] for key in kept} for each in comparisons)
    judges = {name: hire(client, name, "llm").id for name in JUDGES}
    project.annotations.add(votes(comparisons, judges))
    people = (labeler for labeler in client.labelers.list() if labeler.name.startswith("llmfao-"))
    for labeler, _ in zip(people, range(MEMBERS), strict=False):
        project.members.add(labeler.id)
    return project


def votes(comparisons: Sequence[Mapping[str, Any]], judges: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The votes of people, by the names they go by, and those of the judges, by their ids here."""
    for each in comparisons:
        cast = [*each["people"].items(), *((judges[name], vote) for name, vote in each["judges"].items())]
        for labeler, vote in cast:
            label = {"better": vote}
            yield {"external_id": each["external_id"], "labeler": labeler, "label": label}
