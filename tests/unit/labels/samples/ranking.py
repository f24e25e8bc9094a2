"""Orders with and without ties, of few items and of more than are ranked exactly."""

from hypothesis import strategies as st


def _orders(items, ties):
    """Every order: items shuffled, then cut where the drawn bits say."""
    bits = st.lists(st.booleans() if ties else st.just(True), min_size=len(items), max_size=len(items))

    def cut(drawn):
        shuffled, cuts = drawn
        buckets = []
        for item, starts in zip(shuffled, cuts, strict=True):
            if starts or not buckets:
                buckets.append([item])
            else:
                buckets[-1].append(item)
        return buckets

    return st.tuples(st.permutations(items), bits).map(cut)


_FEW = ["a", "b", "c", "d"]
_MANY = [f"item {number}" for number in range(14)]

CASES = {
    "ties": {"question": {"name": "q", "kind": "ranking", "items": _FEW}, "values": _orders(_FEW, True)},
    "no ties": {
        "question": {"name": "q", "kind": "ranking", "items": _FEW, "ties": False},
        "values": _orders(_FEW, False),
    },
    "many": {"question": {"name": "q", "kind": "ranking", "items": _MANY}, "values": _orders(_MANY, True)},
    "many without ties": {
        "question": {"name": "q", "kind": "ranking", "items": _MANY, "ties": False},
        "values": _orders(_MANY, False),
    },
}
