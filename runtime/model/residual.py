"""Pictures that a model answers with the difference to: the noise, or the detail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..decoders import Decoder
from ..decoders.image import ImageDecoder
from ..geometry import Letterbox
from ..image import Preprocessor
from ..results import OutputImage
from ..tensors import to_real


class ResidualDecoder:
    """Keep the picture that a model takes, and change it by what the model answers.

    An interpreter may use the memory of an input again once it was read, so the picture
    is kept before the model runs.

    Args:
        decoder: The decoder of the answer, with the option ``residual``.
        preprocessor: Fills the input.

    Raises:
        UnsupportedModelError: The input is laid out in another way than the output, or
            the decoder makes no pictures.
    """

    Options = ImageDecoder.Options

    def __init__(self, decoder: Decoder, preprocessor: Preprocessor) -> None:
        self._tensor = preprocessor.tensor
        shape = "x".join(map(str, self._tensor.shape))
        if preprocessor.layout != "nhwc" or not isinstance(decoder, ImageDecoder):
            raise UnsupportedModelError(
                f"The option residual is for pictures of an input 1xHxWxC; "
                f"'{self._tensor.name}' is {shape}. Leave it out for what the model "
                "itself answers."
            )
        card = preprocessor.card
        self._decoder = decoder
        self._mean = np.asarray(card.mean, np.float32)
        self._std = np.asarray(card.std, np.float32)
        self._levels = np.zeros((card.height, card.width, card.channels), np.float32)

    def keep(self, raw: npt.NDArray[Any]) -> None:
        """Keep a picture, as the model's input holds it, as levels 0..255."""
        reals = to_real(raw, self._tensor).reshape(self._levels.shape)
        np.multiply(reals, self._std, out=self._levels)
        self._levels += self._mean

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> OutputImage:
        """Return the picture with what the model answered added or subtracted."""
        return self._decoder.decode_residual(outputs, letterbox, self._levels)
