"""What every registered format must do, found automatically; and that every format is registered."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import assay.formats
from assay.domain.item import FieldFacts, NewItem
from assay.domain.ontology import Ontology
from assay.errors import AssayError, Invalid, Unsupported
from assay.formats import FORMATS, find_format
from assay.formats.bundle import FileBundle, MemoryBundle
from assay.formats.format import KEEPS, Format, Notes, Record
from assay.formats.pipeline import Refusal, read_records, write_records
from assay.formats.sink import FolderSink, MemorySink
from assay.geometry.mask import mask_from_pixels, text_from_mask
from assay.labels.schema import Schema, read_schema

WIDTH, HEIGHT = 640, 480
WORDS = ("Ann", "runs", "to", "Zürich", "東京", "😀", "=SUM", "'q")
ATTRIBUTES = [{"name": "occluded", "kind": "choice", "classes": ["no", "yes"]}]

IMAGE_ONTOLOGY = read_schema(
    {
        "fields": {"image": "image"},
        "questions": [
            {
                "name": "objects",
                "kind": "box",
                "field": "image",
                "classes": ["car & bus", {"name": "person", "attributes": ATTRIBUTES}],
            },
            {"name": "outline", "kind": "polygon", "field": "image", "classes": ["=road", "Fußweg"]},
            {"name": "turned", "kind": "rotated_box", "field": "image", "classes": ["ship", "car & bus"]},
            {"name": "painted", "kind": "mask", "field": "image", "classes": ["leaf"]},
            {
                "name": "pose",
                "kind": "keypoints",
                "field": "image",
                "classes": ["person"],
                "keypoints": ["head", "hand", "toe"],
                "skeleton": [["head", "hand"], ["hand", "toe"]],
            },
            {"name": "weather", "kind": "choice", "classes": ["sun", "rain"]},
        ],
    }
)
TEXT_ONTOLOGY = read_schema(
    {
        "fields": {"note": "text", "left": "text", "right": "text"},
        "questions": [
            {"name": "=topic", "kind": "choice", "classes": ["sports", "-news", "+1"]},
            {"name": "tags", "kind": "choice", "classes": ["a", "b", "c"], "multiple": True},
            {"name": "stars", "kind": "rating", "min": -2, "max": 2, "step": 0.5},
            {"name": "caption", "kind": "text"},
            {"name": "better", "kind": "pairwise", "fields": ["left", "right"]},
            {"name": "who", "kind": "span", "field": "note", "classes": ["PER", "LOC 2"]},
        ],
    }
)

RANKING = read_schema(
    {"fields": {"a": "text"}, "questions": [{"name": "r", "kind": "ranking", "items": ["a", "b"]}]}
).ontology


def _objects(shape: st.SearchStrategy[dict[str, Any]], classes: tuple[str, ...]) -> st.SearchStrategy[Any]:
    bare = st.tuples(st.sampled_from(classes), shape)
    return st.lists(bare, max_size=4).map(
        lambda found: [{"id": f"o{i}", "class": name} | value for i, (name, value) in enumerate(found)]
    )


@st.composite
def _boxes(draw: st.DrawFn) -> dict[str, Any]:
    x, y = draw(st.floats(0, WIDTH - 2)), draw(st.integers(0, HEIGHT - 2))
    width, height = draw(st.floats(0.5, WIDTH - 1 - x)), draw(st.integers(1, HEIGHT - y))
    return {"box": [x + 0.0, y, width, height]}


@st.composite
def _triangles(draw: st.DrawFn) -> dict[str, Any]:
    x, y = draw(st.floats(0, WIDTH - 20)), draw(st.floats(0, HEIGHT - 20))
    size = draw(st.floats(1, 19))
    return {"polygon": [[[x, y], [x + size, y], [x, y + size]]]}


@st.composite
def _turned(draw: st.DrawFn) -> dict[str, Any]:
    # No corner is farther than 64 px from a centre that is as far from every edge.
    x, y = draw(st.floats(64, WIDTH - 64)), draw(st.integers(64, HEIGHT - 64))
    width, height = draw(st.integers(8, 90)), draw(st.floats(8, 90))
    angle = draw(st.sampled_from([0, 0.5, math.pi, -1.25, math.pi / 2]) | st.floats(-3.125, 3.125))
    return {"rotated_box": [x, y, width, height, angle + 0]}


@st.composite
def _masks(draw: st.DrawFn) -> dict[str, Any]:
    pixels = np.zeros((HEIGHT, WIDTH), dtype=bool)
    for _ in range(draw(st.integers(1, 3))):
        x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
        pixels[y : y + draw(st.integers(1, HEIGHT)), x : x + draw(st.integers(1, 40))] ^= True
    pixels[draw(st.integers(0, HEIGHT - 1)), 7] = True
    return {"rle": {"size": [HEIGHT, WIDTH], "counts": text_from_mask(mask_from_pixels(pixels))}}


_joints = st.just([0, 0, 0]) | st.builds(
    lambda x, y, state: [x + 0.0, y, state],
    st.floats(0, WIDTH),
    st.integers(0, HEIGHT),
    st.sampled_from([1, 2]),
)
_poses = st.lists(_joints, min_size=3, max_size=3).filter(lambda joints: any(joint[2] for joint in joints))


@st.composite
def _spans(draw: st.DrawFn, words: list[str]) -> list[dict[str, Any]]:
    starts = [sum(len(word) + 1 for word in words[:index]) for index in range(len(words))]
    cuts = sorted(draw(st.sets(st.integers(0, len(words)), max_size=4)))
    spans = []
    for ordinal, (first, last) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)):
        name = draw(st.sampled_from(("PER", "LOC 2")))
        end = starts[last - 1] + len(words[last - 1])
        spans.append({"id": f"s{ordinal}", "class": name, "start": starts[first], "end": end})
    return spans


@st.composite
def image_records(draw: st.DrawFn, ordinal: int) -> Record:
    persons = st.sampled_from(({}, {"attributes": {"occluded": "yes"}}))
    boxes = [
        each | (draw(persons) if each["class"] == "person" else {})
        for each in draw(_objects(_boxes(), ("car & bus", "person")))
    ]
    label = {
        "objects": boxes,
        "outline": draw(_objects(_triangles(), ("=road", "Fußweg"))),
        "turned": draw(_objects(_turned(), ("ship", "car & bus"))),
        "painted": draw(_objects(_masks(), ("leaf",))),
        "pose": draw(_objects(_poses.map(lambda joints: {"keypoints": joints}), ("person",))),
        "weather": draw(st.sampled_from(("sun", "rain"))),
    }
    name = f"img-{ordinal:03}"
    return Record(
        item=NewItem(external_id=name, fields={}),
        label=label,
        media={"image": f"{name}.jpg"},
        sizes={"image": (WIDTH, HEIGHT)},
    )


@st.composite
def text_records(draw: st.DrawFn, ordinal: int) -> Record:
    words = draw(
        st.lists(st.sampled_from(("Ann", "runs", "to", "Zürich", "東京", "😀")), min_size=1, max_size=8)
    )
    texts = st.text(st.sampled_from("=+-@\t\r\n' \",;aé😀\\"), min_size=1, max_size=12)
    label = {
        "=topic": draw(st.sampled_from(("sports", "-news", "+1"))),
        "tags": draw(st.lists(st.sampled_from("abc"), unique=True)),
        "stars": draw(st.integers(-4, 4)) / 2,
        "caption": draw(texts),
        "better": draw(st.sampled_from(("left", "right", "tie"))),
        "who": draw(_spans(words)),
    }
    fields = {"note": " ".join(words), "left": draw(texts), "right": draw(texts)}
    return Record(item=NewItem(external_id=f"=item-{ordinal:03}", fields=fields), label=label)


def _batches(ontology: Schema) -> st.SearchStrategy[list[Record]]:
    records = image_records if ontology is IMAGE_ONTOLOGY else text_records
    return st.integers(1, 3).flatmap(lambda n: st.tuples(*(records(i) for i in range(n)))).map(list)


def _comparable(value: Any, keeps: frozenset[str]) -> Any:
    """A label without what the format does not keep, numbers to a millionth (of a pixel)."""
    if isinstance(value, dict):
        dropped = {key for key, what in (("id", "ids"), ("attributes", "attributes")) if what not in keeps}
        return {key: _comparable(each, keeps) for key, each in value.items() if key not in dropped}
    if isinstance(value, list):
        return [_comparable(each, keeps) for each in value]
    return pytest.approx(value, abs=1e-6) if isinstance(value, int | float) else value


CARRIED = [
    pytest.param(chosen, ontology, id=f"{chosen.name}-{kind}")
    for chosen in FORMATS.values()
    for kind, ontology in (("image", IMAGE_ONTOLOGY), ("text", TEXT_ONTOLOGY))
    if chosen.carries(ontology.ontology)
]


def test_every_format_in_the_folder_is_registered() -> None:
    registered = {type(chosen) for chosen in FORMATS.values()}
    for module in pkgutil.iter_modules(assay.formats.__path__):
        loaded = importlib.import_module(f"assay.formats.{module.name}")
        for _, found in inspect.getmembers(loaded, inspect.isclass):
            whole = all(hasattr(found, name) for name in ("imply_ontology", "carries", "reader", "writer"))
            if found.__module__ == loaded.__name__ and whole and found is not Format:
                assert found in registered


@pytest.mark.parametrize("chosen", FORMATS.values(), ids=FORMATS)
def test_says_only_what_a_format_can_keep(chosen: Format) -> None:
    assert chosen.keeps <= KEEPS
    assert chosen.media_folder == "" or chosen.media_folder.endswith("/")
    assert find_format(chosen.name) is chosen


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(Invalid, match="coco") as caught:
        find_format("docx")
    assert caught.value.code == "format.unknown"


@pytest.mark.parametrize(("chosen", "schema"), CARRIED)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_goes_out_comes_back_equal(chosen: Format, schema: Schema, data: st.DataObject) -> None:
    records = data.draw(_batches(schema))
    sink = MemorySink()
    write_records(chosen, schema.ontology, records, sink)
    sizes = {record.item.external_id: record.sizes.get("image") for record in records}
    notes = Notes()
    found = list(read_records(chosen, MemoryBundle(sink.files), schema.ontology, notes, sizes.get))
    assert len(found) == len(records)
    for wrote, read in zip(records, found, strict=True):
        assert isinstance(read, Record), read
        carried = chosen.carries(schema.ontology)
        expected = {name: value for name, value in (wrote.label or {}).items() if name in carried}
        assert _comparable(read.label, chosen.keeps) == _comparable(expected, chosen.keeps)
        if "sizes" in chosen.keeps:
            assert read.sizes == wrote.sizes
        if "fields" in chosen.keeps and chosen.name != "conll":
            assert (read.item.external_id, read.item.fields) == (wrote.item.external_id, wrote.item.fields)
        facts = {
            name: FieldFacts(type=kind, text=wrote.item.fields.get(name), width=WIDTH, height=HEIGHT)
            for name, kind in schema.ontology.fields.items()
        }
        schema.check(read.label, facts)


@pytest.mark.parametrize("chosen", [each for each in FORMATS.values() if not each.carries(RANKING)])
def test_refuses_an_ontology_it_carries_nothing_of(chosen: Format) -> None:
    with pytest.raises(Unsupported) as caught:
        write_records(chosen, RANKING, [], MemorySink())
    assert caught.value.code == "format.unsupported"


GOLDEN = Path(__file__).parents[2] / "golden" / "formats"


def _golden_files(name: str) -> dict[str, bytes]:
    folder = GOLDEN / name / "in"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("chosen", FORMATS.values(), ids=FORMATS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_bundle_is_refused_and_never_a_crash(chosen: Format, data: st.DataObject) -> None:
    files = _golden_files(chosen.name)
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    at = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 12))
    tokens = (b"null", b"[]", b"{}", b"-1", b'"x"', b"1e999", b"NaN", b"<", b"\t", b"\n", b"\xff", b"")
    files[name] = content[:at] + data.draw(st.sampled_from(tokens)) + content[at + length :]
    bundle = MemoryBundle(files)
    try:
        implied = chosen.imply_ontology(bundle)
        ontology = read_schema(implied).ontology if implied is not None else IMAGE_ONTOLOGY.ontology
        for found in read_records(chosen, bundle, ontology, Notes(), lambda _: (WIDTH, HEIGHT)):
            assert isinstance(found, Record | Refusal)
    except AssayError:
        return  # any other exception is a crash, and fails this test


class _Discarding:
    """A sink that forgets, so that only the writer's own memory is measured."""

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with Path("/dev/null").open("wb") as stream:
            yield stream


def _many(n: int) -> Iterator[Record]:
    box = {"id": "b", "class": "car & bus", "box": [1, 2, 3.5, 4]}
    triangle = {"id": "p", "class": "=road", "polygon": [[[1, 1], [9, 1], [1, 9]]]}
    for ordinal in range(n):
        yield Record(
            item=NewItem(external_id=f"i{ordinal:06}", fields={"note": "Ann runs " * 10}),
            label={
                "objects": [box],
                "outline": [triangle],
                "turned": [{"id": "t", "class": "ship", "rotated_box": [99, 99, 40, 20, 0.5]}],
                "painted": [
                    {"id": "m", "class": "leaf", "rle": {"size": [HEIGHT, WIDTH], "counts": "`dX91o_9"}}
                ],
                "pose": [{"id": "k", "class": "person", "keypoints": [[5, 5, 2], [0, 0, 0], [9, 9, 1]]}],
                "who": [{"id": "s", "class": "PER", "start": 0, "end": 3}],
                "caption": f"A long enough caption for {ordinal}. " * 20,
            },
            sizes={"image": (WIDTH, HEIGHT)},
        )


FILE_AN_ITEM = ("voc", "yolo", "yolo-mask", "yolo-obb", "yolo-pose", "yolo-seg")
"""Reading these, what grows is the bundle's list of names, which the archive's limits bound."""

N_MANY = 20_000
N_MANY_READ = 5_000
"""Fewer: each is parsed under the eyes of tracemalloc."""

PEAK_BYTES = 4 << 20
"""Below what even the fewer records would take together: more than 1,500 bytes each, as Python objects."""


def _peak(run: Any) -> int:
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("chosen", "schema"), CARRIED)
def test_writes_many_records_in_bounded_memory(chosen: Format, schema: Schema) -> None:
    n = N_MANY // 4 if chosen.name in FILE_AN_ITEM else N_MANY
    assert _peak(lambda: write_records(chosen, schema.ontology, _many(n), _Discarding())) < PEAK_BYTES


@pytest.mark.parametrize(
    ("chosen", "schema"), [each for each in CARRIED if each.values[0].name not in FILE_AN_ITEM]
)
def test_reads_many_records_in_bounded_memory(chosen: Format, schema: Schema, tmp_path: Path) -> None:
    write_records(chosen, schema.ontology, _many(N_MANY_READ), FolderSink(tmp_path))
    path = next(tmp_path.iterdir())
    bundle = FileBundle(path, path.name)

    def read() -> None:
        n_read = sum(1 for _ in read_records(chosen, bundle, schema.ontology, Notes()))
        assert n_read == N_MANY_READ

    assert _peak(read) < PEAK_BYTES


@pytest.mark.parametrize("ontology", [IMAGE_ONTOLOGY.ontology, TEXT_ONTOLOGY.ontology, RANKING])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_carries_the_kinds_it_says(name: str, ontology: Ontology) -> None:
    one, questions = FORMATS[name], ontology.questions
    names = one.carries(ontology)
    asked = {question.kind for question in questions}
    said = asked if one.kinds is None else one.kinds & asked
    assert {each.kind for each in questions if each.name in names} == (said if one.writes else set())


@pytest.mark.parametrize(
    "one", [each for each in FORMATS.values() if not each.writes], ids=lambda one: one.name
)
def test_a_format_that_says_it_does_not_write_refuses_to(one: Format) -> None:
    with pytest.raises(Unsupported):
        one.writer(MemorySink(), IMAGE_ONTOLOGY.ontology, Notes())
