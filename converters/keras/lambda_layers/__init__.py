"""Lambda layers: what a file says about them without running their code.

What lives here: shapes, stored code as data, and likely expressions. What may not:
loading of models, and anything that executes a file's code. Start reading at
``lambda_layer.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .lambda_layer import LambdaLayer, find_lambda_layers
    from .refusal import lambda_refusal, refuse_unreadable, unsafe_failure
    from .stand_in import StandIn, by_layer, stand_ins
    from .suggestions import Suggestion
    from .weight_shapes import kernel_shapes
    from .words import describe_lambda, lambda_facts, lambda_options
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "lambda_layer": "LambdaLayer find_lambda_layers",
            "refusal": "lambda_refusal refuse_unreadable unsafe_failure",
            "stand_in": "StandIn by_layer stand_ins",
            "suggestions": "Suggestion",
            "weight_shapes": "kernel_shapes",
            "words": "describe_lambda lambda_facts lambda_options",
        },
    )
