"""Ellipses in an image of known size, and of a size not yet known."""

import math

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_SIZE = 200

_ellipses = st.builds(
    # No ellipse reaches farther than 60 px from a centre between 60 and 140.
    lambda x, y, rx, ry, angle: [x, y, rx, ry, angle],
    st.integers(60, 140),
    st.integers(480, 1120).map(lambda eighth: eighth / 8),
    st.integers(8, 60),
    st.integers(64, 480).map(lambda eighth: eighth / 8),
    st.sampled_from([0, 0.5, -1.25, math.pi / 2]) | st.floats(-1.5, 1.5, width=32).map(lambda a: a + 0),
)
_objects = st.builds(
    lambda name, ellipse: {"class": name, "ellipse": ellipse}, st.sampled_from(["cell", "wheel"]), _ellipses
)
_values = st.lists(_objects, max_size=4).map(
    lambda objects: [{"id": f"e{number}"} | item for number, item in enumerate(objects)]
)
_QUESTION = {"name": "q", "kind": "ellipse", "field": "image", "classes": ["cell", "wheel"]}

CASES = {
    "known size": {
        "question": _QUESTION,
        "values": _values,
        "facts": {"image": FieldFacts(type="image", width=_SIZE, height=_SIZE)},
    },
    "unknown size": {"question": _QUESTION, "values": _values, "facts": {"image": FieldFacts(type="image")}},
}
