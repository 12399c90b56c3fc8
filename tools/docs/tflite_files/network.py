"""Fill a network's input and read its outputs with LiteRT, OpenCV and NumPy alone.

Nothing here imports EdgeVision: this is the independent half of the comparison.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

Array = npt.NDArray[Any]
FULL_RANGES = ((0, 1), (-1, 1), (0, 255), (-128, 127))
TORCH = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True)
class Place:
    """Where a picture lies in a network's input: ``x * scale_x + left`` and so on."""

    scale_x: float
    scale_y: float
    left: int
    top: int

    def back(self, points: Array) -> Array:
        """Return points (N, 2) of the input as points of the picture."""
        moved = np.asarray(points, np.float64) - (self.left, self.top)
        return np.asarray(moved / (self.scale_x, self.scale_y))


@dataclass(frozen=True)
class Way:
    """How a picture is brought into a network.

    Attributes:
        normalize: raw, unit, signed, torch or mean=..,std=..; for an integer input
            whose range is one of the usual ones the pixels go in as they are.
        letterbox: Whether the picture keeps its sides' ratio.
        padding: The value beside the picture.
        is_bgr: Whether blue comes first.
        shrink: OpenCV's interpolation where the picture gets smaller.
    """

    normalize: str
    letterbox: bool = False
    padding: int = 0
    is_bgr: bool = False
    shrink: int = cv2.INTER_AREA


@dataclass(frozen=True)
class Outputs:
    """One run: real values by output, the place of the picture, the input's size."""

    values: list[Array]
    names: list[str]
    place: Place
    width: int
    height: int


def scaled(pixels: Array, rule: str) -> Array:
    """Return pixels 0..255 as a network was trained on them."""
    values = pixels.astype(np.float64)
    if rule == "raw":
        return values
    if rule == "unit":
        return values / 255
    if rule == "signed":
        return values / 127.5 - 1
    if rule == "torch":
        return (values / 255 - TORCH[0]) / TORCH[1]
    numbers = [
        np.array([float(one) for one in part.split(",")])
        for part in re.findall(r"(?:mean|std)=\[?([\d.,]+\d)\]?", rule)
    ]
    whole = values if numbers[0].max() > 1 else values / 255
    return np.asarray((whole - numbers[0]) / numbers[1])


def fit(picture: Array, width: int, height: int, way: Way) -> tuple[Array, Place]:
    """Return a picture at an input's size, and where it lies in it."""
    rows, columns = picture.shape[:2]
    if way.letterbox:
        ratio = min(width / columns, height / rows)
        wide, high = round(columns * ratio), round(rows * ratio)
    else:
        wide, high = width, height
    smaller = wide * high < columns * rows
    inner = cv2.resize(
        picture,
        (wide, high),
        interpolation=way.shrink if smaller else cv2.INTER_LINEAR,
    )
    left, top = (width - wide) // 2, (height - high) // 2
    whole = np.full((height, width, 3), way.padding, np.uint8)
    whole[top : top + high, left : left + wide] = inner
    return whole, Place(wide / columns, high / rows, left, top)


def run(model: Path, picture: Array, way: Way) -> Outputs:
    """Return what a network makes of an RGB picture."""
    interpreter = Interpreter(model_path=str(model), num_threads=1)
    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]
    _, height, width, channels = (int(side) for side in entry["shape"])
    pixels, place = fit(picture, width, height, way)
    if channels == 1:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., np.newaxis]
    elif way.is_bgr:
        pixels = pixels[..., ::-1]
    filled = _filled(pixels, entry, way)
    if channels == 4:  # the mask of the frame before: there is none yet
        filled = np.pad(filled, ((0, 0), (0, 0), (0, 1)))
    interpreter.set_tensor(entry["index"], filled[np.newaxis])
    interpreter.invoke()
    details = interpreter.get_output_details()
    return Outputs(
        [_real(interpreter.get_tensor(one["index"]), one) for one in details],
        [one["name"] for one in details],
        place,
        width,
        height,
    )


def _filled(pixels: Array, entry: dict[str, Any], way: Way) -> Array:
    kind = entry["dtype"]
    if kind not in (np.uint8, np.int8):
        return scaled(pixels, way.normalize or "raw").astype(kind)
    if not len(entry["quantization_parameters"]["scales"]):
        return pixels.astype(kind)
    scale = float(entry["quantization_parameters"]["scales"][0])
    zero = int(entry["quantization_parameters"]["zero_points"][0])
    low, high = np.iinfo(kind).min, np.iinfo(kind).max
    ends = ((low - zero) * scale, (high - zero) * scale)
    for first, last in FULL_RANGES:
        slack = 0.03 * (last - first)
        if abs(ends[0] - first) < slack and abs(ends[1] - last) < slack:
            return (pixels.astype(np.int64) + low).astype(kind)
    steps = np.round(scaled(pixels, way.normalize or "unit") / scale) + zero
    return np.clip(steps, low, high).astype(kind)


def _real(values: Array, entry: dict[str, Any]) -> Array:
    scales = entry["quantization_parameters"]["scales"]
    if values.dtype in (np.uint8, np.int8, np.int16) and len(scales):
        zero = entry["quantization_parameters"]["zero_points"][0]
        return np.asarray((values.astype(np.float64) - zero) * scales[0])
    return values if values.dtype == np.int64 else values.astype(np.float64)
