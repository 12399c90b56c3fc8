"""Random vectors as samples, for models that make pictures from a vector.

Their latents are drawn as the device draws them. Uniform numbers instead of normal
ones choose ranges that break the pictures visibly.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...errors import EdgeVisionError
from ..keras import SUFFIXES, SourceModel, summarise_keras

# Far from the seeds that people choose, so that what was verified is not what is seen.
LATENT_SEED: Final = 2**31
HELD_OUT: Final = 64
_MOST: Final = 65_536


def may_take_latents(model: Any) -> bool:
    """Return whether a model may be one that needs no sample inputs.

    A cheap look, before TensorFlow is started; where it cannot tell, it says yes and
    :func:`drawn_latents` decides.

    Args:
        model: A path, or a Keras model.
    """
    if not isinstance(model, (str, os.PathLike)):
        shapes = [tuple(item.shape) for item in getattr(model, "inputs", None) or ()]
        return _is_vector(shapes) if shapes else True
    path = Path(model)
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return True
    try:
        shapes = [tuple(shape) for shape in summarise_keras(path)["inputs"]]
    except EdgeVisionError:
        return True  # the child says what is wrong with it
    return _is_vector(shapes) if shapes else True


def drawn_latents(
    model: SourceModel, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[str, tuple[int, ...]] | None:
    """Return name and shape of the one vector that a generator takes.

    Args:
        model: The model.
        shapes: Fixed shapes per input name, batch axis included.

    Returns:
        The shape is without the batch axis; None means that the model is no generator.
    """
    if len(model.inputs) != 1 or not model.inputs[0].dtype.startswith("float"):
        return None
    name = model.inputs[0].name
    shape = shapes[name][1:]
    outputs = [
        tuple(item.shape) for item in getattr(model.keras, "outputs", None) or ()
    ]
    if len(shape) != 1 or shape[0] > _MOST or len(outputs) != 1:
        return None
    is_picture = len(outputs[0]) == 4 and outputs[0][-1] in (1, 3)
    return (name, shape) if is_picture else None


def _is_vector(shapes: list[tuple[int | None, ...]]) -> bool:
    return len(shapes) == 1 and len(shapes[0]) == 2
