"""One file for each label kind: how a value is written, checked, compared and merged. Registered here."""

from __future__ import annotations

from collections.abc import Mapping

from assay.labels.box import Box
from assay.labels.choice import Choice
from assay.labels.ellipse import Ellipse
from assay.labels.keypoints import Keypoints
from assay.labels.kind import Kind
from assay.labels.mask import PixelMask
from assay.labels.pairwise import Pairwise
from assay.labels.polygon import Polygon
from assay.labels.polyline import Polyline
from assay.labels.ranking import Ranking
from assay.labels.rating import Rating
from assay.labels.relation import Relation
from assay.labels.rotated_box import RotatedBox
from assay.labels.span import Span
from assay.labels.text import Text

KINDS: Mapping[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        Box,
        Choice,
        Ellipse,
        Keypoints,
        Pairwise,
        PixelMask,
        Polygon,
        Polyline,
        Ranking,
        Rating,
        Relation,
        RotatedBox,
        Span,
        Text,
    )
}
"""Every kind by the name that ontologies use."""
