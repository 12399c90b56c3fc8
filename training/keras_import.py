"""Keras, loaded only when something is trained."""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import MissingDependencyError


def load_keras() -> Any:
    """Import Keras and return it.

    Raises:
        MissingDependencyError: TensorFlow, which brings Keras, is not installed.
    """
    try:
        importlib.import_module("tensorflow")
        return importlib.import_module("keras")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "Training needs TensorFlow, which is not installed. "
            "Run: pip install tensorflow"
        ) from error
