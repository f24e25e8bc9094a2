"""Edges between the same three spans, which every labeler was given."""

from hypothesis import strategies as st

from assay.domain.item import FieldFacts

_SPANS = [
    {"id": "ann", "class": "PER", "start": 0, "end": 3},
    {"id": "bob", "class": "PER", "start": 8, "end": 11},
    {"id": "rome", "class": "LOC", "start": 15, "end": 19},
]
_POSSIBLE = [
    ("knows", "ann", "bob"),
    ("knows", "bob", "ann"),
    ("lives in", "ann", "rome"),
    ("lives in", "bob", "rome"),
]

CASES = {
    "relation": {
        "question": {
            "name": "q",
            "kind": "relation",
            "between": ["who"],
            "classes": ["knows", {"name": "lives in", "from": ["PER"], "to": ["LOC"]}],
        },
        "others": [{"name": "who", "kind": "span", "field": "note", "classes": ["PER", "LOC"]}],
        "context": {"who": _SPANS},
        "values": st.lists(st.sampled_from(_POSSIBLE), unique=True).map(
            lambda edges: [
                {"id": f"e{number}", "class": name, "from": start, "to": end}
                for number, (name, start, end) in enumerate(edges)
            ]
        ),
        "facts": {"note": FieldFacts(type="text", text="Ann and Bob in Rome")},
    },
}
