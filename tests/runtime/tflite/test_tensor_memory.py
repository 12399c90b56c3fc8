"""What is alive at once, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.tflite.model_file import ModelFile
from edgevision.runtime.tflite.tensor_memory import activation_bytes
from support.tiny_tflite import ADD, Operator, Tensor, build


def test_chain_holds_input_output_and_one_step():
    # in(400) -> a(400) -> b(40) -> out(4): the input stays, the middle comes and goes.
    sizes = (100, 100, 10, 1)
    tensors = [Tensor((1, size)) for size in sizes]
    operators = [Operator(ADD, [i, i], [i + 1]) for i in range(3)]
    model = ModelFile.from_bytes(build(tensors, operators, [0], [3]))
    # in + a + b are alive while the second operator runs.
    assert activation_bytes(model) == 4 * (100 + 100 + 10)


def test_weights_are_not_activations_and_a_branch_keeps_its_tensor():
    weights = np.zeros((1, 50), np.float32)
    tensors = [
        Tensor((1, 50), "int8", 1.0),
        Tensor((1, 50), data=weights),
        Tensor((1, 50), "int8", 1.0),
        Tensor((1, 50), "int8", 1.0),
        Tensor((1, 50), "int8", 1.0),
    ]
    operators = [
        Operator(ADD, [0, 1], [2]),
        Operator(ADD, [2, 2], [3]),
        Operator(ADD, [2, 3], [4]),
    ]
    model = ModelFile.from_bytes(build(tensors, operators, [0], [4]))
    assert activation_bytes(model) == 4 * 50


@pytest.mark.shared
def test_real_model_needs_its_two_largest_neighbours_at_least(shared):
    name = "mobilenet_v2_1.0_224_quant.tflite"
    found = activation_bytes(ModelFile.open(shared / "models" / name))
    # The expansion of the second block: 112x112x96 beside 112x112x16.
    assert 112 * 112 * (96 + 16) <= found < 3_000_000
