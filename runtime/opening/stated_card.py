"""The card that a caller or a file states, and the size of pictures in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ... import card as model_card
from ...card import ModelCard
from ...errors import ModelCardError
from ...files import name_as_text
from ..tflite import ModelFile
from .evidence import CALLER
from .options import OpenOptions, parse_size

CARD: Final = f"model card ({model_card.FILE_NAME})"
_MAX_CARD: Final = 16 * 2**20


def stated_size(model: ModelFile, options: OpenOptions) -> tuple[int, int] | None:
    """Return width and height that the caller or a card states for the pictures.

    Raises:
        ModelCardError: The card cannot be read.
        ValueError: The caller's size is none.
    """
    if options.input_size is not None:
        return parse_size(options.input_size)
    card, _ = stated_card(model, options.card)
    if card is None or card.input is None:
        return None
    return card.input.width, card.input.height


def stated_card(
    model: ModelFile, card: ModelCard | str | Path | None
) -> tuple[ModelCard | None, str]:
    """Return the card that the caller passes or the file holds, and where it is from.

    Raises:
        ModelCardError: It cannot be read.
    """
    if isinstance(card, ModelCard):
        return card, f"{CALLER}'s card"
    if card is None:
        return model.card, CARD
    try:
        # Bounded: a device has no end.
        with Path(card).open("rb") as file:
            data = file.read(_MAX_CARD + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelCardError(
            f"Cannot read the model card {card}: {error}. "
            "Pass a JSON file like the one that 'edgevision inspect --json' shows."
        ) from error
    if len(data) > _MAX_CARD:
        raise ModelCardError(
            f"{card} is larger than {_MAX_CARD // 2**20} MB, which no model card is. "
            "Pass a JSON file like the one that 'edgevision inspect --json' shows."
        )
    return ModelCard.from_json(text), f"{CALLER}'s card {name_as_text(card)}"
