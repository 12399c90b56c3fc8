"""Keras models: loading them and reading what their layers say.

What lives here: loaders, the model as one function, and what layers and files
say. What may not: calibration, quantization, and writing of a ``.tflite``. Start
reading at ``source_model.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .card import append_card, read_keras_card, with_card
    from .export import export_for_inference
    from .file_kinds import InnerModel, inner_model, kind_of, refuse_address
    from .first_statistics import FirstStatistics, StatisticsReader
    from .frozen_model import FrozenModel, freeze, predictor
    from .inputs import (
        described,
        draw_values,
        flat_size,
        with_picture_input,
        with_picture_outputs,
    )
    from .layers import OwnNormalization, every_layer, layer_classes, own_normalization
    from .loading import load, load_as_chosen, load_for_training
    from .output_head import OutputHead, output_heads
    from .rewriting import without_loops
    from .shapes import fixed_shapes
    from .source_model import ModelInput, SourceModel, from_keras
    from .summary import SUFFIXES, summarise_keras
    from .training import (
        TrainedPictures,
        append_trained_pictures,
        is_untrained,
        read_trained_pictures,
    )
    from .two_kerases import is_keras_2
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "card": "append_card read_keras_card with_card",
            "export": "export_for_inference",
            "file_kinds": "InnerModel inner_model kind_of refuse_address",
            "first_statistics": "FirstStatistics StatisticsReader",
            "frozen_model": "FrozenModel freeze predictor",
            "inputs": (
                "described draw_values flat_size with_picture_input "
                "with_picture_outputs"
            ),
            "layers": "OwnNormalization every_layer layer_classes own_normalization",
            "loading": "load load_as_chosen load_for_training",
            "output_head": "OutputHead output_heads",
            "rewriting": "without_loops",
            "shapes": "fixed_shapes",
            "source_model": "ModelInput SourceModel from_keras",
            "summary": "SUFFIXES summarise_keras",
            "training": (
                "TrainedPictures append_trained_pictures is_untrained "
                "read_trained_pictures"
            ),
            "two_kerases": "is_keras_2",
        },
    )
