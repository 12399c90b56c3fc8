"""Write a trained network as a ``.keras`` file with its card, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...card import ModelCard
from ...converters.keras import append_card, append_trained_pictures
from ...errors import TrainingError
from ...files import part_folder, publish_file


def save(
    model: Any,
    path: Path,
    card: ModelCard | None = None,
    *,
    trained_on: Sequence[str] = (),
) -> None:
    """Save a Keras model under a temporary name, without its optimizer, and rename it.

    A file of that name is replaced. The optimizer would triple the size, and nothing
    reads it again. Keras 3 saves every optimizer, so a copy without one is saved.

    Args:
        model: Made of layers that Keras, or EdgeVision, registers.
        path: The ``.keras`` file.
        card: What ``convert`` must know; stored inside the file.
        trained_on: SHA-256 of each picture file, so that they are known again.

    Raises:
        TrainingError: The file cannot be written.
    """
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    try:
        with part_folder(path.parent) as folder:
            unfinished = folder / path.name
            bare.save(unfinished)
            if card is not None:
                append_card(unfinished, card)
            append_trained_pictures(unfinished, trained_on)
            publish_file(unfinished, path)
    except OSError as error:
        raise TrainingError(
            f"Cannot write {path}: {error.strerror or error}. Choose another output."
        ) from error
