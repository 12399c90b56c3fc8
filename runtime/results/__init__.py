"""What a model says of one frame: frozen dataclasses of arrays.

What lives here: one file per kind of result. What may not: clocks, and code that draws:
a result names its painter in a table. Start reading at ``classifications.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .classifications import (
        ClassIds,
        Classification,
        Classifications,
        Result,
        Scores,
        TrackIds,
    )
    from .detections import Detection, Detections
    from .drawable import Drawable
    from .embedding import UNKNOWN, Embedding, Vector, normalized
    from .generation import Generation, Images, Latents
    from .instance_masks import InstanceMasks, Part
    from .landmarks import LandmarkItem, Landmarks
    from .nested import Heads, RefinedDetections
    from .output_image import OutputImage
    from .poses import COCO_KEYPOINTS, COCO_SKELETON, Pose, Poses
    from .raw_outputs import RawOutputs
    from .segmentation import Mask, Region, Segmentation
    from .text import Text
    from .values import Range, Value, Values, value_text
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "classifications": (
                "ClassIds Classification Classifications Result Scores TrackIds"
            ),
            "detections": "Detection Detections",
            "drawable": "Drawable",
            "embedding": "Embedding UNKNOWN Vector normalized",
            "generation": "Generation Images Latents",
            "instance_masks": "InstanceMasks Part",
            "landmarks": "LandmarkItem Landmarks",
            "nested": "Heads RefinedDetections",
            "output_image": "OutputImage",
            "poses": "COCO_KEYPOINTS COCO_SKELETON Pose Poses",
            "raw_outputs": "RawOutputs",
            "segmentation": "Mask Region Segmentation",
            "text": "Text",
            "values": "Range Value Values value_text",
        },
    )
