"""Decode pictures, and maps of numbers, that a model answers with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import cv2
import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError, unknown_name
from ..frame import Image
from ..geometry import Letterbox
from ..results import OutputImage
from ..tensors import TensorSpec
from .options import LARGEST
from .tensor_values import Levels

COLORS: Final = ("rgb", "bgr")
KINDS: Final = ("picture", "map")
NEAR: Final = ("", "large", "small")
PIXELS: Final = {"raw": (0.0, 1.0), "unit": (0.0, 255.0), "signed": (127.5, 127.5)}
"""Names of the values of a picture, as ``--normalize`` has them -> mean and std."""
COLORMAPS: Final = (
    *("gray", "inferno", "magma", "viridis", "plasma", "turbo", "jet", "bone"),
)
"""Colours of a map, by OpenCV's names; in all of them 0 is the darkest or bluest."""


@dataclass(frozen=True, kw_only=True)
class ImageOptions:
    """Options of the decoder ``image``.

    Attributes:
        kind: picture, or map: one channel of numbers, such as a depth.
        pixels: Of a picture, the values of black and white: raw (0..255), unit (0..1)
            or signed (-1..1), instead of mean and std. It has no default.
        mean: Of a picture, in pixel units: 0 for values 0..1 and 0..255, 127.5 for
            -1..1 (tanh). It has no default.
        std: Of a picture, in pixel units: 255 for values 0..1, 127.5 for -1..1, 1 for
            0..255. It has no default.
        color: Order of a picture's three channels, rgb or bgr.
        clip: Values beyond black and white are cut; false stretches a picture that
            has such values into 0..255 instead.
        colormap: Of a map: gray, inferno, magma, viridis, plasma, turbo, jet or bone.
        range: Of a map: [low, high], the values of the first and the last colour; None
            means each map's own smallest and largest value.
        near: Of a depth: large or small, the values of what is near, which is then
            bright. Empty means not known, and large values are bright.
        latent: Of a model that takes no picture: number of random numbers that a
            picture is made from; None means as many as the input shows.
    """

    kind: str = "picture"
    pixels: str | None = None
    mean: float | None = None
    std: float | None = None
    color: str = "rgb"
    clip: bool = True
    colormap: str = "inferno"
    range: tuple[float, float] | None = None
    near: str = ""
    latent: int | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("kind", self.kind, KINDS),
            ("color", self.color, COLORS),
            ("colormap", self.colormap, COLORMAPS),
            ("near", self.near, NEAR),
        ):
            if value not in known:
                names = " or ".join(filter(None, known))
                raise ValueError(f"{name} must be {names}, got {value!r}.")
        if self.range is not None and not _is_range(self.range):
            raise ValueError(
                f"range must be two numbers, the lower first, got {self.range!r}."
            )
        self._check_kind()
        if self.pixels is not None:
            if self.pixels not in PIXELS:
                raise ValueError(unknown_name("pixels", str(self.pixels), PIXELS))
            if (self.mean, self.std) != (None, None):
                raise ValueError("pixels stands for mean and std; pass one of both.")
            # Frozen: the name becomes numbers past the guard of the dataclass.
            mean, std = PIXELS[self.pixels]
            object.__setattr__(self, "mean", mean)
            object.__setattr__(self, "std", std)
            object.__setattr__(self, "pixels", None)
        if (self.mean is None) != (self.std is None):
            raise ValueError("mean and std belong together; pass both or none.")
        units = (self.mean or 0.0, self.std or 0.0)
        fits = all(abs(number) <= LARGEST for number in units)
        if self.std is not None and not (self.std > 0 and fits):
            raise ValueError(
                f"std must be above 0 and mean a number, got std {self.std}, mean "
                f"{self.mean}."
            )

    def _check_kind(self) -> None:
        """Refuse options that the kind does not use.

        Raises:
            ValueError: There is one.
        """
        of_picture = {
            "pixels": self.pixels is not None,
            "mean": self.mean is not None,
            "std": self.std is not None,
            "color": self.color != "rgb",
            "clip": not self.clip,
        }
        of_map = {
            "colormap": self.colormap != "inferno",
            "range": self.range is not None,
            "near": bool(self.near),
        }
        unused, other = (of_picture, "picture"), "map"
        if self.kind == "picture":
            unused, other = (of_map, "map"), "picture"
        name = next((name for name, is_used in unused[0].items() if is_used), "")
        if name:
            raise ValueError(
                f"{name} is for kind={unused[1]}, and kind is {other}. Leave it out, "
                f"or pass kind={unused[1]}."
            )


class ImageDecoder:
    """Turn one output into a picture, or into a map of numbers with its colours.

    Tensors, one output: (1, H, W, C) or (H, W, C) with 1 (gray) or 3 channels, or
    (1, H, W), float or quantized. H and W may differ from the input's.

    - ``kind`` picture: a pixel is ``value × std + mean``, rounded and cut to 0..255.
    - ``kind`` map: one channel; the values stay as they are, and the picture shows them
      in colours.

    The part of the output that is a letterbox's padding is cut off.

    Args:
        tensors: The one output.
        labels: Not used: a picture has no classes.
        model_size: Not used: how the frame was laid in says it.
        options: None means the defaults.

    Attributes:
        latent: The option of that name.

    Raises:
        UnsupportedModelError: The output is no picture, or nothing says what its values
            are.
    """

    Options: ClassVar[type] = ImageOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: ImageOptions | None = None,
    ) -> None:
        options = options or ImageOptions()
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"A model that makes pictures has one output, this one has "
                f"{len(tensors)}. Pass --decoder if this is another kind of model."
            )
        spec = tensors[0]
        self.latent = options.latent
        self._options = options
        self._shape = _picture_shape(spec, options.kind)
        self._levels = Levels(spec)
        self._table: npt.NDArray[np.uint8] | None = None
        if options.kind == "map":
            return
        if options.mean is None or options.std is None:
            raise UnsupportedModelError(
                f"Nothing says which values of output '{spec.name}' are black and "
                "white. Pass --option pixels=unit for 0..1, --option pixels=signed for "
                "-1..1, --option pixels=raw for 0..255, or --option kind=map for a "
                "depth or another map of numbers."
            )
        self._mean, self._std = np.float32(options.mean), np.float32(options.std)
        if spec.dtype.itemsize == 1 and spec.dtype.kind in "iu" and options.clip:
            # There are only 256 raw values: a table replaces the arithmetic.
            every = np.arange(256, dtype=np.uint8).view(spec.dtype)
            self._table = self._pixels(every)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> OutputImage:
        """Return the picture of one frame."""
        whole = outputs[0].reshape(self._shape)
        rows, columns = _content(letterbox, self._shape[:2])
        raw = whole[rows, columns]
        frame, part = letterbox.source_size, letterbox.crop
        if self._options.kind == "map":
            values = self._levels.real(raw[:, :, 0])
            return OutputImage(
                self._colored(values), frame, part, values, self._options.near
            )
        if self._table is None:
            pixels = self._pixels(raw)
        else:
            pixels = self._table[raw.view(np.uint8)]
        if self._shape[2] == 1:
            pixels = pixels[:, :, 0]
        elif self._options.color == "rgb":
            pixels = pixels[:, :, ::-1]
        return OutputImage(np.ascontiguousarray(pixels), frame, part)

    def _pixels(self, raw: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
        reals = self._levels.real(raw) * self._std + self._mean
        # NaN becomes black.
        finite = np.nan_to_num(reals, nan=0.0, posinf=255.0, neginf=0.0)
        if not self._options.clip:
            low, high = min(0.0, float(finite.min())), max(255.0, float(finite.max()))
            finite = (finite - low) * np.float32(255 / (high - low))
        return np.asarray(np.rint(finite).clip(0, 255), np.uint8)

    def _colored(self, values: npt.NDArray[np.float32]) -> Image:
        """Return a map's values as colours; NaN has the first one."""
        finite = values[np.isfinite(values)]
        low, high = self._options.range or (
            (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        )
        span = (high - low) or 1.0
        shares = (values.astype(np.float64) - low) / span
        shares = np.nan_to_num(shares, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
        if self._options.near == "small":
            shares = np.where(np.isfinite(values), 1 - shares, 0.0)
        levels = np.rint(shares * 255).astype(np.uint8)
        if self._options.colormap == "gray":
            return levels
        code = getattr(cv2, f"COLORMAP_{self._options.colormap.upper()}")
        return np.asarray(cv2.applyColorMap(levels, code), np.uint8)


def _picture_shape(spec: TensorSpec, kind: str) -> tuple[int, int, int]:
    """Return rows, columns and channels of the one picture in a tensor.

    Raises:
        UnsupportedModelError: It holds none.
    """
    shape = spec.shape[1:] if spec.shape[:1] == (1,) else spec.shape
    if len(shape) == 2 and len(spec.shape) == 3:
        shape = (*shape, 1)
    allowed = (1,) if kind == "map" else (1, 3)
    if len(shape) != 3 or shape[2] not in allowed or min(shape) < 1:
        wanted = "a map 1xHxWx1" if kind == "map" else "a picture 1xHxWx3 or 1xHxWx1"
        raise UnsupportedModelError(
            f"Output '{spec.name}' has shape {spec.shape}; expected {wanted}. Pass "
            "--decoder if this is another kind of model."
        )
    return shape[0], shape[1], shape[2]


def _content(letterbox: Letterbox, size: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of an output that show the frame."""
    slices = []
    for axis, cells in ((1, size[0]), (0, size[1])):
        start, length = letterbox.content[axis], letterbox.content[axis + 2]
        ratio = cells / letterbox.model_size[axis]
        first = min(round(start * ratio), cells - 1)
        slices.append(slice(first, max(first + 1, round((start + length) * ratio))))
    return slices[0], slices[1]


def _is_range(value: Any) -> bool:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return False
    plain = all(
        isinstance(item, (int, float)) and not isinstance(item, bool) for item in value
    )
    return plain and bool(np.isfinite(value).all()) and value[0] < value[1]
