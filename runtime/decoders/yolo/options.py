"""The options of decoders that read a YOLO head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ....errors import unknown_name
from ..selection_options import DetectorOptions

UNITS: Final = ("auto", "pixel", "normalized")
BOX_FORMATS: Final = ("auto", "cxcywh", "xyxy")


@dataclass(frozen=True, kw_only=True)
class YoloOptions(DetectorOptions):
    """Options of the decoder ``yolo``.

    Attributes:
        iou_threshold: Drop a box whose IoU with a better one is above this, 0..1.
        max_detections: Most boxes per frame.
        head: yolov8, yolov5, end-to-end, or auto: by the shapes.
        units: pixel, normalized, or auto: what the values prove.
        box_format: cxcywh, xyxy, or auto: xyxy for end-to-end heads and for three
            outputs, cxcywh for the rest.
        activation: sigmoid when the scores are logits; none.
    """

    iou_threshold: float = 0.7
    max_detections: int = 300
    head: str = "auto"
    units: str = "auto"
    box_format: str = "auto"
    activation: str = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.units not in UNITS:
            raise ValueError(unknown_name("box unit", self.units, UNITS))
        if self.box_format not in BOX_FORMATS:
            raise ValueError(unknown_name("box format", self.box_format, BOX_FORMATS))
