"""Read what MediaPipe's metadata say of a detector without post-processing.

A file for MediaPipe Tasks holds the anchors of its head, one by one, in an entry of its
TFLite Metadata; the schema is MediaPipe's ``object_detector_metadata_schema.fbs`` 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ....tflite import ENTRY as METADATA
from ....tflite import ModelFile, Reader, Table

CUSTOM_ENTRY: Final = "DETECTOR_METADATA"
_IDENTIFIER: Final = b"V001"
_CUSTOM: Final = 9  # slot of a graph's further entries


@dataclass(frozen=True)
class RawDetector:
    """How the numbers of a head are boxes and scores.

    Attributes:
        anchors: Center x, center y, width, height of each, normalized.
        classes: Number of scores of an anchor.
        coordinates: Numbers of an anchor's box, with its keypoints.
        box_scales: What offsets of y, x, height, width are multiplied with.
        has_exponent: Whether a side is the exponential of its number.
        is_logit: Whether the scores still need a sigmoid.
    """

    anchors: tuple[tuple[float, float, float, float], ...]
    classes: int
    coordinates: int
    box_scales: tuple[float, float, float, float]
    has_exponent: bool
    is_logit: bool


def read_raw_detector(model: ModelFile) -> RawDetector | None:
    """Return what a file says of its raw head; None means nothing.

    Raises:
        ModelError: It says something that cannot be read.
    """
    payload = model.metadata_entry(METADATA)
    if payload is None:
        return None
    name = f"{model.name} (its {CUSTOM_ENTRY})"
    graphs = Reader(payload, name).root().tables(3)
    entries = graphs[0].tables(_CUSTOM) if graphs else []
    entry = next((one for one in entries if one.text(0) == CUSTOM_ENTRY), None)
    if entry is None:
        return None
    data = entry.raw(1)
    reader = Reader(data, name)
    root = reader.root()
    if data[4:8] != _IDENTIFIER:
        raise reader.error(
            f"its identifier is {data[4:8]!r} where {_IDENTIFIER!r} was expected"
        )
    options, decoding = root.table(1), root.table(2)
    fixed = options.table(0) if options is not None else None
    if fixed is None or decoding is None:
        return None
    return RawDetector(
        anchors=tuple(map(_anchor, fixed.tables(0))),
        classes=decoding.i32(0),
        coordinates=decoding.i32(2),
        box_scales=(
            decoding.f32(7),
            decoding.f32(6),
            decoding.f32(9),
            decoding.f32(8),
        ),
        has_exponent=bool(decoding.u8(10)),
        is_logit=bool(decoding.u8(11)),
    )


def _anchor(table: Table) -> tuple[float, float, float, float]:
    return table.f32(0), table.f32(1), table.f32(2), table.f32(3)
