"""Keras, loaded only when something is trained."""

from __future__ import annotations

import importlib
from typing import Any, Final

from ..devices import detect, wheels
from ..errors import MissingDependencyError

_ARM: Final = ("aarch64", "armv7l")


def load_keras() -> Any:
    """Import Keras and return it.

    Raises:
        MissingDependencyError: TensorFlow, which brings Keras, is not installed; on a
            board the sentence says that training is work for a PC.
    """
    try:
        importlib.import_module("tensorflow")
        return importlib.import_module("keras")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(_cure()) from error


def _cure() -> str:
    """Return the sentence that names the next step, which on a board is on a PC."""
    facts, board = wheels.python_facts(), detect.board()
    if board and facts.machine in _ARM:
        return (
            f"Training needs TensorFlow and is work for a PC; this is a {board}. On "
            "the PC run: pip install tensorflow , train and convert there, and copy "
            "the .tflite file to this board."
        )
    hint = wheels.tensorflow_hint(facts)
    return f"Training needs TensorFlow, which is not installed. {hint}"
