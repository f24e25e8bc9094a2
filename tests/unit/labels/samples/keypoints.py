"""Skeletons of three joints, one of them at least labelled."""

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_SIZE = 200

_labelled = st.builds(
    lambda x, y, v: [x, y, v],
    st.integers(0, _SIZE),
    st.integers(0, 8 * _SIZE).map(lambda y: y / 8),
    st.sampled_from([1, 2]),
)
_joint = _labelled | st.builds(lambda: [0, 0, 0])
_skeletons = st.tuples(_joint, _joint, _joint).map(list).filter(lambda joints: any(v for _, _, v in joints))
_values = st.lists(
    st.builds(
        lambda name, joints: {"class": name, "keypoints": joints}, st.sampled_from(["cat", "dog"]), _skeletons
    ),
    max_size=3,
).map(lambda objects: [{"id": f"k{number}"} | item for number, item in enumerate(objects)])
_QUESTION = {
    "name": "q",
    "kind": "keypoints",
    "field": "image",
    "classes": ["cat", "dog"],
    "keypoints": ["head", "back", "tail"],
    "skeleton": [["head", "back"], ["back", "tail"]],
}

CASES = {
    "known size": {
        "question": _QUESTION,
        "values": _values,
        "facts": {"image": FieldFacts(type="image", width=_SIZE, height=_SIZE)},
    },
    "unknown size, own sigmas": {
        "question": _QUESTION | {"sigmas": [0.025, 0.1, 0.2]},
        "values": _values,
        "facts": {"image": FieldFacts(type="image")},
    },
}
