"""What every label kind promises, for every module of ``assay/labels`` that holds one.

Values come from ``samples/<kind>.py``; a kind without samples, or without a place in ``KINDS``, fails here.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import inspect
import json
import math
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import assay.labels
from assay.domain.item import FieldFacts
from assay.errors import Invalid, pointer_token
from assay.labels import KINDS
from assay.labels.kind import Answer, Kind
from assay.labels.schema import Schema, read_schema

SAMPLES = Path(__file__).parent / "samples"
FIELDS = {"image": "image", "note": "text", "other": "text"}
unhurried = settings(
    deadline=None, max_examples=30, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def _kinds_found() -> dict[str, type[Kind]]:
    """Every concrete kind, by the name of its module."""
    found = {}
    for module in pkgutil.iter_modules(assay.labels.__path__):
        loaded = importlib.import_module(f"assay.labels.{module.name}")
        for _, member in inspect.getmembers(loaded, inspect.isclass):
            own = member.__module__ == loaded.__name__
            if own and "name" in vars(member) and all(hasattr(member, verb) for verb in ("parse", "merge")):
                found[module.name] = member
    return found


class Case:
    """One question with values that answer it."""

    def __init__(self, sample: dict[str, Any]) -> None:
        self.document = {"fields": FIELDS, "questions": [*sample.get("others", []), sample["question"]]}
        self.schema: Schema = read_schema(self.document)
        self.kind: Kind = self.schema.kinds["q"]
        self.values: st.SearchStrategy[Any] = sample["values"]
        self.facts: dict[str, FieldFacts] = sample.get("facts", {})
        self.context: dict[str, Any] = sample.get("context", {})
        self.certain_only: bool = sample.get("certain_only", False)

    def check(self, value: Any) -> None:
        self.schema.check({**self.context, "q": value}, self.facts)

    def answer(self, labeler: str, value: Any, accuracy: float = 0.8) -> Answer:
        return Answer(labeler=labeler, value=value, accuracy=accuracy, label={**self.context, "q": value})

    def merge(self, answers: list[Answer]) -> tuple[Any, float]:
        """The merged value, and the least probability in it (1 where it is empty)."""
        merged = self.kind.merge(answers, self.facts)
        if isinstance(merged.probability, float):
            return merged.value, merged.probability
        assert list(merged.probability) == [item["id"] for item in merged.value]
        return merged.value, min(merged.probability.values(), default=1.0)


def _cases() -> Iterator[Any]:
    for path in sorted(SAMPLES.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"label_samples_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for name, sample in module.CASES.items():
            yield pytest.param(Case(sample), id=f"{path.stem}: {name}")


every_case = pytest.mark.parametrize("case", list(_cases()))


def test_every_kind_is_registered_under_its_modules_name_and_has_samples() -> None:
    found = _kinds_found()
    assert {name: kind.name for name, kind in found.items()} == {name: name for name in found}
    assert dict(KINDS) == found
    assert {path.stem for path in SAMPLES.glob("*.py")} == set(KINDS)


@every_case
def test_the_ontology_is_kept_as_it_was_written(case: Case) -> None:
    assert case.schema.ontology.to_json() == case.document


@every_case
def test_an_unknown_option_is_refused(case: Case) -> None:
    document = copy.deepcopy(case.document)
    document["questions"][-1]["colour"] = "red"
    with pytest.raises(Invalid) as refused:
        read_schema(document)
    assert refused.value.code == "field.unknown"
    assert refused.value.pointer == f"/questions/{len(document['questions']) - 1}/colour"


@every_case
@unhurried
@given(data=st.data())
def test_right_values_pass_unchanged_and_survive_json(case: Case, data: st.DataObject) -> None:
    value = data.draw(case.values)
    before = copy.deepcopy(value)
    case.check(value)
    assert value == before
    written = json.loads(json.dumps(value))
    assert written == value
    case.check(written)


@every_case
@unhurried
@given(data=st.data())
def test_similarity_is_symmetric_and_1_for_the_same(case: Case, data: st.DataObject) -> None:
    left, right = data.draw(case.values), data.draw(case.values)
    assert case.kind.similarity(left, left) == pytest.approx(1.0, abs=1e-9)
    alike = case.kind.similarity(left, right)
    assert 0.0 <= alike <= 1.0
    assert alike == pytest.approx(case.kind.similarity(right, left), abs=1e-9)


@every_case
@unhurried
@given(data=st.data())
def test_objects_are_contrasted_one_by_one_and_other_values_not(case: Case, data: st.DataObject) -> None:
    left, right = data.draw(case.values), data.draw(case.values)
    contrast = case.kind.contrast(left, right)
    if contrast is None:
        return
    assert contrast.similarity.shape == (len(left), len(right))
    assert (len(contrast.left), len(contrast.right)) == contrast.similarity.shape
    assert ((contrast.similarity >= 0) & (contrast.similarity <= 1)).all()
    if contrast.similarity.max(initial=0) == 0:
        assert case.kind.similarity(left, right) == (0.0 if left or right else 1.0)


@every_case
@unhurried
@given(data=st.data(), poison=st.sampled_from([None, math.nan, math.inf, -math.inf, True, 10**400, {}]))
def test_a_wrong_value_anywhere_is_refused_at_its_pointer(
    case: Case, data: st.DataObject, poison: Any
) -> None:
    value = data.draw(case.values)
    leaves = list(_leaves(value))
    path = data.draw(st.sampled_from(leaves)) if leaves else ()
    with pytest.raises(Invalid) as refused:
        case.check(_replaced(value, path, poison))
    assert refused.value.code.startswith("label.")
    assert refused.value.pointer == "/q" + "".join(map(pointer_token, path))


@every_case
@unhurried
@given(data=st.data())
def test_minus_zero_is_refused_at_its_pointer(case: Case, data: st.DataObject) -> None:
    value = data.draw(case.values)
    for path in _leaves(value):
        if isinstance(_at(value, path), int | float):
            with pytest.raises(Invalid) as refused:
                case.check(_replaced(value, path, -0.0))
            assert refused.value.pointer == "/q" + "".join(map(pointer_token, path))


@every_case
def test_a_flood_is_refused(case: Case) -> None:
    for flood in (
        [None] * 1_000_000,
        [[0, 0]] * 1_000_000,
        {str(i): 0 for i in range(100_000)},
        "x" * 1_000_000,
    ):
        with pytest.raises(Invalid) as refused:
            case.check(flood)
        assert refused.value.pointer is not None
        assert refused.value.pointer.startswith("/q")


@every_case
@unhurried
@given(data=st.data())
def test_merging_depends_on_no_order_and_changes_nothing(case: Case, data: st.DataObject) -> None:
    values = data.draw(st.lists(case.values, min_size=1, max_size=4))
    skills = data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(values), max_size=len(values)))
    answers = [
        case.answer(f"w{n}", value, skill)
        for n, (value, skill) in enumerate(zip(values, skills, strict=True))
    ]
    before = copy.deepcopy(answers)
    first = case.kind.merge(answers, case.facts)
    assert case.kind.merge(data.draw(st.permutations(answers)), case.facts) == first
    assert answers == before
    probabilities = (
        [first.probability] if isinstance(first.probability, float) else first.probability.values()
    )
    assert all(0.0 <= p <= 1.0 for p in probabilities)


@every_case
@unhurried
@given(data=st.data())
def test_a_merged_value_is_a_right_value(case: Case, data: st.DataObject) -> None:
    values = data.draw(st.lists(case.values, min_size=1, max_size=5))
    merged = case.kind.merge([case.answer(f"w{n}", value) for n, value in enumerate(values)], case.facts)
    value = merged.value
    if case.certain_only:
        assert not isinstance(merged.probability, float)
        value = [item for item in value if merged.probability[item["id"]] >= 0.5]
    json.dumps(value, allow_nan=False)
    case.check(value)


@every_case
@unhurried
@given(data=st.data())
def test_equal_answers_give_that_answer_surer_with_number_and_skill(case: Case, data: st.DataObject) -> None:
    value = data.draw(case.values)
    chances = []
    for number in (1, 2, 3):
        merged, chance = case.merge([case.answer(f"w{n}", value) for n in range(number)])
        assert merged == value or case.kind.similarity(merged, value) == pytest.approx(1.0, abs=1e-9)
        chances.append(chance)
    by_skill = [case.merge([case.answer("w", value, skill)])[1] for skill in (0.6, 0.75, 0.9)]
    if merged == []:
        # Nothing was found, so there is nothing to be sure of, unless the kind votes on each class.
        assert chances == sorted(chances)
        return
    assert chances == sorted(set(chances))
    assert by_skill == sorted(set(by_skill))


@every_case
@unhurried
@given(data=st.data())
def test_equal_answers_come_back_to_the_letter(case: Case, data: st.DataObject) -> None:
    value = data.draw(case.values)
    if case.kind.ballots(value) is None:
        merged, _ = case.merge([case.answer(f"w{n}", value) for n in range(3)])
        assert merged == value


@every_case
@unhurried
@given(data=st.data())
def test_electing_certain_ballots_gives_the_value_back(case: Case, data: st.DataObject) -> None:
    value = data.draw(case.values)
    ballots = case.kind.ballots(value)
    if ballots is None:
        with pytest.raises(TypeError):
            case.kind.elect({})
        return
    assert all(ballot.n_answers >= 2 for ballot in ballots)
    assert len({ballot.facet for ballot in ballots}) == len(ballots)
    elected, probability = case.kind.elect({ballot.facet: {ballot.answer: 1.0} for ballot in ballots})
    case.check(elected)
    assert probability == 1.0
    assert set(case.kind.ballots(elected) or ()) == set(ballots)


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values that hold no others."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if children is None:
        yield path
        return
    for key, child in children:
        yield from _leaves(child, (*path, key))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def _replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    changed = json.loads(json.dumps(value))  # not deepcopy, which keeps parts that hypothesis shares shared
    _at(changed, path[:-1])[path[-1]] = new
    return changed
