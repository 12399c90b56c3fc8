"""The options that detectors share: which candidates become detections.

A decoder's own options derive from one of these classes, and state a default of their
own by naming the field again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...errors import unknown_name
from ..geometry import MAX_CANDIDATES
from ..labels import ClassNames, Level
from .options import check_count, check_share

NMS_KINDS: Final = ("class-aware", "agnostic", "soft", "weighted", "none")


@dataclass(frozen=True, kw_only=True)
class SelectionOptions:
    """Options of every detector.

    Attributes:
        score_threshold: Smallest score that is kept, 0..1.
        iou_threshold: Drop a box whose IoU with a better one is above this, 0..1.
        max_detections: Most boxes per frame.
        nms: class-aware, agnostic (any two boxes compete), soft (lowers the scores of
            overlapping boxes instead of removing them), weighted (boxes of a class that
            overlap become their mean by score) or none. None means class-aware, or none
            where the model has suppressed already.
        allow: Report only these labels or class_ids; None allows all.
        deny: Never report these labels or class_ids.
    """

    score_threshold: float = 0.25
    iou_threshold: float = 0.5
    max_detections: int = 100
    nms: str | None = None
    allow: ClassNames | None = None
    deny: ClassNames | None = None

    def __post_init__(self) -> None:
        check_share("score_threshold", self.score_threshold)
        check_share("iou_threshold", self.iou_threshold)
        check_count("max_detections", self.max_detections)
        if self.nms is not None and self.nms not in NMS_KINDS:
            raise ValueError(unknown_name("NMS", self.nms, NMS_KINDS))


@dataclass(frozen=True, kw_only=True)
class DetectorOptions(SelectionOptions):
    """Options of a detector that has a score per class at many places.

    Attributes:
        max_candidates: Most candidates that are compared; bounds memory and time.
        level: Report the ancestors of labels on this level, which then compete as one
            class; None reports the classes themselves.
    """

    max_candidates: int = MAX_CANDIDATES
    level: Level | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_count("max_candidates", self.max_candidates)
