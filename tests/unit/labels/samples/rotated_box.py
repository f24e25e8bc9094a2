"""Rotated boxes in an image of known size, and of a size not yet known."""

import math

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_SIZE = 200

_boxes = st.builds(
    # No corner is farther than 50 px from a centre between 60 and 140.
    lambda x, y, width, height, angle: [x, y, width, height, angle],
    st.integers(60, 140),
    st.integers(480, 1120).map(lambda eighth: eighth / 8),
    st.integers(8, 70),
    st.integers(64, 480).map(lambda eighth: eighth / 8),
    st.sampled_from([0, 0.5, math.pi, -1.25, math.pi / 2, -math.pi / 2]) | st.floats(-3.125, 3.125, width=32),
).map(lambda box: [*box[:4], box[4] + 0])
_objects = st.builds(
    lambda name, box: {"class": name, "rotated_box": box}, st.sampled_from(["car", "ship"]), _boxes
)
_values = st.lists(_objects, max_size=4).map(
    lambda objects: [{"id": f"r{number}"} | item for number, item in enumerate(objects)]
)
_QUESTION = {"name": "q", "kind": "rotated_box", "field": "image", "classes": ["car", "ship"]}

CASES = {
    "known size": {
        "question": _QUESTION,
        "values": _values,
        "facts": {"image": FieldFacts(type="image", width=_SIZE, height=_SIZE)},
    },
    "unknown size": {"question": _QUESTION, "values": _values, "facts": {"image": FieldFacts(type="image")}},
}
