"""The numbers of a YOLO line for each kind of label, as fractions of the image's width and height.

One class for each kind: ``read`` makes a shape of a line's numbers, ``write`` makes the numbers of each line
that an object takes. See docs/spec/formats.md, "YOLO".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from assay.domain.ontology import Question
from assay.errors import Invalid
from assay.formats.format import Notes
from assay.formats.objects import expect, name_from, outer_rings, polygon_value
from assay.geometry.mask import mask_from_text, text_from_mask
from assay.geometry.mask_outline import (
    MAX_CROSSINGS,
    TooManyCrossings,
    joined_rings,
    mask_from_rings,
    outline_from_mask,
)
from assay.geometry.rotated_box import angle_within, corners_from_rotated

Values = Sequence[float | int]
Size = tuple[int, int]
Floats = NDArray[np.float64]

DIGITS = 9
"""Pixels are rounded to this many decimals on the way in: it removes the error of the division and no
stroke."""

RECTANGLE_PX = 0.5
"""How far a corner may lie from the rectangle that four corners are taken for."""


class Line(Protocol):
    """The form of a line."""

    def read(self, values: Values, size: Size, notes: Notes) -> dict[str, Any] | None:
        """The shape of an object; ``None`` for one that was dropped, counted.

        Raises ``Invalid`` (``format.invalid``) for numbers that make none.
        """
        ...

    def write(self, each: Mapping[str, Any], size: Size, notes: Notes) -> list[list[float]]:
        """The numbers of each line that an object takes."""
        ...

    def settings(self, names: Sequence[str], notes: Notes) -> dict[str, Any]:
        """What ``data.yaml`` says besides the classes, whose ``names`` are given."""
        return {}

    def options(self) -> dict[str, Any]:
        """The options of the question that the file implies, besides its classes."""
        return {}


class BoxLine(Line):
    """``x_centre y_centre width height``"""

    def read(self, values: Values, size: Size, notes: Notes) -> dict[str, Any]:
        """See ``Line.read``."""
        if len(values) != 4:
            raise _not_a("box", values)
        width, height = values[2] * size[0], values[3] * size[1]
        x, y = values[0] * size[0] - width / 2, values[1] * size[1] - height / 2
        return {"box": [_pixels(x), _pixels(y), _pixels(width), _pixels(height)]}

    def write(self, each: Mapping[str, Any], size: Size, notes: Notes) -> list[list[float]]:
        """See ``Line.write``."""
        return [_fractions_of_box(each["box"], size)]


class PolygonLine(Line):
    """``x1 y1 x2 y2 …``; a line for each part of an object."""

    def read(self, values: Values, size: Size, notes: Notes) -> dict[str, Any]:
        """See ``Line.read``."""
        if len(values) < 6 or len(values) % 2:
            raise _not_a("polygon", values)
        return polygon_value([_points(values, size)])

    def write(self, each: Mapping[str, Any], size: Size, notes: Notes) -> list[list[float]]:
        """See ``Line.write``."""
        rings = outer_rings(each, notes)
        notes.add("parts of one object made objects of their own", len(rings) - 1)
        return [_fractions(ring, size) for ring in rings]


class MaskLine(Line):
    """``x1 y1 x2 y2 …`` along the edges of the mask's pixels; of several outlines one line that runs through
    all of them, and between them there and back."""

    def read(self, values: Values, size: Size, notes: Notes) -> dict[str, Any] | None:
        """See ``Line.read``: the pixels whose centres lie inside the line, filled by turns."""
        if len(values) < 6 or len(values) % 2:
            raise _not_a("outline", values)
        width, height = size
        ring = np.array(_points(values, size), dtype=np.float64)
        try:
            mask = mask_from_rings(height, width, [ring])
        except TooManyCrossings as error:
            raise Invalid("format.invalid", str(error), limit=MAX_CROSSINGS) from None
        if not mask.area:
            notes.add("masks without a pixel dropped")
            return None
        return {"rle": {"size": [height, width], "counts": text_from_mask(mask)}}

    def write(self, each: Mapping[str, Any], size: Size, notes: Notes) -> list[list[float]]:
        """See ``Line.write``."""
        height, width = each["rle"]["size"]
        mask = mask_from_text(height, width, each["rle"]["counts"])
        line = joined_rings(outline_from_mask(mask))
        return [_fractions(line.tolist(), (width, height))]


class RotatedBoxLine(Line):
    """``x1 y1 x2 y2 x3 y3 x4 y4``: the corners, from the back's left one along the side to the front."""

    def read(self, values: Values, size: Size, notes: Notes) -> dict[str, Any]:
        """See ``Line.read``. Of corners that make no rectangle the smallest around them is taken, counted."""
        if len(values) != 8:
            raise _not_a("rotated box", values)
        given = np.array(_points(values, size), dtype=np.float64)
        box = _rectangle(given)
        if np.abs(_corners_near(box, given) - given).max() > RECTANGLE_PX:
            notes.add("four corners that make no rectangle, taken as the smallest around them")
            smallest = shapely.minimum_rotated_rectangle(shapely.MultiPoint(given))
            if not isinstance(smallest, shapely.Polygon):
                raise Invalid("format.invalid", "the four corners have no area between them")
            box = _rectangle(shapely.get_coordinates(smallest)[:4])
        return {"rotated_box": [*map(_pixels, box[:4]), angle_within(box[4])]}

    def write(self, each: Mapping[str, Any], size: Size, notes: Notes) -> list[list[float]]:
        """See ``Line.write``."""
        corners = corners_from_rotated(np.array([each["rotated_box"]], dtype=np.float64))[0]
        return [_fractions(corners.tolist(), size)]


class KeypointsLine(Line):
    """``x_centre y_centre width height`` of a box, and ``x y v`` or ``x y`` for each keypoint."""

    def __init__(self, question: Question | None, document: Mapping[str, Any] | None = None) -> None:
        self._asked = list(question.options["keypoints"]) if question is not None else []
        self._bones = question.options.get("skeleton", []) if question is not None else []
        shape = document.get("kpt_shape") if document is not None else [len(self._asked), 3]
        self._count, self._dims = _read_kpt_shape(shape)
        given = _read_kpt_names(document, self._count) if document is not None else None
        self.names = given or [str(place) for place in range(1, self._count + 1)]
        # A file that names none has those of the question, in their order.
        self._known = (given or self._asked) if question is not None else self.names
        if len(self._known) != self._count:
            raise Invalid(
                "format.invalid",
                f"data.yaml has {self._count} keypoints and no names, the question has {len(self._known)}",
                limit=len(self._known),
            )

    def read(self, values: Values, size: Size, notes: Notes) -> dict[str, Any] | None:
        """See ``Line.read``. The box is dropped, counted: ours is around the keypoints."""
        if len(values) != 4 + self._count * self._dims:
            raise _not_a(f"box with {self._count} keypoints", values)
        flat, step = values[4:], self._dims
        joints = {
            name: _read_joint(flat[at * step : (at + 1) * step], size, notes)
            for at, name in enumerate(self._known)
        }
        unknown = [name for name, joint in joints.items() if name not in self._asked and joint[2]]
        notes.add("keypoints dropped: the question has none of their name", len(unknown))
        notes.add("boxes of keypoints dropped")
        placed = [joints.get(name, [0, 0, 0]) for name in self._asked]
        if not any(joint[2] for joint in placed):
            notes.add("sets of keypoints dropped: none of them is labelled")
            return None
        return {"keypoints": placed}

    def write(self, each: Mapping[str, Any], size: Size, notes: Notes) -> list[list[float]]:
        """See ``Line.write``. The box is that around the labelled keypoints, at least a pixel wide and
        high."""
        placed = [joint[:2] for joint in each["keypoints"] if joint[2]]
        sides = [_widened([point[axis] for point in placed], size[axis]) for axis in (0, 1)]
        box = [sides[0][0], sides[1][0], sides[0][1] - sides[0][0], sides[1][1] - sides[1][0]]
        joints = [part for x, y, v in each["keypoints"] for part in (x / size[0], y / size[1], v)]
        return [_fractions_of_box(box, size) + joints]

    def settings(self, names: Sequence[str], notes: Notes) -> dict[str, Any]:
        """See ``Line.settings``."""
        notes.add("bones of the skeleton not carried", len(self._bones))
        return {
            "kpt_shape": [self._count, 3],
            "kpt_names": {index: list(self._asked) for index, _ in enumerate(names)},
        }

    def options(self) -> dict[str, Any]:
        """See ``Line.options``."""
        return {"keypoints": self.names}


def _read_kpt_shape(shape: Any) -> tuple[int, int]:
    sides = expect(shape, list, "kpt_shape of data.yaml")
    if len(sides) != 2:
        raise Invalid("format.invalid", "kpt_shape of data.yaml is [keypoints, 2 or 3]")
    count, dims = (_read_count(side) for side in sides)
    if count < 1 or dims not in (2, 3):
        raise Invalid("format.invalid", "kpt_shape of data.yaml is [keypoints, 2 or 3]")
    return count, dims


def _read_count(side: Any) -> int:
    """A small number, also as the text that YAML is read as; 0 for all else."""
    return int(side) if isinstance(side, int | str) and str(side).isdecimal() and len(str(side)) < 7 else 0


def _read_kpt_names(document: Mapping[str, Any], count: int) -> list[str] | None:
    """The keypoints' names, the same for all classes; ``None`` where the file has none."""
    given = document.get("kpt_names")
    if given is None:
        return None
    lists = list(given.values()) if isinstance(given, dict) else [given]
    names = [name_from(name) for name in expect(lists[0] if lists else None, list, "kpt_names of data.yaml")]
    if len(names) != count or len(set(names)) != count or any(other != lists[0] for other in lists):
        raise Invalid("format.invalid", f"kpt_names of data.yaml are {count} names, one list for all classes")
    return names


def _read_joint(values: Values, size: Size, notes: Notes) -> list[float | int]:
    x, y = _pixels(values[0] * size[0]), _pixels(values[1] * size[1])
    # Without a third number, a point at the corner is none.
    state = values[2] if len(values) == 3 else 2 if x or y else 0
    if state not in (0, 1, 2):
        raise Invalid("format.invalid", "a keypoint's visibility is 0, 1 or 2", limit=2)
    if state == 0 and (x or y):
        notes.add("places of keypoints that are not labelled dropped")
    return [x, y, int(state)] if state else [0, 0, 0]


def _widened(values: Sequence[float], limit: int) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high - low >= 1:
        return low, high
    low = max(min(low, limit - 1), 0)
    return low, low + 1


def _rectangle(corners: Floats) -> list[float]:
    """``[cx, cy, width, height, angle]`` with the corners' middle and the sides from the first corner."""
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    centre = corners.mean(axis=0).tolist()
    sides = [math.hypot(*along.tolist()), math.hypot(*across.tolist())]
    return [*centre, *sides, math.atan2(along[1] + 0.0, along[0])]


def _corners_near(box: Sequence[float], given: Floats) -> Floats:
    """The rectangle's corners in the order of those given, whichever way around they run."""
    corners = corners_from_rotated(np.array([box], dtype=np.float64))[0]
    other = corners[[3, 2, 1, 0]]
    turned = np.abs(other - given).max() < np.abs(corners - given).max()
    return np.asarray(other if turned else corners)


def _points(values: Values, size: Size) -> list[list[float | int]]:
    return [
        [_pixels(x * size[0]), _pixels(y * size[1])] for x, y in zip(values[::2], values[1::2], strict=True)
    ]


def _fractions(points: Sequence[Sequence[float]], size: Size) -> list[float]:
    return [part for x, y in points for part in (x / size[0], y / size[1])]


def _fractions_of_box(box: Sequence[float], size: Size) -> list[float]:
    (x, y, w, h), (width, height) = box, size
    return [(x + w / 2) / width, (y + h / 2) / height, w / width, h / height]


def _pixels(value: float) -> float | int:
    return round(value, DIGITS) or 0


def _not_a(what: str, values: Values) -> Invalid:
    return Invalid("format.invalid", f"{len(values)} numbers are no {what}")


_LINES: Mapping[str, Line] = {
    "box": BoxLine(),
    "mask": MaskLine(),
    "polygon": PolygonLine(),
    "rotated_box": RotatedBoxLine(),
}


def line_of(kind: str, question: Question | None, document: Mapping[str, Any] | None = None) -> Line:
    """The form of a line for a kind: as a question asks for it, or as a file's ``data.yaml`` has it."""
    if kind == "keypoints":
        return KeypointsLine(question, document)
    return _LINES[kind]
