"""Spans that may overlap and spans that may not."""

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_TEXT = "Ann Lee moved from Köln to São Paulo in 1999."
_CLASSES = ["PER", {"name": "LOC", "attributes": [{"name": "sure", "kind": "rating", "min": 0, "max": 3}]}]


def _numbered(spans):
    return [{"id": f"s{number}"} | span for number, span in enumerate(spans)]


_bounds = st.lists(st.integers(0, len(_TEXT)), min_size=2, max_size=2, unique=True).map(sorted)
_any = st.builds(
    lambda bounds, name: {"class": name, "start": bounds[0], "end": bounds[1]},
    _bounds,
    st.sampled_from(["PER", "LOC"]),
)
_rated = st.builds(
    lambda bounds, sure: {"class": "LOC", "start": bounds[0], "end": bounds[1], "attributes": {"sure": sure}},
    _bounds,
    st.integers(0, 3),
)
_apart = st.lists(st.integers(0, len(_TEXT)), max_size=8, unique=True).map(
    lambda cuts: [
        {"class": "PER", "start": start, "end": end}
        for start, end in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
    ]
)

_FACTS = {"note": FieldFacts(type="text", text=_TEXT)}

CASES = {
    "overlap": {
        "question": {"name": "q", "kind": "span", "field": "note", "classes": _CLASSES},
        "values": st.lists(_any | _rated, max_size=4).map(_numbered),
        "facts": _FACTS,
    },
    "apart": {
        "question": {"name": "q", "kind": "span", "field": "note", "classes": _CLASSES, "overlap": False},
        "values": _apart.map(_numbered),
        "facts": _FACTS,
        "certain_only": True,
    },
}
