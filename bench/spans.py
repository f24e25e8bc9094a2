"""Named entities marked by simulated workers and merged, against the real labels of WNUT 2017.

    python bench/spans.py --data DIR [--seeds 3] [--texts 400]

DIR holds ``text/wnut17/emerging.dev.conll``. Twenty simulated workers, five a text, from careful to careless:
each drops an entity, shifts one of its ends, gives it another class, or marks words that are none, all at the
worker's own rates and independently of the others. F1 over exact spans with their class. "token majority"
puts each token's tag to the vote (an I without its B begins a span), "span majority" keeps what more than
half marked exactly alike, "matched" is the merge of a span question with equal labelers, "segmentation"
learns who is careless.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assay.domain.ontology import Question
from assay.labels.kind import Answer
from assay.labels.span import Span
from assay.quality.segmentation import infer_spans

Ints = NDArray[np.int64]
Mark = tuple[int, int, int]
"""Start, end, class."""

CLASSES = ("corporation", "creative-work", "group", "location", "person", "product")
WORKERS, EACH = 20, 5
DROPPED, SHIFTED, RENAMED, INVENTED = (0.05, 0.5), (0.05, 0.4), (0.02, 0.3), (0.02, 0.4)
"""The lowest and highest rate among the workers; each worker's are drawn evenly between them."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=400)
    options = parser.parse_args()
    texts = sentences(options.data / "text" / "wnut17" / "emerging.dev.conll")[: options.texts]
    found: dict[str, list[float]] = {}
    for seed in range(options.seeds):
        for method, score in compared(texts, np.random.default_rng(seed)).items():
            found.setdefault(method, []).append(score)
    n_entities = sum(len(marks) for _, marks in texts)
    print(f"{len(texts)} texts, {n_entities} entities, {EACH} of {WORKERS} workers a text")
    for method, scores in found.items():
        print(f"{method:16}{np.mean(scores):8.4f}   ({min(scores):.4f} … {max(scores):.4f})")
    best = max(np.mean(found["token majority"]), np.mean(found["span majority"]))
    reached = np.mean(found["segmentation"])
    print(f"{'met   ' if reached >= best else 'MISSED'} at least both majorities ({reached - best:+.4f})")


def sentences(path: Path) -> list[tuple[int, list[Mark]]]:
    """The number of tokens and the entities of each text of a two-column IOB file."""
    found: list[tuple[int, list[Mark]]] = []
    for block in path.read_text(encoding="utf-8").replace("\r", "").split("\n\n"):
        names = [line.partition("\t")[2].strip() for line in block.split("\n") if line.strip()]
        tags = [0 if n == "O" else 1 + 2 * CLASSES.index(n[2:]) + (n[0] == "I") for n in names]
        if tags:
            found.append((len(tags), marks_of(tags)))
    return found


def marks_of(tags: list[int]) -> list[Mark]:
    """The spans of a sequence of tags; an I that continues nothing begins a span."""
    marks: list[list[int]] = []
    before = 0
    for place, tag in enumerate(tags):
        if tag and tag % 2 == 0 and before in (tag, tag - 1):
            marks[-1][1] = place + 1
        elif tag:
            marks.append([place, place + 1, (tag - 1) // 2])
        before = tag
    return [(start, end, name) for start, end, name in marks]


def tags_of(marks: list[Mark], length: int) -> Ints:
    tags = np.zeros(length, dtype=np.int64)
    for start, end, name in marks:
        tags[start], tags[start + 1 : end] = 1 + 2 * name, 2 + 2 * name
    return tags


def marked(
    length: int, truth: list[Mark], rates: NDArray[np.float64], rng: np.random.Generator
) -> list[Mark]:
    """What a worker with these rates makes of a text; later marks give way to earlier ones."""
    drops, shifts, renames, invents = rates
    said: list[Mark] = []
    for start, end, name in truth:
        if rng.random() < drops:
            continue
        if rng.random() < shifts:
            by = int(rng.choice([-1, 1]))
            start, end = (start + by, end) if rng.random() < 0.5 else (start, end + by)
        if rng.random() < renames:
            name = int((name + rng.integers(1, len(CLASSES))) % len(CLASSES))
        said.append((max(start, 0), min(end, length), name))
    if rng.random() < invents:
        start = int(rng.integers(0, length))
        said.append((start, min(start + int(rng.integers(1, 3)), length), int(rng.integers(0, len(CLASSES)))))
    kept: list[Mark] = []
    for mark in said:
        if mark[0] < mark[1] and all(mark[1] <= other[0] or other[1] <= mark[0] for other in kept):
            kept.append(mark)
    return sorted(kept)


def compared(texts: list[tuple[int, list[Mark]]], rng: np.random.Generator) -> dict[str, float]:
    """Each method's F1 on one simulated crowd."""
    bounds = np.array([DROPPED, SHIFTED, RENAMED, INVENTED])
    rates = bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * rng.random((WORKERS, 1))
    said: list[tuple[int, int, list[Mark]]] = []
    for text, (length, truth) in enumerate(texts):
        drawn = rng.choice(WORKERS, EACH, replace=False).tolist()
        said += [(text, worker, marked(length, truth, rates[worker], rng)) for worker in drawn]
    truth = {(text, *mark) for text, (_, marks) in enumerate(texts) for mark in marks}
    tags = [tags_of(marks, texts[text][0]) for text, _, marks in said]
    fit = infer_spans([text for text, _, _ in said], [worker for _, worker, _ in said], tags, len(CLASSES))
    spans = np.column_stack([fit.text, fit.start, fit.end, fit.class_index])
    votes: dict[tuple[int, ...], int] = {}
    for text, _, marks in said:
        for mark in marks:
            votes[(text, *mark)] = votes.get((text, *mark), 0) + 1
    singles = [
        f1(
            {(t, *m) for t, w, marks in said if w == one for m in marks},
            {s for s in truth if s[0] in {t for t, w, _ in said if w == one}},
        )
        for one in range(WORKERS)
    ]
    return {
        "one worker": float(np.mean(singles)),
        "best worker": max(singles),
        "token majority": f1(by_token(texts, said, tags), truth),
        "span majority": f1({span for span, count in votes.items() if count > EACH / 2}, truth),
        "matched": f1(by_matching(said, len(texts)), truth),
        "segmentation": f1({tuple(s) for s in spans[fit.probability > 0.5].tolist()}, truth),
    }


def by_token(
    texts: list[tuple[int, list[Mark]]], said: list[tuple[int, int, list[Mark]]], tags: list[Ints]
) -> set[tuple[int, ...]]:
    found: set[tuple[int, ...]] = set()
    for text, (length, _) in enumerate(texts):
        counts = np.zeros((length, 2 * len(CLASSES) + 1))
        for answer, told in zip(said, tags, strict=True):
            if answer[0] == text:
                counts[np.arange(length), told] += 1.0
        found |= {(text, *mark) for mark in marks_of(counts.argmax(axis=1).tolist())}
    return found


def by_matching(said: list[tuple[int, int, list[Mark]]], n_texts: int) -> set[tuple[int, ...]]:
    """What a span question makes of the answers, with labelers of equal accuracy."""
    question = Question(
        name="entities", kind="span", field="text", options={"classes": list(CLASSES), "overlap": False}
    )
    kind = Span.parse(question, {"text": "text"}, "")
    answers: list[list[Answer]] = [[] for _ in range(n_texts)]
    for text, worker, marks in said:
        value = [
            {"id": str(i), "class": CLASSES[name], "start": start, "end": end}
            for i, (start, end, name) in enumerate(marks)
        ]
        answers[text].append(Answer(labeler=str(worker), value=value, accuracy=0.7))
    found: set[tuple[int, ...]] = set()
    for text, given in enumerate(answers):
        merged = kind.merge(given, {})
        assert not isinstance(merged.probability, float)
        for item in merged.value:
            if merged.probability[item["id"]] > 0.5:
                found.add((text, item["start"], item["end"], CLASSES.index(item["class"])))
    return found


def f1(found: set[tuple[int, ...]], truth: set[tuple[int, ...]]) -> float:
    return 2 * len(found & truth) / max(len(found) + len(truth), 1)


if __name__ == "__main__":
    main()
