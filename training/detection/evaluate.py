"""The scores of a Keras detector, through the decoder that the device has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from ...runtime.decoders.fcos import FcosDecoder, FcosOptions
from ...runtime.geometry import Letterbox
from ...runtime.metrics import ANY_CLASS, DetectionScore, Truth, mean_average_precision
from ...runtime.results import Detections
from ...runtime.tensors import TensorSpec
from .pictures import DetectorPictures, Sample

FLOOR: Final = 0.01
"""Lowest score that counts: average precision needs nearly all, time wants few."""

_BATCH: Final = 32


def detect(
    model: Any,
    pictures: DetectorPictures,
    strides: Sequence[int],
    *,
    score_threshold: float = FLOOR,
    count: int | None = None,
) -> list[Detections]:
    """Return what a Keras detector finds, in pixels of its input.

    Args:
        model: From ``build_detector``.
        pictures: At the network's size.
        strides: The network's.
        score_threshold: Lowest score.
        count: Pictures that are looked at, from the first on; None means all.
    """
    total = len(pictures) if count is None else min(count, len(pictures))
    detections: list[Detections] = []
    decoder: FcosDecoder | None = None
    for begin in range(0, total, _BATCH):
        samples = [pictures.sample(i) for i in range(begin, min(begin + _BATCH, total))]
        images = np.stack([sample.image for sample in samples]).astype(np.float32)
        scores, distances = (
            np.asarray(output) for output in model.predict_on_batch(images)
        )
        height, width = images.shape[1:3]
        if decoder is None:
            tensors = [
                TensorSpec(name, i, (1, *output.shape[1:]), np.dtype(np.float32))
                for i, (name, output) in enumerate(
                    (("scores", scores), ("distances", distances))
                )
            ]
            decoder = FcosDecoder(
                tensors,
                model_size=(width, height),
                options=FcosOptions(
                    strides=tuple(strides), score_threshold=score_threshold
                ),
            )
        box = Letterbox.fit((width, height), (width, height))
        detections += [
            decoder.decode([scores[i : i + 1], distances[i : i + 1]], box)
            for i in range(len(samples))
        ]
    return detections


def score(
    model: Any,
    pictures: DetectorPictures,
    strides: Sequence[int],
    *,
    count: int | None = None,
) -> DetectionScore:
    """Return COCO's figures for a Keras detector.

    Args:
        model: As for :func:`detect`, as for all that follow.
        pictures: With their true boxes.
        strides: The network's.
        count: Pictures that are looked at; None means all.
    """
    detections = detect(model, pictures, strides, count=count)
    samples = (pictures.sample(i) for i in range(len(detections)))
    return mean_average_precision(detections, [truth_of(sample) for sample in samples])


def truth_of(sample: Sample) -> Truth:
    """Return what is to be found in a picture, and what is neither right nor wrong.

    A sample does not say of which class its ignored boxes are, nor which are crowds:
    they exempt what lies in them, whatever its class.
    """
    count = len(sample.ignored)
    return Truth(
        sample.boxes,
        sample.class_ids,
        sample.ignored,
        np.full(count, ANY_CLASS, np.int64),
        np.ones(count, bool),
    )
