"""Networks that are no classifiers, at full size, for ``make zoo`` to convert.

A line is name -> a function without arguments that returns a :class:`FullSize`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ..detection import build_detector
from ..gan import build_generator
from ..networks import build_unet

FULL_SIZE: Final[dict[str, str]] = {
    "dcgan": "edgevision.training.shipped.zoo_networks:dcgan",
    "fcos": "edgevision.training.shipped.zoo_networks:fcos",
    "gan-dense": "edgevision.training.shipped.zoo_networks:gan_dense",
    "unet": "edgevision.training.shipped.zoo_networks:unet",
}


@dataclass(frozen=True)
class FullSize:
    """An untrained network and the choices of its conversion.

    Attributes:
        model: The Keras model.
        takes: The input in words, such as 128x128.
        gives: The output in words.
        options: For :func:`edgevision.convert`.
    """

    model: Any
    takes: str
    gives: str
    options: Mapping[str, Any] = field(default_factory=dict)


def dcgan() -> FullSize:
    """Return the DCGAN generator for 64x64 RGB."""
    return FullSize(build_generator("dcgan", (64, 64, 3)), "100", "64x64 RGB")


def fcos() -> FullSize:
    """Return the detector at 192x192 with six classes; calibrated with noise."""
    pixels = np.random.default_rng(0).integers(0, 256, (12, 192, 192, 3), np.uint8)
    return FullSize(
        build_detector((192, 192, 3), 6, strides=(8, 16)),
        "192x192",
        "boxes of 6 classes",
        {
            "calibration": pixels,
            "task": "detection",
            "decoder": "fcos",
            "decoder_options": {"strides": [8, 16]},
        },
    )


def gan_dense() -> FullSize:
    """Return the dense generator 100-128-256-512-image for 32x32 RGB."""
    return FullSize(build_generator("gan-dense", (32, 32, 3)), "100", "32x32 RGB")


def unet() -> FullSize:
    """Return the U-Net at 128x128 with seven classes; calibrated with noise."""
    pixels = np.random.default_rng(0).integers(0, 256, (12, 128, 128, 3), np.uint8)
    return FullSize(
        build_unet((128, 128, 3), 7),
        "128x128",
        "7 classes per pixel",
        {"calibration": pixels, "task": "segmentation"},
    )
