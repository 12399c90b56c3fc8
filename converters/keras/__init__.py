"""Keras models: loading them and reading what their layers say.

What lives here: loaders, the model as one function, and what is found in layers and
files. What may not: calibration, quantization, and writing of a ``.tflite``. Start
reading at ``source_model.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .card import append_card, read_keras_card, with_card
    from .layers import OwnNormalization, own_normalization
    from .loading import kind_of, load
    from .source_model import (
        FrozenModel,
        ModelInput,
        SourceModel,
        fixed_shapes,
        freeze,
        from_keras,
        predictor,
    )
    from .summary import SUFFIXES, summarise_keras
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "card": "append_card read_keras_card with_card",
            "layers": "OwnNormalization own_normalization",
            "loading": "kind_of load",
            "source_model": (
                "FrozenModel ModelInput SourceModel fixed_shapes freeze from_keras "
                "predictor"
            ),
            "summary": "SUFFIXES summarise_keras",
        },
    )
