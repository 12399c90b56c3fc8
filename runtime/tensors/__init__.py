"""What is known of a tensor, and the way between its integers and real numbers.

What lives here: the specification of a tensor and quantization arithmetic. What may
not: files and interpreters. Start reading at ``spec.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .quantization import lowest_passing, quantize, to_real, to_tensor
    from .spec import TensorSpec, shapes_of
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "quantization": "lowest_passing quantize to_real to_tensor",
            "spec": "TensorSpec shapes_of",
        },
    )
