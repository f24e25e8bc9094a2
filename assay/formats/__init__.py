"""Import and export: one file for each format, registered here once; ``pipeline`` is the way in and out."""

from __future__ import annotations

from collections.abc import Mapping

from assay.errors import Invalid
from assay.formats.coco import Coco
from assay.formats.conll import Conll
from assay.formats.csv_table import Csv
from assay.formats.format import Format
from assay.formats.jsonl import Jsonl
from assay.formats.label_studio import LabelStudio
from assay.formats.parquet import Parquet
from assay.formats.voc import PascalVoc
from assay.formats.yolo import Yolo

_ALL: tuple[Format, ...] = (
    Coco(),
    Conll(),
    Csv(name="csv", title="CSV for spreadsheets", raw=False),
    Csv(name="csv-raw", title="CSV, exact", raw=True),
    Jsonl(),
    LabelStudio(),
    Parquet(),
    PascalVoc(),
    Yolo(name="yolo", title="YOLO detection", kind="box"),
    Yolo(name="yolo-mask", title="YOLO segmentation of masks", kind="mask"),
    Yolo(name="yolo-obb", title="YOLO rotated boxes", kind="rotated_box"),
    Yolo(name="yolo-pose", title="YOLO pose", kind="keypoints"),
    Yolo(name="yolo-seg", title="YOLO segmentation", kind="polygon"),
)

FORMATS: Mapping[str, Format] = {each.name: each for each in _ALL}
"""Every format by the name that imports and exports use."""


def find_format(name: str) -> Format:
    """The format of this name. Raises ``Invalid`` (``format.unknown``)."""
    if name not in FORMATS:
        raise Invalid("format.unknown", f"the formats are {', '.join(FORMATS)}", pointer="/format")
    return FORMATS[name]
