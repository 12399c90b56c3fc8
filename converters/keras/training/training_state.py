"""Whether a model was ever trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..source_model import SourceModel


def is_untrained(model: SourceModel) -> bool:
    """Return whether all biases and statistics are those of the initializers.

    One step of training changes them. Where a model has none, or does not show them, it
    counts as trained.

    Args:
        model: A Keras model, or a SavedModel that lists its variables.
    """
    holder = model.keep if model.keras is None else model.keras
    variables: Any = getattr(holder, "variables", None) or ()
    vectors = [
        np.asarray(variable)
        for variable in variables
        if len(variable.shape) == 1 and "float" in str(variable.dtype)
    ]
    # Random generators of augmentation layers and the like are no floats.
    return bool(vectors) and all(
        bool(np.all(vector == 0)) or bool(np.all(vector == 1)) for vector in vectors
    )
