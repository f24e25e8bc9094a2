"""Preferences with and without ties."""

from hypothesis import strategies as st

CASES = {
    "ties": {
        "question": {"name": "q", "kind": "pairwise", "fields": ["note", "other"]},
        "values": st.sampled_from(["left", "right", "tie"]),
    },
    "no ties": {
        "question": {"name": "q", "kind": "pairwise", "ties": False},
        "values": st.sampled_from(["left", "right"]),
    },
}
