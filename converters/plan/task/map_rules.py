"""The task of a model that answers with rows, columns and channels."""

from __future__ import annotations

from typing import Final

import numpy as np

from ...keras.training import LossFamily, counts_classes, family_of, measures_overlap
from .model_facts import ModelFacts, OutputFacts, is_black_and_white
from .reading import (
    GENERATION,
    IMAGE,
    RAW,
    SEGMENTATION,
    Decision,
    assumed,
    open_between,
    proven,
)

_PICTURE: Final = (1, 3)
_LOOKS_LIKE: Final = 0.9
_MAY_LOOK_LIKE: Final = 0.6


def decide_map(model: ModelFacts, output: OutputFacts) -> Decision:
    """Return the readings that remain of an output that is a map."""
    channels = output.shape[-1]
    loss, metrics = output.training.loss, output.training.metrics
    family = family_of(loss, metrics)
    if output.head.activation == "argmax" or output.values.dtype.kind in "iu":
        return proven(SEGMENTATION, "the argmax at its end")
    if channels > 1 and (output.head.activation == "softmax" or output.is_softmax):
        return proven(SEGMENTATION, "the softmax of every pixel")
    if model.takes_vector and channels in _PICTURE:
        return proven(GENERATION, "its input, a vector, and its output, a picture")
    source = f"the loss {loss}"
    if family in (LossFamily.CATEGORICAL, LossFamily.OVERLAP):
        if channels > 1 or family == LossFamily.OVERLAP:
            return proven(SEGMENTATION, source)
    elif family in (LossFamily.BINARY, LossFamily.CROSSENTROPY):
        return _by_crossentropy(model, output, source)
    elif family == LossFamily.NUMBERS:
        return _by_distance(output, source)
    return _by_the_rest(model, output)


def _by_crossentropy(model: ModelFacts, output: OutputFacts, source: str) -> Decision:
    channels = output.shape[-1]
    if measures_overlap(output.training.metrics):
        return proven(SEGMENTATION, f"{source} and a metric of masks")
    taken = 0 if model.pictures is None else int(model.pictures.shape[-1])
    if channels != taken:
        return proven(SEGMENTATION, f"{source} of every pixel")
    # Autoencoders of pictures in 0..1 are trained so too, and look like their input.
    likeness = model.resembles_input(output)
    is_mask_like = channels == 1 and _is_only_black_and_white(model, output)
    if not output.head.has_skips and likeness >= _MAY_LOOK_LIKE and not is_mask_like:
        return proven(IMAGE, f"{source} on pictures that look like their input")
    if output.head.has_skips and likeness < _MAY_LOOK_LIKE and channels == 1:
        return proven(SEGMENTATION, f"{source} at the end of a U-Net")
    if _labels_fit(model, channels):
        return proven(SEGMENTATION, f"{source} and the {model.labels} labels")
    # One channel unlike its pictures may be a mask as well as a poor autoencoder.
    is_color = channels == 3 and not output.head.has_skips
    if is_color and not counts_classes(output.training.metrics):
        return assumed(IMAGE, f"{source} of an autoencoder, which has no joined maps")
    known = f"{source} of every pixel"
    if is_mask_like:
        known = f"{known}, nearly all black or white, unlike the pictures"
    return open_between(known, SEGMENTATION, IMAGE)


def _is_only_black_and_white(model: ModelFacts, output: OutputFacts) -> bool:
    """Return whether answers are black and white, and their pictures are not."""
    if model.pixels is None:
        return False
    gray = np.asarray(model.pixels).mean(axis=-1) / 255
    return output.is_black_and_white and not is_black_and_white(gray)


def _labels_fit(model: ModelFacts, channels: int) -> bool:
    """Return whether the labels are those of a mask; one channel may have only one."""
    return model.labels == max(channels, 2) or (channels, model.labels) == (1, 1)


def _by_distance(output: OutputFacts, source: str) -> Decision:
    channels = output.shape[-1]
    if measures_overlap(output.training.metrics):
        return proven(SEGMENTATION, f"a metric of masks, with {source}")
    if channels not in _PICTURE:
        return open_between(f"{source} on maps of {channels} channels", RAW)
    if channels == 1 and output.is_black_and_white:
        return open_between(
            f"{source} on maps that are nearly all 0 or 1", IMAGE, SEGMENTATION
        )
    return proven(IMAGE, source)


def _by_the_rest(model: ModelFacts, output: OutputFacts) -> Decision:
    channels, head = output.shape[-1], output.head
    if _labels_fit(model, channels):
        return proven(SEGMENTATION, f"the {model.labels} labels")
    if channels not in _PICTURE:
        return open_between(
            f"{channels} maps of numbers without a softmax: features, or scores of "
            "classes",
            SEGMENTATION,
            RAW,
        )
    if head.maker == "depth_to_space":
        return proven(IMAGE, "the depth_to_space at its end")
    if head.activation == "tanh":
        return proven(IMAGE, "the tanh of every pixel")
    if model.resembles_input(output) >= _LOOKS_LIKE:
        return assumed(IMAGE, "outputs that look like their pictures")
    kind = "sigmoids" if head.activation == "sigmoid" else "numbers"
    what = f"{channels} channels of {kind}" if channels > 1 else f"one map of {kind}"
    return open_between(what, SEGMENTATION, IMAGE)
