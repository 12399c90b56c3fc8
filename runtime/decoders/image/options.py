"""The options of the decoder ``image``: values of a picture, colours of a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ....card import LARGEST
from ....errors import shown, unknown_name

COLORS: Final = ("rgb", "bgr")
KINDS: Final = ("picture", "map")
NEAR: Final = ("", "large", "small")
RESIDUALS: Final = ("", "subtract", "add")
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
        residual: Of a picture: subtract for a model that answers with the noise of its
            input (DnCNN), add for one that answers with what the input lacks. The
            answer has the input's size and ``std``; ``mean`` is not used.
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
    residual: str = ""
    latent: int | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("kind", self.kind, KINDS),
            ("color", self.color, COLORS),
            ("colormap", self.colormap, COLORMAPS),
            ("near", self.near, NEAR),
            ("residual", self.residual, RESIDUALS),
        ):
            if value not in known:
                names = " or ".join(filter(None, known))
                raise ValueError(f"{name} must be {names}, got {shown(value)}.")
        if self.range is not None and not _is_range(self.range):
            raise ValueError(
                f"range must be two numbers, the lower first, got {shown(self.range)}."
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
            "residual": bool(self.residual),
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


def _is_range(value: Any) -> bool:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        return False
    plain = all(
        isinstance(item, (int, float)) and not isinstance(item, bool) for item in value
    )
    return plain and bool(np.isfinite(value).all()) and value[0] < value[1]
