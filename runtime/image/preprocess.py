"""From a frame to the model's input memory: resize, colour order, one table.

Normalization and quantization are one function of a pixel, so they are a table of 256
entries. It is not applied where it is the identity, is an exclusive-or where it only
shifts by 128, and is shared where the channels agree, because the general table is the
slow case. Start at :class:`Preprocessor`.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import UnsupportedModelError
from ..frame import three_channels
from ..geometry import Letterbox
from ..tensors import TensorSpec, quantize
from .resampling import resample

_TYPES: Final = ("uint8", "int8", "int16", "int32", "float32", "float16")
_PIXELS: Final = np.arange(256, dtype=np.uint8)
_RECOLOR: Final = {
    ("bgr", "rgb"): cv2.COLOR_BGR2RGB,
    ("rgb", "bgr"): cv2.COLOR_RGB2BGR,
    ("bgr", "gray"): cv2.COLOR_BGR2GRAY,
    ("rgb", "gray"): cv2.COLOR_RGB2GRAY,
}


class Preprocessor:
    """Write frames into a model's input tensor, as its card says.

    Compiled once from card and tensor; a frame then costs one resize, where needed one
    channel swap on the small picture, and where needed one table. All scratch memory
    is made once and reused, so one object serves one thread.

    Input: uint8 BGR (or RGB, said at the call), gray or with alpha, of any size.
    Output: uint8, int8, int16, int32, float32 or float16 in the tensor's own layout:
    (1, H, W, C), (1, C, H, W) or flattened rows; or (1, H, W, 4), whose fourth channel
    (the mask of the frame before, in nets for video) stays empty.

    Args:
        card: What the model's input means.
        tensor: The input tensor; its size must be the card's.

    Attributes:
        card: What the model's input means.
        tensor: The input tensor.
        layout: nhwc, nchw, flat, or masked for a fourth channel.
        table: The tensor's value for each pixel value, (256, 1) where the channels
            agree, else (256, 3) in the model's channel order.
        step: What happens to a pixel's value: copy, xor, shared-table or table.

    Raises:
        UnsupportedModelError: Card and tensor disagree, or the dtype is another.
    """

    def __init__(self, card: InputCard, tensor: TensorSpec) -> None:
        self.card = card
        self.tensor = tensor
        self.layout = input_layout(card, tensor)
        self.table = pixel_table(card, tensor)
        self.step = _step(self.table)
        self._lut = _as_lut(self.table)
        whole = (card.height, card.width, 3)
        self._shape = whole if card.channels == 3 else whole[:2]
        self._canvas = np.full(whole, card.pad_value, np.uint8)
        self._colored = np.empty(self._shape, np.uint8)
        self._rows = np.empty(self._shape, _carrier(self.table).dtype)
        self._letterbox: Letterbox | None = None
        # The real value 0, in the type that OpenCV takes for the tensor's.
        zero = np.full(1, tensor.zero_point if tensor.is_quantized else 0, tensor.dtype)
        self._empty = _carrier(zero)[0]

    @property
    def levels(self) -> int:
        """Return how many different values the 256 pixels have in the poorest channel.

        An 8-bit input that fits its card has about 256; a handful means that the card's
        normalization does not belong to this tensor.
        """
        # Not np.unique: its first call loads numpy.ma, a tenth of a model's opening.
        return min(len(set(column)) for column in self.table.T.tolist())

    def letterbox(self, width: int, height: int) -> Letterbox:
        """Return how a frame of this size is laid into the model's input."""
        known = self._letterbox
        if known is not None and known.source_size == (width, height):
            return known
        letterbox = self._fitted((width, height))
        if self.card.interpolation == "bilinear-corners":
            from ..geometry import CornerLetterbox

            letterbox = CornerLetterbox.of(letterbox, resize=self.card.resize)
        self._letterbox = letterbox
        self._canvas[...] = self.card.pad_value
        return letterbox

    def reduction(self, width: int, height: int) -> int:
        """Return how small a frame may be decoded: one pixel for so many, each way."""
        # A decoder that shrinks takes means; these models were trained on samples.
        if self.card.interpolation in ("nearest", "bilinear-corners"):
            return 1
        return self._fitted((width, height)).reduction

    def _fitted(self, size: tuple[int, int]) -> Letterbox:
        card = self.card
        return Letterbox.fit(
            size,
            (card.width, card.height),
            resize=card.resize,
            crop_fraction=card.crop_fraction,
        )

    def prepare(
        self,
        image: npt.ArrayLike,
        out: npt.NDArray[Any],
        *,
        color: str = "bgr",
        part: Letterbox | None = None,
        border: str = "replicate",
    ) -> Letterbox:
        """Write a frame, or a part of it, into the input tensor.

        Args:
            image: uint8 (H, W, 3), or gray, or with alpha.
            out: The tensor's memory, as ``Interpreter.input(0)`` gives it, or any
                contiguous array of the tensor's shape and dtype.
            color: Order of the channels in ``image``: bgr or rgb.
            part: Which part, turned or not, and where it lies in the input; None means
                the whole frame by the card's rule.
            border: replicate or zero, for a turned part that is partly outside.

        Returns:
            How the frame was laid into the input; it maps boxes back.

        Raises:
            ValueError: The image is not uint8 or has another shape, or ``out`` differs
                from the tensor.
        """
        picture, order = three_channels(image, color)
        if part is None:
            letterbox = self.letterbox(picture.shape[1], picture.shape[0])
            border = "zero"
        else:
            letterbox, self._letterbox = part, None
            if part.content[2:] != part.model_size:
                # Its padding is elsewhere than that of the picture before.
                self._canvas[...] = self.card.pad_value
        target = self._target(out)
        recolor = _RECOLOR.get((order, self.card.color))
        mapped = self.step in ("shared-table", "table")
        current: npt.NDArray[Any] = self._canvas
        fills = letterbox.content[2:] == letterbox.model_size
        if recolor is None and not mapped and fills:
            current = target
        resample(
            picture,
            letterbox,
            current,
            interpolation=self.card.interpolation,
            border=border,
            pad_value=self.card.pad_value if part is None else 0,
        )
        if recolor is not None:
            current = cv2.cvtColor(
                current, recolor, dst=self._colored if mapped else target
            )
        if mapped:
            cv2.LUT(current, self._lut, dst=target)
        elif current is not target and recolor is None:
            np.copyto(target, current)
        if self.step == "xor":
            np.bitwise_xor(target, 128, out=target)
        if self.layout == "nchw":
            _write_planes(target, out)
        elif self.layout == "masked":
            planes = _carrier(out).reshape(*self._shape[:2], 4)
            planes[:, :, :3] = target
            planes[:, :, 3] = self._empty
        return letterbox

    def _target(self, out: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the picture-shaped memory that the last step writes into."""
        tensor = self.tensor
        if (
            out.shape != tensor.shape
            or out.dtype != tensor.dtype
            or not out.flags.c_contiguous
        ):
            raise ValueError(
                f"out must be contiguous {tensor.dtype} {tensor.shape}, "
                f"got {out.dtype} {out.shape}."
            )
        if self.layout in ("nchw", "masked"):
            return self._rows
        return _carrier(out).reshape(self._shape)


def pixel_table(card: InputCard, tensor: TensorSpec) -> npt.NDArray[Any]:
    """Return the tensor's value for each of the 256 pixel values, per channel.

    The arithmetic is the runtime's own, step by step in float32: normalize, then
    quantize as a QUANTIZE operator does (rounding: ``tensors/quantization.py``). An
    integer tensor that states no scale takes the normalized value itself.

    Returns:
        An array of the tensor's dtype: (256, 1) where all channels agree, else (256, 3)
        in the model's channel order.

    Raises:
        UnsupportedModelError: The dtype is none of the six, or a gray card has three
            means.
    """
    if tensor.dtype.name not in _TYPES:
        raise UnsupportedModelError(
            f"The input tensor is {tensor.dtype}; an image input must be one of "
            f"{', '.join(_TYPES)}."
        )
    mean = np.asarray(card.mean, np.float32)
    std = np.asarray(card.std, np.float32)
    if card.channels == 1 and max(len(mean), len(std)) > 1:
        raise UnsupportedModelError(
            f"The card says that the input is gray, but has mean {card.mean} and std "
            f"{card.std}; a gray input has one number of each. Pass the right card "
            "(--card)."
        )
    reals = (_PIXELS.astype(np.float32)[:, np.newaxis] - mean) / std
    if tensor.dtype.kind == "f":
        table = reals.astype(tensor.dtype)
    elif tensor.is_quantized:
        table = quantize(reals, tensor.scale, tensor.zero_point, tensor.dtype)
    else:
        table = quantize(reals, 1.0, 0, tensor.dtype)
    if (table == table[:, :1]).all():
        table = np.ascontiguousarray(table[:, :1])
    return table


def input_layout(card: InputCard, tensor: TensorSpec) -> str:
    """Return how the tensor lays out the card's picture: nhwc, nchw, flat or masked.

    Raises:
        UnsupportedModelError: The card's size does not fit the tensor.
    """
    height, width, channels = card.height, card.width, card.channels
    shape = tensor.shape
    body = shape[1:] if len(shape) > 1 and shape[0] == 1 else shape
    if shape == (height, width, channels) or body == (height, width, channels):
        return "nhwc"
    if channels == 1 and body in ((height, width), (1, height, width)):
        return "nhwc"
    if body == (channels, height, width):
        return "nchw"
    if body == (height * width * channels,):
        return "flat"
    if channels == 3 and body == (height, width, 4):
        return "masked"
    size = "x".join(map(str, shape))
    raise UnsupportedModelError(
        f"The input tensor is {size} {tensor.dtype}, but the card says "
        f"1x{height}x{width}x{channels} ({card.color}). Convert the model again, or "
        "pass the right card (--card)."
    )


def _step(table: npt.NDArray[Any]) -> str:
    if table.shape[1] > 1:
        return "table"
    if table.dtype.itemsize == 1:
        written = table.view(np.uint8)[:, 0]
        if np.array_equal(written, _PIXELS):
            return "copy"
        if np.array_equal(written, _PIXELS ^ 128):
            return "xor"
    return "shared-table"


def _carrier(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the same bytes in a type that OpenCV takes: it only moves them."""
    if array.dtype.itemsize == 1:
        return array.view(np.uint8)
    if array.dtype == np.float16:
        return array.view(np.int16)
    return array


def _as_lut(table: npt.NDArray[Any]) -> npt.NDArray[Any]:
    channels = table.shape[1]
    return _carrier(table).reshape((1, 256, channels) if channels > 1 else (1, 256))


def _write_planes(rows: npt.NDArray[Any], out: npt.NDArray[Any]) -> None:
    planes = _carrier(out).reshape(rows.shape[2], *rows.shape[:2])
    np.copyto(planes, rows.transpose(2, 0, 1))
