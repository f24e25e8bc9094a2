"""Lines of two to eight points, none of them shorter than a pixel."""

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_SIZE = 200

_point = st.builds(lambda x, y: [x, y], st.integers(0, _SIZE), st.integers(0, 8 * _SIZE).map(lambda y: y / 8))
_lines = st.lists(_point, min_size=2, max_size=8).filter(lambda points: any(p != points[0] for p in points))
_values = st.lists(
    st.builds(
        lambda name, line: {"class": name, "polyline": line}, st.sampled_from(["lane", "crack"]), _lines
    ),
    max_size=3,
).map(lambda objects: [{"id": f"l{number}"} | item for number, item in enumerate(objects)])
_QUESTION = {"name": "q", "kind": "polyline", "field": "image", "classes": ["lane", "crack"]}

CASES = {
    "known size": {
        "question": _QUESTION,
        "values": _values,
        "facts": {"image": FieldFacts(type="image", width=_SIZE, height=_SIZE)},
    },
    "unknown size": {"question": _QUESTION, "values": _values, "facts": {"image": FieldFacts(type="image")}},
}
