"""A certificate as one page for people: pictures, the same in numbers, and how to check it.

The page is whole in itself (no script, no address to fetch) and prints to one or two sheets, so that a
browser makes the PDF (ADR 59). Everything that comes from a document is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Document = Mapping[str, Any]

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 220, 52, 30
"""Of a picture, in its own units; the last two are room for its scales."""
TICKS = 4

STYLE = """
:root{color-scheme:light dark;--ink:#1c1e21;--quiet:#5b6470;--line:#c9ced6;--mark:#1f5fbf;--page:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--quiet:#a7b0bc;--line:#454d58;--mark:#8ab4f8;--page:#16181c}}
@media print{:root{--ink:#000;--quiet:#444;--line:#999;--mark:#1f5fbf;--page:#fff}}
body{margin:0 auto;max-width:46rem;padding:2rem 1.5rem;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 1rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.quiet{color:var(--quiet)}.small{font-size:.85rem}code{overflow-wrap:anywhere;font-size:.85rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:right}
th:first-child,td:first-child{text-align:left}
svg{width:100%;height:auto;overflow:visible}svg text{font-size:12px;fill:var(--quiet)}
.axis{stroke:var(--line);fill:none}.band{fill:var(--mark);fill-opacity:.18}
.low{stroke:var(--mark);stroke-width:2.5;fill:none}.dot{fill:var(--mark)}
.rule{stroke:var(--quiet);stroke-dasharray:4 4}section{break-inside:avoid}
@page{margin:12mm}
@media print{body{font-size:10.5px;line-height:1.3;padding:0;max-width:none}h1{font-size:17px;margin:0 0 6px}
h2{font-size:13px;margin:10px 0 4px}th,td{padding:1px 6px}svg{max-height:108px}code,.small{font-size:9px}}
"""
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""By which the page's only style is allowed, and none other."""


def certificate_page(document: Document, project: str) -> str:
    """The page of a signed certificate; ``project`` is what the project is called."""
    title = f"Certificate: {project}" + (f", {document['slice']}" if document["slice"] else "")
    parts = (
        f"<p class=quiet>{escape(title)}</p><h1>{escape(document['statement'])}</h1>",
        _summary(document),
        _bounds(document),
        _groups(document),
        _evidence(document),
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


def _summary(document: Document) -> str:
    rows = (
        ("Labels", f"{document['items']:,}"),
        ("Audited, blind, by people who had not seen them", f"{document['audited']:,}"),
        ("Found wrong", f"{document['wrong']:,}"),
        ("Auditors", f"{document['auditors']:,}"),
        ("Accuracy, estimated", _percent(document["accuracy"])),
        ("At least", _percent(document["low"])),
        ("At most", _percent(document["high"])),
        ("At least, had no prediction been used", _percent(document["low_without_model"])),
        ("The labels' own prediction (no bound)", _percent(document["predicted_accuracy"])),
    )
    return _table(("", ""), rows)


def _bounds(document: Document) -> str:
    """What was certain after so many looks."""
    points = document["history"]
    if not points:
        return ""
    least = min(point["low"] for point in points[len(points) // 4 :])
    floor = math.floor(least * 20) / 20 if least < 1 else 0.95
    last = max(point["audited"] for point in points)
    across = _scale(0, last, LEFT, WIDTH)
    up = _scale(floor, 1, HEIGHT - BOTTOM, 8)
    low = [(across(point["audited"]), up(max(point["low"], floor))) for point in points]
    high = [(across(point["audited"]), up(point["high"])) for point in points]
    band = _points([*low, *reversed(high)])
    target = (document["design"] or {}).get("target")
    rule = (
        f'<line class="rule" x1="{LEFT}" x2="{WIDTH}" y1="{up(target):.1f}" y2="{up(target):.1f}"/>'
        if target is not None and target >= floor
        else ""
    )
    picture = _picture(
        f'<polygon class="band" points="{band}"/><polyline class="low" points="{_points(low)}"/>{rule}',
        [(across(value), f"{value:,.0f}") for value in _ticks(0, last)],
        [(up(value), f"{value:.1%}") for value in _ticks(floor, 1)],
        "Lower and upper bound of the accuracy, by the number of audits",
    )
    shown = points if len(points) <= 6 else [*points[:: math.ceil(len(points) / 5)], points[-1]]
    table = _table(
        ("Audits", "At least", "At most"),
        [(f"{p['audited']:,}", _percent(p["low"]), _percent(p["high"])) for p in shown],
    )
    return (
        f"<section><h2>What was certain after so many audits</h2>{picture}{table}<p class='quiet small'>"
        "Both bounds hold at all these moments at once: one may look as often as one likes.</p></section>"
    )


def _groups(document: Document) -> str:
    """Where errors were predicted, and where they were found."""
    groups = document["strata"]
    rates = [(g["predicted_error"], g["wrong"] / g["audited"] if g["audited"] else None) for g in groups]
    most = max(0.01, *(value for pair in rates for value in pair if value is not None))
    across, up = _scale(0, most, LEFT, WIDTH), _scale(0, most, HEIGHT - BOTTOM, 8)
    dots = "".join(
        f'<circle class="dot" r="6" cx="{across(predicted):.1f}" cy="{up(found):.1f}"/>'
        for predicted, found in rates
        if found is not None
    )
    diagonal = f'<line class="rule" x1="{LEFT}" y1="{up(0)}" x2="{WIDTH}" y2="{up(most)}"/>'
    picture = _picture(
        diagonal + dots,
        [(across(value), f"{value:.1%}") for value in _ticks(0, most)],
        [(up(value), f"{value:.1%}") for value in _ticks(0, most)],
        "Share of errors found, by the share predicted; on the line they are equal",
    )
    table = _table(
        ("Predicted errors", "Labels", "Audited", "Wrong"),
        [
            (_percent(g["predicted_error"]), f"{g['items']:,}", f"{g['audited']:,}", f"{g['wrong']:,}")
            for g in groups
        ],
    )
    drawn = picture if any(found is not None for _, found in rates) else ""
    return f"<section><h2>Where errors were predicted, and found</h2>{drawn}{table}</section>"


def _evidence(document: Document) -> str:
    design = document["design"] or {}
    signature = document["signature"]
    rows = (
        ("Snapshot", document["snapshot"]),
        ("SHA-256 of its lines", document["sha256"]),
        ("As of", document["as_of"]),
        ("Method", document["method"]),
        ("Drawn", design.get("sampling", "not yet")),
        ("Seed of the draw", design.get("seed", "–")),
        ("Objects count as right at a likeness of", design.get("least_similarity", "–")),
        (f"{signature['algorithm']} key", signature["key"]),
        ("Signature", signature["value"]),
    )
    listed = [(name, f"<code>{escape(str(value))}</code>") for name, value in rows]
    body = "".join(f"<tr><td>{escape(name)}</td><td>{value}</td></tr>" for name, value in listed)
    return (
        f"<section><h2>Evidence</h2><table>{body}</table><p class='quiet small'>Check it without this "
        "server: <code>assay certify verify certificate.json --key KEY</code>. A slice chosen after its "
        "answers were seen is one of many: its bound holds for one slice, named beforehand.</p></section>"
    )


def _picture(
    marks: str, across: Sequence[tuple[float, str]], up: Sequence[tuple[float, str]], title: str
) -> str:
    floor = HEIGHT - BOTTOM
    scales = "".join(
        f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{said}</text>' for x, said in across
    ) + "".join(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>' for y, said in up)
    axis = f'<path class="axis" d="M{LEFT} 8V{floor}H{WIDTH}"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{axis}{marks}{scales}</svg>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>" if any(head) else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{top}{body}</table>"


def _scale(low: float, high: float, start: float, end: float) -> Any:
    return lambda value: start + (value - low) / (high - low or 1) * (end - start)


def _ticks(low: float, high: float) -> list[float]:
    return [low + (high - low) * n / TICKS for n in range(TICKS + 1)]


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100 * share:.2f}%"
