"""Star-shaped outlines, some with a hole, some in two parts."""

import math

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_SIZE = 200


def _star(x, y, radii):
    """A ring around (x, y) with one corner at each radius, by angle: it cannot cross itself."""
    turn = 2 * math.pi / len(radii)
    return [[x + r * math.cos(i * turn), y + r * math.sin(i * turn)] for i, r in enumerate(radii)]


_radii = st.lists(st.integers(16, 40), min_size=4, max_size=9)
_centre = st.integers(50, 150)
_outer = st.builds(_star, _centre, _centre, _radii)


def _with_hole(x, y, radii):
    # A quarter of the radii stays inside even the flattest edge of a four-cornered star of 16 to 40.
    return {"class": "leaf", "polygon": [_star(x, y, radii), _star(x, y, [r / 4 for r in radii])]}


def _in_two(y, radii):
    return {"class": "lake", "polygons": [[_star(50, y, radii)], [_star(150, y, radii)]]}


_objects = (
    st.builds(lambda ring: {"class": "leaf", "polygon": [ring]}, _outer)
    | st.builds(_with_hole, _centre, _centre, _radii)
    | st.builds(_in_two, _centre, _radii)
)

CASES = {
    "polygon": {
        "question": {"name": "q", "kind": "polygon", "field": "image", "classes": ["leaf", "lake"]},
        "values": st.lists(_objects, max_size=3).map(
            lambda objects: [{"id": f"p{number}"} | item for number, item in enumerate(objects)]
        ),
        "facts": {"image": FieldFacts(type="image", width=_SIZE, height=_SIZE)},
    },
}
