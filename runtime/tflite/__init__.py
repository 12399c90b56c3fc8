"""What a ``.tflite`` file holds, read without an interpreter.

What lives here: bounds-checked reading of graph, metadata and archive, and what a graph
costs. What may not: NumPy work on pictures, and interpreters. Start reading at
``model_file.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...registry import lazy_names

if TYPE_CHECKING:
    from .flatbuffer import Reader, Table
    from .foreign import HARDWARE, compiled_words
    from .graph import Graph, Operator, Signature, Tensor
    from .macs import count_macs
    from .metadata import (
        AXIS_LABELS,
        ENTRY,
        FILE_KINDS,
        IDENTIFIER,
        VALUE_LABELS,
        Metadata,
        TensorMetadata,
    )
    from .model_cost import Cost, cost, tensor_rows
    from .model_file import ModelFile
    from .operator_versions import RUNTIMES, missing_operators
    from .resized_file import resized
    from .tensor_memory import activation_bytes
    from .validation import check_model
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "flatbuffer": "Reader Table",
            "foreign": "HARDWARE compiled_words",
            "graph": "Graph Operator Signature Tensor",
            "macs": "count_macs",
            "metadata": (
                "AXIS_LABELS ENTRY FILE_KINDS IDENTIFIER Metadata TensorMetadata "
                "VALUE_LABELS"
            ),
            "model_cost": "Cost cost tensor_rows",
            "model_file": "ModelFile",
            "operator_versions": "RUNTIMES missing_operators",
            "resized_file": "resized",
            "tensor_memory": "activation_bytes",
            "validation": "check_model",
        },
    )

MODULES: Final = ("schema",)
"""Modules that others use whole, by their names."""
