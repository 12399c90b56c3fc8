"""Which input of a model takes the picture, and what prepares it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...card import InputCard, ModelCard
from ...errors import UnsupportedModelError
from ..image import Preprocessor
from ..tensors import TensorSpec

# A card whose normalization leaves fewer different pixel values is not this tensor's.
_FEW_LEVELS: Final = 32


def picture_position(card: ModelCard, tensors: Sequence[TensorSpec]) -> int:
    """Return the position of the picture's input among all inputs.

    Args:
        card: Names the inputs beside the picture.
        tensors: All inputs.

    Raises:
        UnsupportedModelError: More than one input is left for the picture, or none.
    """
    extras = card.extra_inputs
    rest = set(range(len(tensors))) - {item.index for item in extras}
    if len(rest) != 1 or len(tensors) != 1 + len(extras):
        raise UnsupportedModelError(
            f"{card.name} has {len(tensors)} inputs; a model for pictures has "
            "one, and a card that names the others. Pass --input NAME=NUMBER for "
            "each of the others, or run it from Python with arrays "
            "(edgevision.runtime.interpreter.interpreter.Interpreter)."
        )
    return rest.pop()


def make_preprocessor(name: str, card: InputCard, tensor: TensorSpec) -> Preprocessor:
    """Return what prepares pictures; log a warning where card and tensor disagree.

    Args:
        name: The model's name.
        card: What the input means.
        tensor: The input.

    Raises:
        UnsupportedModelError: Card and tensor do not fit at all.
    """
    preprocessor = Preprocessor(card, tensor)
    if preprocessor.levels < _FEW_LEVELS:
        import logging

        logging.getLogger(__name__).warning(
            "%s: with this normalization the 256 pixel values become %d; "
            "the card does not belong to this input, or --normalize is wrong",
            name,
            preprocessor.levels,
        )
    return preprocessor
