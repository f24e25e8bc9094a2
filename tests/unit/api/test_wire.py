"""The gRPC contract: generated fresh, written by one style, and never broken for those who use it."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assay.api.grpc.server import SERVICES
from assay.api.grpc.service import http_rule
from assay.wire import v1

ROOT = Path(__file__).parents[3]
PROTO = ROOT / "proto" / "assay" / "wire" / "v1"
FILES = sorted(path.stem for path in PROTO.glob("*.proto"))
CAMEL, SNAKE, UPPER = (
    re.compile(r"([A-Z][a-z0-9]*)+"),
    re.compile(r"[a-z][a-z0-9_]*"),
    re.compile(r"[A-Z][A-Z0-9_]*"),
)


def descriptor(noun: str) -> Any:
    return __import__(f"{v1.__name__}.{noun}_pb2", fromlist=["DESCRIPTOR"]).DESCRIPTOR


def messages() -> list[Any]:
    return [message for noun in FILES for message in descriptor(noun).message_types_by_name.values()]


def methods() -> list[Any]:
    return [
        method
        for noun in FILES
        for service in descriptor(noun).services_by_name.values()
        for method in service.methods
    ]


def surface() -> list[str]:
    """Everything a client's code may name, a line each."""
    lines = []
    for method in methods():
        streams = f"{'stream ' * method.client_streaming}-> {'stream ' * method.server_streaming}"
        lines.append(
            f"rpc {method.full_name}: {method.input_type.full_name} {streams}{method.output_type.full_name}"
            f" {' '.join(http_rule(method))}"
        )
    for message in messages():
        for field in message.fields:
            of = field.message_type or field.enum_type
            kind = of.full_name if of else f"scalar {field.type}"
            shape = "repeated" if field.is_repeated else "optional" if field.has_presence else "plain"
            lines.append(f"field {message.full_name}.{field.name} = {field.number}: {shape} {kind}")
    for noun in FILES:
        for enum in descriptor(noun).enum_types_by_name.values():
            lines += [f"value {enum.full_name}.{value.name} = {value.number}" for value in enum.values]
    return sorted(lines)


def test_the_generated_code_is_fresh(tmp_path: Path) -> None:
    subprocess.run([ROOT / "scripts" / "wire", "--to", tmp_path], check=True, timeout=120)
    made = {path.name: path.read_text() for path in (tmp_path / "assay" / "wire" / "v1").iterdir()}
    kept = {path.name: path.read_text() for path in (ROOT / "assay" / "wire" / "v1").glob("*_pb2*")}
    assert made == kept


def test_what_was_released_is_still_there() -> None:
    released = (ROOT / "tests" / "golden" / "wire" / "v1.txt").read_text().splitlines()
    assert set(released) - set(surface()) == set(), "a client would break; add, never change or take away"


def test_what_is_new_is_written_down() -> None:
    released = (ROOT / "tests" / "golden" / "wire" / "v1.txt").read_text().splitlines()
    assert surface() == released, "run: scripts/wire-surface > tests/golden/wire/v1.txt"


@pytest.mark.parametrize("noun", FILES)
def test_a_file_is_a_noun_with_one_service(noun: str) -> None:
    file = descriptor(noun)
    assert (file.package, file.name) == ("assay.v1", f"assay/wire/v1/{noun}.proto")
    assert len(file.services_by_name) == 1
    assert (ROOT / "assay" / "api" / "grpc" / f"{noun}.py").exists()


def test_every_service_is_served() -> None:
    told = {service.full_name for noun in FILES for service in descriptor(noun).services_by_name.values()}
    assert {service.name for service in SERVICES} == told
    for service in SERVICES:
        service.check()


def test_names_are_written_by_one_style() -> None:
    for method in methods():
        assert CAMEL.fullmatch(method.name), method.full_name
    for message in messages():
        assert CAMEL.fullmatch(message.name), message.full_name
        for field in message.fields:
            assert SNAKE.fullmatch(field.name), field.full_name
    for noun in FILES:
        for enum in descriptor(noun).enum_types_by_name.values():
            prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", enum.name).upper() + "_"
            assert enum.values_by_number[0].name == f"{prefix}UNSPECIFIED"
            for value in enum.values:
                assert UPPER.fullmatch(value.name)
                assert value.name.startswith(prefix)


def test_every_method_has_a_route_and_a_request_of_its_own() -> None:
    requests = [method.input_type.full_name for method in methods()]
    assert len(set(requests)) == len(requests)
    for method in methods():
        verb, path = http_rule(method)
        assert verb in ("get", "post", "put", "patch", "delete"), method.full_name
        assert path.startswith("/v1/"), method.full_name
        assert method.input_type.name == f"{method.name}Request"


def test_whether_a_field_of_a_request_was_sent_can_be_told() -> None:
    """Zero, empty and absent differ, as in JSON: no value is guessed."""
    for method in methods():
        for field in method.input_type.fields:
            assert field.is_repeated or field.has_presence, field.full_name


@pytest.mark.parametrize("noun", FILES)
def test_everything_says_what_it_is(noun: str) -> None:
    lines = (PROTO / f"{noun}.proto").read_text().splitlines()
    assert lines[0].startswith("// ")
    for before, line in pairwise(lines):
        if re.match(r"\s*(message|enum|service|rpc)\b", line):
            assert before.strip().startswith("// "), line
