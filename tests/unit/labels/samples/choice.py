"""Choices: single, from a taxonomy, and several at once."""

from hypothesis import strategies as st

_FLAT = ["sports", {"name": "news", "title": "News & politics"}, "other"]
_TREE = [{"name": "animal", "children": ["cat", {"name": "dog", "children": ["poodle"]}]}, "plant"]
_NAMES = ["animal", "cat", "dog", "poodle", "plant"]

CASES = {
    "single": {
        "question": {"name": "q", "kind": "choice", "field": "note", "classes": _FLAT},
        "values": st.sampled_from(["sports", "news", "other"]),
    },
    "taxonomy": {
        "question": {"name": "q", "kind": "choice", "classes": _TREE},
        "values": st.sampled_from(_NAMES),
    },
    "multiple": {
        "question": {"name": "q", "kind": "choice", "classes": _TREE, "multiple": True},
        "values": st.lists(st.sampled_from(_NAMES), unique=True),
    },
}
