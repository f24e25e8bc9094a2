"""Every rpc of the contract, with messages made from its descriptors and with bytes that are none.

No status but one that the contract names, and with it always an ``ErrorInfo`` with a code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import grpc
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from assay.api.grpc.refusal import DETAILS
from assay.api.grpc.server import SERVICES
from assay.api.grpc.service import Method
from assay.errors import CODES
from tests.fuzz.target import Findings, Target

DEADLINE_SECS = 5.0
UNEXPECTED = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.UNIMPLEMENTED})
ENDLESS = frozenset({"StreamEvents"})

integers = st.sampled_from([0, 1, -1, 2, 100, 1001, 2**31, 2**53, 2**63 - 1, -(2**63)])
texts = st.one_of(st.text(max_size=20), st.sampled_from(["", " ", "\0", "../..", "💥" * 300, "a" * 5000]))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), integers, st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["topic", "who", "fields", "id", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
)
documents = st.one_of(
    values.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=20),
    st.sampled_from([b'{"topic":"sports","who":[]}', b"[" * 100, b'{"a":1,"a":2}', b"1e999", b"NaN"]),
)


def fuzz(target: Target, number: int, examples: int) -> Findings:
    """What was answered and what should not have been; ``number`` is the seed, of each rpc so many."""
    found = Findings()
    methods = [method for service in SERVICES for method in service.methods.values()]
    with grpc.insecure_channel(target.grpc) as channel:
        for method in sorted(methods, key=lambda one: (one.verb == "delete", one.full_name)):
            fuzz_one(found, target, channel, method, number, examples)
    return found


def fuzz_one(
    found: Findings, target: Target, channel: Any, method: Method, number: int, examples: int
) -> None:
    """One rpc: messages of its kind, and now and then bytes of none."""
    one = st.one_of(
        messages(method.request, target).map(lambda message: message.SerializeToString()),
        messages(method.request, target).map(lambda message: message.SerializeToString()),
        st.binary(max_size=40),
    )
    many = st.lists(one, max_size=3) if method.reads_stream else st.lists(one, min_size=1, max_size=1)

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sent=many)
    def call(sent: list[bytes]) -> None:
        error = answered(channel, method, sent, target.api_key)
        found.add("OK" if error is None else error.code().name, wrong(method, sent, error))

    call()


def messages(kind: type[Message], target: Target) -> st.SearchStrategy[Message]:
    """Messages of a kind: each field there or not, and as often right as wrong."""
    fields = {
        field.name: st.one_of(st.none(), value_of(field, target), value_of(field, target))
        for field in kind.DESCRIPTOR.fields
    }
    return st.fixed_dictionaries(fields).map(
        lambda given: kind(**{name: value for name, value in given.items() if value is not None})
    )


def value_of(field: Any, target: Target) -> st.SearchStrategy[Any]:
    """What a field may hold."""
    if field.is_repeated:
        return st.lists(single(field, target), max_size=3)
    return single(field, target)


def single(field: Any, target: Target) -> st.SearchStrategy[Any]:
    """One value of a field."""
    if field.message_type is not None:
        return messages(field.message_type._concrete_class, target)
    if field.enum_type is not None:
        return st.sampled_from([*(value.number for value in field.enum_type.values), 77, -1])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return documents
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return st.one_of(st.floats(), st.sampled_from([0.0, 0.5, 1.0]))
    if field.type == FieldDescriptor.TYPE_INT64:
        return integers
    known = target.known.get(field.name)
    return texts if known is None else st.one_of(st.just(known), st.just(known), texts)


def answered(channel: Any, method: Method, sent: Sequence[bytes], api_key: str) -> Any | None:
    """How a call was refused, or ``None``."""
    path = "/" + "/".join(method.full_name.rsplit(".", 1))
    options = {
        "metadata": [("authorization", f"Bearer {api_key}")],
        "timeout": 1.0 if method.name in ENDLESS else DEADLINE_SECS,
    }
    try:
        if method.reads_stream and method.writes_stream:
            list(channel.stream_stream(path)(iter(sent), **options))
        elif method.reads_stream:
            channel.stream_unary(path)(iter(sent), **options)
        elif method.writes_stream:
            list(channel.unary_stream(path)(sent[0], **options))
        else:
            channel.unary_unary(path)(sent[0], **options)
    except grpc.RpcError as error:
        return error
    return None


def wrong(method: Method, sent: Sequence[bytes], error: Any | None) -> list[str]:
    """What is wrong with how a call was refused."""
    if error is None or (error.code() is grpc.StatusCode.DEADLINE_EXCEEDED and method.name in ENDLESS):
        return []
    said = f"{method.full_name} answered {error.code().name} ({error.details()}) to {list(sent)!r}"[:800]
    packed = dict(error.trailing_metadata() or ()).get(DETAILS)
    if error.code() in UNEXPECTED or not isinstance(packed, bytes):
        return [said]
    info = ErrorInfo()
    status = Status.FromString(packed)
    return [] if status.details[0].Unpack(info) and info.reason in CODES else [f"{said} with no code"]
