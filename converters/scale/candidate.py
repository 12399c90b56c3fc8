"""The scales that a network may have been trained on, as ``--normalize`` names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...runtime.image import NORMALIZATIONS, Normalization

# -0.5..0.5, which steering networks and others of early days use; it has no name.
_CENTRED: Final = "mean=127.5,std=255"


@dataclass(frozen=True)
class ScaleCandidate:
    """One way in which pixels may have been scaled.

    Attributes:
        normalize: What ``--normalize`` takes.
        color: rgb, bgr or gray.
        mean: Per channel, or one for all, in pixel units.
        std: Per channel, or one for all, in pixel units.
        is_usual: Whether ``color`` is the order that goes without saying.
    """

    normalize: str
    color: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    is_usual: bool = True

    @property
    def option(self) -> str:
        """Return what to type."""
        color = "" if self.is_usual else f" --color {self.color}"
        return f"--normalize {self.normalize}{color}"

    def has(self, mean: Sequence[float], std: Sequence[float]) -> bool:
        """Return whether these are the candidate's mean and standard deviation."""
        pairs = ((self.mean, mean), (self.std, std))
        return all(
            np.allclose(np.broadcast_to(mine, 3), np.broadcast_to(other, 3), rtol=1e-3)
            for mine, other in pairs
        )

    def inputs(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return what the model takes.

        Args:
            pixels: uint8 (N, H, W, C), RGB or gray.
        """
        ordered: npt.NDArray[Any] = pixels[..., ::-1] if self.color == "bgr" else pixels
        mean = np.asarray(self.mean, np.float32)
        std = np.asarray(self.std, np.float32)
        reals: npt.NDArray[np.float32] = (ordered.astype(np.float32) - mean) / std
        return reals


def candidates(channels: int) -> tuple[ScaleCandidate, ...]:
    """Return the candidates for pictures of one or three channels.

    The order of the channels is the one that goes without saying.
    """
    centred = Normalization((127.5,), (255.0,))
    return tuple(
        ScaleCandidate(
            name, "gray" if channels == 1 else rule.color or "rgb", rule.mean, rule.std
        )
        for name, rule in {**NORMALIZATIONS, _CENTRED: centred}.items()
        if channels == len(rule.mean) or len(rule.mean) == 1
    )


def in_other_order(candidate: ScaleCandidate) -> ScaleCandidate | None:
    """Return a candidate with BGR for RGB; None where its means say the order."""
    if candidate.color != "rgb" or len(candidate.mean) > 1:
        return None
    return replace(candidate, color="bgr", is_usual=False)
