"""A service of the contract and what answers its methods.

A module of the noun makes one and hangs a function on each method: ``create_project`` answers
``CreateProject``. Handlers are made from descriptors, so that a method that nothing answers stops the start.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from assay.api.grpc.call import Call, Stream

Unary = Callable[[Call], Awaitable[Any]]
Reader = Callable[[Stream], Awaitable[Any]]
Writer = Callable[[Call], AsyncIterator[Any]]
Talker = Callable[[Stream], AsyncIterator[Any]]
Answering = TypeVar("Answering", Unary, Reader, Writer, Talker)

_WORDS = re.compile(r"(?<!^)(?=[A-Z])")
_NAMED = re.compile(r"\{(\w+)\}")


class Service:
    """One service and its functions by method name."""

    def __init__(self, descriptor: ServiceDescriptor) -> None:
        self.name: str = descriptor.full_name
        self.methods = {_WORDS.sub("_", method.name).lower(): Method(method) for method in descriptor.methods}

    def answers(self, function: Answering) -> Answering:
        """The function that answers the method of its name."""
        self.methods[function.__name__].answer = function
        return function

    def check(self) -> None:
        """Refuse to serve a method that nothing answers."""
        silent = [method.name for method in self.methods.values() if method.answer is None]
        if silent:
            raise RuntimeError(f"nothing answers {self.name}: {', '.join(silent)}")


class Method:
    """One method: its types, the fields that name what it is about, and who answers it."""

    def __init__(self, descriptor: MethodDescriptor) -> None:
        self.name: str = descriptor.name
        self.full_name: str = descriptor.full_name
        self.reads_stream: bool = descriptor.client_streaming
        self.writes_stream: bool = descriptor.server_streaming
        self.request: type[Message] = GetMessageClass(descriptor.input_type)
        self.response: type[Message] = GetMessageClass(descriptor.output_type)
        self.verb, self.path = http_rule(descriptor)
        self.named = frozenset(_NAMED.findall(self.path))
        self.answer: Callable[..., Any] | None = None


def http_rule(descriptor: MethodDescriptor) -> tuple[str, str]:
    """The REST route of a method: its verb in lower case and its path."""
    rule = descriptor.GetOptions().Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern") or ""
    return verb, getattr(rule, verb) if verb else ""
