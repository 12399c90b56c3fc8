"""The published rules by which detectors lay their anchors, as data.

A head's rows are its anchors, so their number shows the rule where only one gives that
many for the input's size. Where several do, nothing in the shapes tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from ....errors import unknown_name
from .anchor_layers import (
    AnchorLayer,
    Anchors,
    Size,
    default_box_layers,
    fixed_layers,
    pyramid_layers,
    share_layers,
    ssd_layers,
)

_SSD_SCALES: Final = (10.0, 10.0, 5.0, 5.0)
_WIDE_PYRAMID: Final = partial(
    pyramid_layers, aspect_ratios=(0.5, 1.0, 2.0), center="stride"
)
_LIGHT_STRIDES: Final = (8, 16, 32, 64)
_LIGHT_SIDES: Final = ((10, 16, 24), (32, 48), (64, 96), (128, 192, 256))
_MOUTH: Final = ("left mouth corner", "right mouth corner")
FACE_POINTS: Final = ("left eye", "right eye", "nose", *_MOUTH)
"""The five points of a face that RetinaFace gives; left is left in the picture."""


@dataclass(frozen=True)
class AnchorRule:
    """How a family of detectors lays its anchors and writes its boxes.

    Attributes:
        title: Whose heads these are, in words.
        layers: The function that returns its layers for an input's size.
        box_order: How four numbers of a row are a box, a name from ``BOX_ORDERS``.
        box_scales: What the offsets of y, x, height, width are multiplied with; for
            left, top, right, bottom, those of these four.
        logits: What turns its logits into scores; "" where its models differ.
        background: Whether its first class is the background; None where they differ.
        inputs: Sizes of the published models, width and height.
        columns: Number of classes of the published models; 0 where they differ.
        normalize: What the published models' graph does with pixels, as ``--normalize``
            has it; "" where they differ.
        labels: Texts of their classes, without the background; empty where they differ.
        keypoints: Names of the points in a third tensor; empty for heads without.
    """

    title: str
    layers: Callable[[Size], tuple[AnchorLayer, ...]]
    box_order: str = "yxhw"
    box_scales: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    logits: str = "sigmoid"
    background: bool | None = None
    inputs: tuple[Size, ...] = ()
    columns: int = 0
    normalize: str = ""
    labels: tuple[str, ...] = ()
    keypoints: tuple[str, ...] = ()

    def count(self, size: Size) -> int:
        """Return the number of anchors for an input."""
        return sum(map(len, self.layers(size)))

    def anchors(self, size: Size) -> Anchors:
        """Return float32 (N, 4): center x, center y, width, height, normalized."""
        return np.concatenate([layer.laid_out() for layer in self.layers(size)])


def _squares(*sides: int) -> tuple[Size, ...]:
    return tuple((side, side) for side in sides)


def _face_rule(
    title: str,
    sides: Sequence[Sequence[float]],
    *,
    strides: Sequence[int] = (8, 16, 32),
    inputs: tuple[Size, ...] = (),
) -> AnchorRule:
    """Return the rule of a detector of faces with five points."""
    return AnchorRule(
        title,
        partial(fixed_layers, strides=strides, sides=sides, center="stride"),
        box_order="xywh",
        box_scales=_SSD_SCALES,
        logits="softmax",
        background=True,
        inputs=inputs,
        columns=2,
        labels=("face",),
        keypoints=FACE_POINTS,
    )


# Sources: tensorflow/models research/object_detection/anchor_generators (ssd, ssd-fpn),
# official/vision/ops/anchor.py (model-maker, retinanet-tf); google/automl
# efficientdet/tf2/anchors.py and hparams_config.py; google-ai-edge/mediapipe
# model_maker/python/vision/object_detector; keras-team/keras-cv
# layers/object_detection/anchor_generator.py; fizyr/keras-retinanet utils/anchors.py;
# pytorch/vision models/detection/anchor_utils.py; Linzaer's
# Ultra-Light-Fast-Generic-Face-Detector-1MB; biubug6's Pytorch_Retinaface and
# Face-Detector-1MB-with-landmark; AIZOOTech/FaceMaskDetection.
RULES: Final[dict[str, AnchorRule]] = {
    "ssd": AnchorRule(
        "SSD of TensorFlow's Object Detection API",
        ssd_layers,
        box_scales=_SSD_SCALES,
        logits="",
        background=True,
        inputs=_squares(300, 320),
        columns=91,
        normalize="signed",
    ),
    "ssd-fpn": AnchorRule(
        "SSD with FPN or FPNLite of TensorFlow's Object Detection API",
        partial(
            pyramid_layers, scale=4.0, octaves=2, center="even-stride", slowest="ratios"
        ),
        box_scales=_SSD_SCALES,
        background=True,
        inputs=_squares(320, 640, 1024),
        columns=91,
    ),
    "efficientdet-lite": AnchorRule(
        "EfficientDet-Lite0, 1, 2 and 3x",
        partial(pyramid_layers, scale=3.0),
        background=False,
        inputs=_squares(320, 384, 448, 640),
        columns=90,
        normalize="signed",
    ),
    "efficientdet": AnchorRule(
        "EfficientDet-D0 to D6, Lite3 and Lite4",
        partial(pyramid_layers, scale=4.0),
        background=False,
        inputs=_squares(512, 640, 768, 896, 1024, 1280),
        columns=90,
    ),
    "model-maker": AnchorRule(
        "MediaPipe Model Maker's detectors",
        partial(_WIDE_PYRAMID, scale=3.0),
        background=True,
        inputs=_squares(256, 384),
        normalize="signed",
    ),
    "model-maker-320": AnchorRule(
        "MediaPipe Model Maker's MobileNetV2 I320",
        partial(_WIDE_PYRAMID, scale=3.0, levels=(3, 6)),
        background=True,
        inputs=_squares(320),
        normalize="signed",
    ),
    "retinanet-tf": AnchorRule(
        "RetinaNet of TensorFlow's Model Garden",
        partial(_WIDE_PYRAMID, scale=4.0),
        background=True,
        inputs=_squares(640),
        columns=91,
    ),
    "retinanet-keras-cv": AnchorRule(
        "RetinaNet of KerasCV",
        partial(_WIDE_PYRAMID, scale=4.0),
        box_scales=_SSD_SCALES,
        inputs=_squares(640),
    ),
    "retinanet-keras": AnchorRule(
        "keras-retinanet",
        partial(
            pyramid_layers,
            scale=4.0,
            # It counts height by width.
            aspect_ratios=(2.0, 1.0, 0.5),
            center="stride",
            slowest="ratios",
        ),
        box_order="ltrb",
        box_scales=(5.0, 5.0, 5.0, 5.0),
        background=False,
    ),
    "retinanet-torchvision": AnchorRule(
        "RetinaNet of torchvision",
        partial(
            pyramid_layers,
            scale=4.0,
            aspect_ratios=(2.0, 1.0, 0.5),
            center="corner",
            slowest="ratios",
            whole_sides=True,
        ),
        box_order="xywh",
        columns=91,
    ),
    "ssdlite-torchvision": AnchorRule(
        "SSDLite of torchvision",
        default_box_layers,
        box_order="xywh",
        box_scales=_SSD_SCALES,
        logits="softmax",
        background=True,
        inputs=_squares(320),
        columns=91,
    ),
    "ultra-light-face": AnchorRule(
        "Ultra-Light-Fast-Generic-Face-Detector",
        partial(
            fixed_layers,
            strides=_LIGHT_STRIDES,
            sides=_LIGHT_SIDES,
        ),
        box_order="xywh",
        box_scales=_SSD_SCALES,
        logits="softmax",
        background=True,
        inputs=((320, 240), (640, 480)),
        columns=2,
        normalize="mean=127,std=128",
        labels=("face",),
    ),
    "retinaface": _face_rule(
        "RetinaFace", ((16, 32), (64, 128), (256, 512)), inputs=_squares(640, 840)
    ),
    "retinaface-1mb": _face_rule(
        "Face-Detector-1MB with MobileNet", ((10, 20), (32, 64), (128, 256))
    ),
    "retinaface-slim": _face_rule(
        "Face-Detector-1MB with slim or RFB", _LIGHT_SIDES, strides=_LIGHT_STRIDES
    ),
    "face-mask": AnchorRule(
        "AIZOO's FaceMaskDetection",
        partial(
            share_layers,
            strides=(8, 16, 32, 64, 128),
            scales=(
                (0.04, 0.056),
                (0.08, 0.11),
                (0.16, 0.22),
                (0.32, 0.45),
                (0.64, 0.72),
            ),
            aspect_ratios=(0.62, 0.42),
        ),
        box_order="xywh",
        box_scales=_SSD_SCALES,
        background=False,
        inputs=_squares(260),
        columns=2,
        normalize="unit",
        labels=("mask", "no mask"),
    ),
}
"""Name -> rule. A name is a value of the decoder's option ``anchors``."""


def anchor_rule(name: str) -> AnchorRule:
    """Return a rule.

    Raises:
        ValueError: No rule has that name.
    """
    try:
        return RULES[name]
    except KeyError:
        raise ValueError(unknown_name("rule of anchors", name, RULES)) from None


def rules_with(
    count: int, size: Size, columns: int = 0, keypoints: int = 0
) -> tuple[str, ...]:
    """Return the names of the rules that give exactly ``count`` anchors.

    Rules whose models were published for that size go before all others, and among
    several those whose models have that number of classes.

    Args:
        count: Rows of the head.
        size: Width and height of the input.
        columns: Classes of the head, with the background where it has one.
        keypoints: Points of each box in a third tensor.
    """
    names = [
        name
        for name, rule in RULES.items()
        if len(rule.keypoints) == keypoints and rule.count(size) == count
    ]
    published = [name for name in names if size in RULES[name].inputs]
    names = published or names
    exact = [name for name in names if columns and RULES[name].columns == columns]
    return tuple(exact or names)
