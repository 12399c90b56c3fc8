"""Which values of a model's pictures are black and white, and what shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import ConversionError
from ...runtime.opening import OPTION
from .task import ModelFacts, OutputFacts

UNIT: Final = (0.0, 255.0)
SIGNED: Final = (127.5, 127.5)
RAW: Final = (0.0, 1.0)
_NAMES: Final = {UNIT: "0..1", SIGNED: "-1..1", RAW: "0..255"}
_SURE_ALIKE: Final = 0.6
_SURE_RATIO: Final = 2.0
_MOST_OFF: Final = 48.0
_GRAIN: Final = 0.01


@dataclass(frozen=True)
class PictureUnits:
    """The values of black and white, as ``pixel = value x std + mean``.

    Attributes:
        mean: In pixel units.
        std: In pixel units.
        source: What shows it, in words.
    """

    mean: float
    std: float
    source: str


def picture_units(output: OutputFacts, pixels: npt.NDArray[Any] | None) -> PictureUnits:
    """Return which values of an output are black and white.

    The last activation says it: a sigmoid gives 0..1, a tanh -1..1. A model that ends
    without one answers in any scale. Where its pictures look like those that it was
    asked, the scale in which they are nearest to them is the one; where they do not,
    nothing says it.

    Args:
        output: Its last operations, and its answers to a few pictures.
        pixels: These pictures, (N, H, W, C), as pixels 0..255; None means that the
            model takes no picture.

    Raises:
        ConversionError: Nothing says it; the sentence has the options that do.
    """
    head = output.head
    if head.activation in ("sigmoid", "tanh") and not head.is_scaled:
        units = UNIT if head.activation == "sigmoid" else SIGNED
        source = f"the {head.activation} at its end: values {_NAMES[units]}"
        return PictureUnits(*units, source)
    values = output.values.astype(np.float64)
    if values.ndim == 3:
        values = values[..., np.newaxis]
    low, high = float(values.min()), float(values.max())
    reason = "the model takes no picture to compare them with"
    if pixels is None:
        for units in (UNIT, SIGNED):
            black, white = (-units[0] / units[1], (255 - units[0]) / units[1])
            if low >= black - _GRAIN and high <= white + _GRAIN:
                return PictureUnits(*units, f"all of its values lie in {_NAMES[units]}")
        if low >= 0 and 2 < high <= 255:
            return PictureUnits(*RAW, "all of its values lie in 0..255")
    else:
        nearest, reason = _nearest(values, pixels)
        if nearest is not None:
            return PictureUnits(*nearest, reason)
    raise ConversionError(
        f"The values of the model's pictures are {low:.3g} to {high:.3g}, its last "
        f"operation does not limit them, and {reason}. Which values are black and "
        "white is not known. Pass --option mean=0 --option std=255 for 0..1, "
        "mean=127.5 and std=127.5 for -1..1, mean=0 and std=1 for 0..255, or "
        "--option kind=map for a depth or another map of numbers."
    )


def add_picture_units(
    model: ModelFacts, settings: dict[str, Any], on_note: Callable[[str], None]
) -> dict[str, str]:
    """Add ``mean`` and ``std`` to the settings of a picture that has none.

    Args:
        model: What is known of the model.
        settings: The options of the decoder ``image``.
        on_note: Called with a sentence about what shows them.

    Returns:
        What shows them, by choice; empty where the settings have them, or need none.

    Raises:
        ConversionError: Nothing shows them.
    """
    if "std" in settings or settings.get("kind") == "map":
        return {}
    units = picture_units(model.outputs[0], model.pixels)
    on_note(f"Black and white of the model's pictures: {units.source}.")
    settings.update(mean=units.mean, std=units.std)
    return {f"{OPTION}{name}": units.source for name in ("mean", "std")}


def _nearest(
    values: npt.NDArray[np.float64], pixels: npt.NDArray[Any]
) -> tuple[tuple[float, float] | None, str]:
    """Return the scale in which answers are nearest to their pictures, and the reason.

    None instead of a scale means that they look different, or that two scales are
    about as near.
    """
    rows, columns = values.shape[1:3]
    asked = np.stack([_gray(picture, rows, columns) for picture in pixels])
    answers = values.mean(axis=-1)
    spread = asked.std() * answers.std()
    alike = 0.0
    if spread > 0:
        alike = float(np.corrcoef(asked.ravel(), answers.ravel())[0, 1])
    if alike < _SURE_ALIKE:
        return None, f"its pictures do not look like their input (r = {alike:.2f})"
    off = {
        units: float(np.abs(answers * units[1] + units[0] - asked).mean())
        for units in (UNIT, SIGNED, RAW)
    }
    first, second = sorted(off, key=off.__getitem__)[:2]
    if off[first] > _MOST_OFF or off[second] < _SURE_RATIO * off[first]:
        return None, (
            f"as {_NAMES[first]} they are {off[first]:.0f} levels from their input, as "
            f"{_NAMES[second]} {off[second]:.0f}"
        )
    return first, (
        f"its pictures look like their input (r = {alike:.2f}) and are nearest to it "
        f"as {_NAMES[first]} ({off[first]:.0f} levels of 255 off, {off[second]:.0f} as "
        f"{_NAMES[second]})"
    )


def _gray(
    picture: npt.NDArray[Any], rows: int, columns: int
) -> npt.NDArray[np.float64]:
    """Return the mean of a picture's channels in another size."""
    gray = np.asarray(picture.mean(axis=-1), np.float64)
    if gray.shape == (rows, columns):
        return gray
    import cv2

    way = cv2.INTER_AREA if rows < gray.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, (columns, rows), interpolation=way))
