"""Masks of a small image, painted as boxes, single pixels and noise."""

import numpy as np
from hypothesis import strategies as st

from assay.domain.item import FieldFacts
from assay.geometry.mask import mask_from_pixels, text_from_mask

_HEIGHT, _WIDTH = 20, 30


def _rle(pixels):
    return {"size": [_HEIGHT, _WIDTH], "counts": text_from_mask(mask_from_pixels(pixels))}


def _box(x, y, width, height):
    pixels = np.zeros((_HEIGHT, _WIDTH), dtype=bool)
    pixels[y : y + height, x : x + width] = True
    return _rle(pixels)


def _noise(seed, share):
    pixels = np.random.default_rng(seed).random((_HEIGHT, _WIDTH)) < share
    pixels[3, 4] = True
    return _rle(pixels)


_masks = (
    st.builds(
        _box,
        st.integers(0, _WIDTH - 1),
        st.integers(0, _HEIGHT - 1),
        st.integers(1, _WIDTH),
        st.integers(1, _HEIGHT),
    )
    | st.builds(_noise, st.integers(0, 1000), st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
    # Nearly alike, so that many are of one object.
    | st.builds(_box, st.integers(5, 7), st.integers(5, 7), st.integers(8, 10), st.integers(8, 10))
)
_objects = st.builds(lambda name, rle: {"class": name, "rle": rle}, st.sampled_from(["leaf", "rust"]), _masks)
_values = st.lists(_objects, max_size=4).map(
    lambda objects: [{"id": f"m{number}"} | item for number, item in enumerate(objects)]
)
_QUESTION = {"name": "q", "kind": "mask", "field": "image", "classes": ["leaf", "rust"]}

CASES = {
    "known size": {
        "question": _QUESTION,
        "values": _values,
        "facts": {"image": FieldFacts(type="image", width=_WIDTH, height=_HEIGHT)},
    },
    "unknown size": {"question": _QUESTION, "values": _values, "facts": {"image": FieldFacts(type="image")}},
}
