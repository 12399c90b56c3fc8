"""The public functions, each a thin door to the folder that does the work.

Nothing is imported until a function is called.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .converters.report import ConversionReport


def convert(
    model: Any,
    output: str | os.PathLike[str] | None = None,
    *,
    calibration: Any = None,
    verify: Any = None,
    labels: str | os.PathLike[str] | Sequence[str] | None = None,
    **options: Any,
) -> ConversionReport:
    """Convert a trained Keras model to one checked ``.tflite`` file.

    Args:
        model: The path of a ``.keras`` or ``.h5`` file or of a SavedModel folder, or a
            Keras model.
        output: The ``.tflite`` to write; by default beside the model's file.
        calibration: Sample inputs that choose ranges: a folder, a file, pixels as an
            array (N, H, W, C), or a callable that yields pictures.
        verify: The same, to compare with the float model; ``(images, labels)`` for true
            classes. By default a part of the calibration set is held back.
        labels: One text per class, or the path of a label file.
        options: See :func:`edgevision.converters.convert.convert`.

    Returns:
        What was made and measured.

    Raises:
        EdgeVisionError: The model, the samples or the result are not usable, or a
            budget was missed.
        ValueError: An option has a value that it cannot have.
    """
    from .converters.convert import convert as work

    return work(
        model, output, calibration=calibration, verify=verify, labels=labels, **options
    )
