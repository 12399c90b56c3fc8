"""Write a trained network as a ``.keras`` file with its card, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ...card import ModelCard
from ...converters.keras import append_card
from ...errors import TrainingError


def save(model: Any, path: Path, card: ModelCard | None = None) -> None:
    """Save a Keras model under a temporary name, without its optimizer, and rename it.

    A file of that name is replaced. The optimizer would triple the size, nothing reads
    it again, and Keras 3 leaves it out only where there is none: hence the copy.

    Args:
        model: Made of layers that Keras, or EdgeVision, registers.
        path: The ``.keras`` file.
        card: What ``convert`` wants to know; kept inside of the file.

    Raises:
        TrainingError: The file cannot be written.
    """
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.keras")
    try:
        bare.save(unfinished)
        if card is not None:
            append_card(unfinished, card)
        os.replace(unfinished, path)
    except OSError as error:
        raise TrainingError(
            f"Cannot write {path}: {error.strerror or error}. Choose another output."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
