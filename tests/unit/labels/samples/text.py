"""Texts of any script, and with a bound on their length."""

from hypothesis import strategies as st

_ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")

CASES = {
    "any": {
        "question": {"name": "q", "kind": "text"},
        "values": st.text(_ANY, max_size=40),
    },
    "bounded": {
        "question": {"name": "q", "kind": "text", "min": 2, "max": 10},
        "values": st.text(_ANY, min_size=2, max_size=10),
    },
}
