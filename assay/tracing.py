"""Traces by OpenTelemetry: a span for each request, call, job and delivery; nothing unless switched on.

``OTEL_EXPORTER_OTLP_ENDPOINT`` switches it on, with the extra ``otel``; the library's other variables
(``OTEL_TRACES_SAMPLER``, ``OTEL_EXPORTER_OTLP_HEADERS``, …) mean what they mean everywhere. A span bears
routes, statuses, kinds and ids of our own making: never a payload, a name, an address or a key. Its parent
comes and goes as the W3C's ``traceparent``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from assay.errors import Unavailable

SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PARENT = "traceparent"


def begin(service: str) -> None:
    """Export the spans of this process from now on, if that is switched on.

    Raises ``Unavailable`` (``extra.missing``) when it is and the extra is not installed.
    """
    if not any(os.environ.get(name) for name in SWITCHES) or os.environ.get("OTEL_SDK_DISABLED") == "true":
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        raise Unavailable(
            "extra.missing", "OTEL_EXPORTER_OTLP_ENDPOINT asks for traces: install assay[otel]."
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Mapping[str, str] | None = None,
    **attributes: str | int,
) -> Iterator[Span]:
    """What happens within, as a span. ``parent`` holds a ``traceparent`` that somebody sent along.

    What goes wrong is marked by the error's class alone: its words may hold what nobody should keep.
    """
    if parent is None and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        yield trace.INVALID_SPAN  # nobody reads it, and each request would pay for it
        return
    tracer = trace.get_tracer("assay")
    given = propagate.extract(parent) if parent else None
    said = {key.replace("__", "."): value for key, value in attributes.items()}
    with tracer.start_as_current_span(
        name,
        context=given,
        kind=kind,
        attributes=said,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def sent_along() -> dict[str, str]:
    """What makes whoever reads it a child of the current span; nothing while there is none."""
    found: dict[str, str] = {}
    propagate.inject(found)
    return {PARENT: found[PARENT]} if PARENT in found else {}


def trace_id() -> str | None:
    """The trace of the current span, in hexadecimal digits."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None
