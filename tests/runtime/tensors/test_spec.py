"""What is known of one tensor."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.tensors.spec import TensorSpec, shapes_of


def test_size_and_quantization():
    plain = TensorSpec("x", 0, (1, 3, 4), np.dtype("float32"))
    assert (plain.size, plain.is_quantized) == (12, False)
    quantized = TensorSpec("x", 0, (), np.dtype("int8"), 0.5, -3)
    assert (quantized.size, quantized.is_quantized) == (1, True)
    assert shapes_of([plain, plain]) == "1x3x4, 1x3x4"
    assert shapes_of([]) == ""


def test_floats_stand_for_themselves_whatever_a_file_says():
    spec = TensorSpec("x", 0, (1, 4), np.dtype(np.float32), 0.5, 3)
    assert not spec.is_quantized
