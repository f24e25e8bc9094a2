"""Boxes in an image of known size, and of a size not yet known."""

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_WIDTH, _HEIGHT = 64, 48
_CLASSES = [
    "car",
    {
        "name": "person",
        "attributes": [
            {"name": "occluded", "kind": "choice", "classes": ["yes", "no"]},
            {
                "name": "share",
                "kind": "rating",
                "min": 0,
                "max": 1,
                "step": 0.1,
                "when": {"occluded": ["yes"]},
            },
        ],
    },
]


def _edges(size):
    whole = st.integers(0, size)
    # Eighths, so that x + width is exact.
    part = st.integers(0, 8 * size).map(lambda eighth: eighth / 8)
    return st.lists(whole | part, min_size=2, max_size=2, unique=True).map(sorted)


_boxes = st.builds(lambda x, y: [x[0], y[0], x[1] - x[0], y[1] - y[0]], _edges(_WIDTH), _edges(_HEIGHT))
_objects = st.builds(lambda box: {"class": "car", "box": box}, _boxes) | st.builds(
    lambda box, attributes: {"class": "person", "box": box, "attributes": attributes},
    _boxes,
    st.sampled_from([{}, {"occluded": "yes"}, {"occluded": "no"}, {"occluded": "yes", "share": 0.3}]),
)
_values = st.lists(_objects, max_size=4).map(
    lambda objects: [{"id": f"b{number}"} | item for number, item in enumerate(objects)]
)
_QUESTION = {"name": "q", "kind": "box", "field": "image", "classes": _CLASSES}

CASES = {
    "known size": {
        "question": _QUESTION,
        "values": _values,
        "facts": {"image": FieldFacts(type="image", width=_WIDTH, height=_HEIGHT)},
    },
    "unknown size": {"question": _QUESTION, "values": _values, "facts": {"image": FieldFacts(type="image")}},
}
