"""Verification pictures as the float model takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import SourceError
from ...runtime.geometry import Letterbox
from ...runtime.image import Preprocessor
from ...runtime.tensors import TensorSpec
from ..datasets import ImageSet


class PictureReader:
    """Read verification pictures for the float model.

    Args:
        images: The pictures.
        card: What the float model takes.
    """

    def __init__(self, images: ImageSet, card: InputCard) -> None:
        self._images = images
        self._card = card
        self._tensor = TensorSpec(
            name="",
            index=0,
            shape=(1, card.height, card.width, card.channels),
            dtype=np.dtype(np.float32),
        )
        self._prepare = Preprocessor(card, self._tensor)

    def picture(self, position: int) -> npt.NDArray[np.uint8]:
        """Return one picture as BGR."""
        try:
            return self._images.image(position, color=self._card.color)
        except (SourceError, ValueError) as error:
            raise SourceError(
                f"A verification image cannot be used: {error} Remove or replace it."
            ) from error

    def batch(
        self, positions: Sequence[int]
    ) -> tuple[npt.NDArray[np.float32], list[npt.NDArray[np.uint8]], list[Letterbox]]:
        """Return normalized float inputs, the pictures, and how they were laid in."""
        inputs = np.empty((len(positions), *self._tensor.shape[1:]), np.float32)
        pictures = [self.picture(position) for position in positions]
        letterboxes = [
            self._prepare.prepare(picture, out=inputs[i : i + 1])
            for i, picture in enumerate(pictures)
        ]
        return inputs, pictures, letterboxes
