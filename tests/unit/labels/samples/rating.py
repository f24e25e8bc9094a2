"""Few levels, many levels, and steps that binary fractions cannot write."""

from hypothesis import strategies as st

CASES = {
    "stars": {
        "question": {"name": "q", "kind": "rating", "min": 1, "max": 5},
        "values": st.integers(1, 5),
    },
    "tenths": {
        "question": {"name": "q", "kind": "rating", "min": -1, "max": 1, "step": 0.1},
        "values": st.integers(-10, 10).map(lambda tenth: tenth / 10),
    },
}
