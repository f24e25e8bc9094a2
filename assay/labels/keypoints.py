"""``keypoints``: skeletons with a class on an image.

Object: ``{"id", "class", "keypoints": [[x, y, v], …], "attributes"?}``, one entry for each name of the
question's ``keypoints``, in pixels. v is 0 (not labelled; then x and y are 0 too), 1 (hidden) or 2 (visible).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from assay.domain.item import FieldFacts
from assay.domain.ontology import read_name
from assay.errors import Invalid
from assay.geometry.skeleton import MIN_SCALE_PX, alike_skeletons, extent, skeleton_bounds
from assay.labels.json_value import array, integer, number
from assay.labels.objects import ROUNDING_PX, Floats, Ints, Object, ObjectKind
from assay.quality.keypoints import skeleton_centre

MAX_KEYPOINTS = 1_000
MAX_BONES = 10_000
MAX_SIGMA = 10.0
USUAL_SIGMA = 0.05
"""Between COCO's for eyes (0.025) and hips (0.107)."""

VISIBLE = 2


@dataclass(frozen=True, kw_only=True)
class Keypoints(ObjectKind):
    """Options: ``classes``, ``keypoints`` (names), ``skeleton`` (pairs of names, []) and ``sigmas`` (one for
    each keypoint, 0.05 each)."""

    name: ClassVar[str] = "keypoints"
    field_types: ClassVar[frozenset[str]] = frozenset({"image"})
    shape_keys: ClassVar[frozenset[str]] = frozenset({"keypoints"})
    option_keys: ClassVar[frozenset[str]] = frozenset({"keypoints", "skeleton", "sigmas"})

    keypoints: tuple[str, ...]
    skeleton: tuple[tuple[int, int], ...]
    sigmas: tuple[float, ...]

    @classmethod
    def read_options(cls, given: Mapping[str, Any], pointer: str) -> dict[str, Any]:
        """See ``ObjectKind.read_options``."""
        names = _read_names(given.get("keypoints"), pointer + "/keypoints")
        return {
            "keypoints": names,
            "skeleton": _read_bones(given.get("skeleton", []), names, pointer + "/skeleton"),
            "sigmas": _read_sigmas(given["sigmas"], len(names), pointer + "/sigmas")
            if "sigmas" in given
            else (USUAL_SIGMA,) * len(names),
        }

    def check_shape(self, item: Object, facts: FieldFacts | None, pointer: str) -> None:
        """An entry for each keypoint, inside the image, at least one of them labelled."""
        at = pointer + "/keypoints"
        joints = array(item["keypoints"], at, limit=len(self.keypoints))
        if len(joints) != len(self.keypoints):
            raise Invalid(
                "label.geometry",
                f"there is one entry for each of {len(self.keypoints)} keypoints",
                pointer=at,
                limit=len(self.keypoints),
            )
        for index, joint in enumerate(joints):
            _check_joint(joint, facts, f"{at}/{index}")
        if not any(joint[2] for joint in joints):
            raise Invalid("label.geometry", "at least one keypoint is labelled", pointer=at)

    def overlap(self, left: Sequence[Object], right: Sequence[Object]) -> tuple[Ints, Floats]:
        """See ``ObjectKind.overlap``; object keypoint similarity takes the place of IoU."""
        return alike_skeletons(_joints(left), _joints(right), self.sigmas)

    def centre(self, members: Sequence[Object], weights: Floats) -> dict[str, Any]:
        """Each joint by itself: the state most of the weight gives it, and the middle of those who placed
        it."""
        drawn = _joints(members)
        if np.all(drawn == drawn[0]):
            return {"keypoints": members[0]["keypoints"]}
        places, states = drawn[:, :, :2], drawn[:, :, 2].astype(np.int64)
        size = max(float(np.median(extent(skeleton_bounds(drawn)))), MIN_SCALE_PX)
        # The weights are log-odds of these accuracies.
        merged = skeleton_centre(places, states, 1.0 / (1.0 + np.exp(-weights)), size)
        if not merged.state.any():
            return {"keypoints": members[int(np.argmax(weights))]["keypoints"]}
        there = (states > 0)[:, :, None]
        low, high = np.where(there, places, np.inf).min(axis=0), np.where(there, places, -np.inf).max(axis=0)
        # A mean lies between what it is of, but for the last bit.
        points = np.clip(merged.points, np.minimum(low, high), np.maximum(low, high))
        return {
            "keypoints": [
                [*point, state] if state else [0, 0, 0]
                for point, state in zip(points.tolist(), merged.state.tolist(), strict=True)
            ]
        }


def _check_joint(joint: Any, facts: FieldFacts | None, pointer: str) -> None:
    if len(array(joint, pointer, limit=3)) != 3:
        raise Invalid("label.geometry", "a keypoint is [x, y, v]", pointer=pointer)
    for axis in (0, 1):
        number(joint[axis], f"{pointer}/{axis}")
    if not 0 <= integer(joint[2], pointer + "/2") <= VISIBLE:
        raise Invalid(
            "label.geometry",
            "v is 0 (not labelled), 1 (hidden) or 2 (visible)",
            pointer=pointer + "/2",
            limit=VISIBLE,
        )
    if joint[2] == 0 and (joint[0] != 0 or joint[1] != 0):
        raise Invalid("label.geometry", "a keypoint that is not labelled is [0, 0, 0]", pointer=pointer)
    for axis, size in enumerate((facts.width, facts.height) if facts else (None, None)):
        if joint[axis] < 0 or (size is not None and joint[axis] > size + ROUNDING_PX):
            raise Invalid(
                "label.geometry",
                "the keypoint lies outside the image",
                pointer=f"{pointer}/{axis}",
                limit=size,
            )


def _read_names(raw: Any, pointer: str) -> tuple[str, ...]:
    names: list[str] = []
    for index, entry in enumerate(array(raw, pointer, limit=MAX_KEYPOINTS, code="ontology.invalid")):
        name = read_name(entry, f"{pointer}/{index}")
        if name in names:
            raise Invalid(
                "ontology.name", f"the keypoint {name!r} is named twice", pointer=f"{pointer}/{index}"
            )
        names.append(name)
    if not names:
        raise Invalid("ontology.invalid", "at least one keypoint is needed", pointer=pointer, limit=1)
    return tuple(names)


def _read_bones(raw: Any, names: Sequence[str], pointer: str) -> tuple[tuple[int, int], ...]:
    bones = []
    for index, entry in enumerate(array(raw, pointer, limit=MAX_BONES, code="ontology.invalid")):
        at = f"{pointer}/{index}"
        ends = array(entry, at, limit=2, code="ontology.invalid")
        for end, name in enumerate(ends):
            if name not in names:
                raise Invalid("ontology.invalid", "this is not the name of a keypoint", pointer=f"{at}/{end}")
        if len(ends) != 2 or ends[0] == ends[1]:
            raise Invalid("ontology.invalid", "a bone joins two different keypoints", pointer=at)
        bones.append((names.index(ends[0]), names.index(ends[1])))
    return tuple(bones)


def _read_sigmas(raw: Any, count: int, pointer: str) -> tuple[float, ...]:
    sigmas = array(raw, pointer, limit=count, code="ontology.invalid")
    for index, sigma in enumerate(sigmas):
        if not 0 < number(sigma, f"{pointer}/{index}", "ontology.invalid") <= MAX_SIGMA:
            raise Invalid(
                "ontology.invalid",
                f"a sigma lies above 0 and is at most {MAX_SIGMA:g}",
                pointer=f"{pointer}/{index}",
                limit=MAX_SIGMA,
            )
    if len(sigmas) != count:
        raise Invalid(
            "ontology.invalid",
            f"there is one sigma for each of {count} keypoints",
            pointer=pointer,
            limit=count,
        )
    return tuple(float(sigma) for sigma in sigmas)


def _joints(objects: Sequence[Object]) -> Floats:
    return np.array([item["keypoints"] for item in objects], dtype=np.float64)
