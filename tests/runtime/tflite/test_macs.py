"""Multiply-accumulates counted by hand for one operator each."""

from __future__ import annotations

import pytest
from edgevision.runtime.tflite.macs import count_macs
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_tflite import Operator, Tensor, build

CONV_2D, DEPTHWISE, FULLY_CONNECTED, TRANSPOSE_CONV, BATCH_MATMUL, ADD = (
    3,
    4,
    9,
    67,
    126,
    0,
)

# code, input shapes, output shape, multiply-accumulates
OPERATORS = [
    # 4x4 places, 8 filters of 3x3x2
    (CONV_2D, [(1, 8, 8, 2), (8, 3, 3, 2)], (1, 4, 4, 8), 4 * 4 * 8 * 3 * 3 * 2),
    # grouped: each filter sees one channel of two
    (CONV_2D, [(1, 8, 8, 2), (8, 3, 3, 1)], (1, 4, 4, 8), 4 * 4 * 8 * 3 * 3),
    (DEPTHWISE, [(1, 8, 8, 6), (1, 3, 3, 6)], (1, 8, 8, 6), 8 * 8 * 6 * 3 * 3),
    (FULLY_CONNECTED, [(1, 64), (10, 64)], (1, 10), 640),
    # each of 4x4x3 input values meets 2x2 places of 5 filters
    (
        TRANSPOSE_CONV,
        [(4,), (5, 2, 2, 3), (1, 4, 4, 3)],
        (1, 8, 8, 5),
        4 * 4 * 3 * 2 * 2 * 5,
    ),
    (BATCH_MATMUL, [(2, 3, 4), (2, 4, 5)], (2, 3, 5), 2 * 3 * 5 * 4),
    (ADD, [(1, 8), (1, 8)], (1, 8), 0),
]


@pytest.mark.parametrize(("code", "inputs", "output", "expected"), OPERATORS)
def test_operator_counts_what_paper_and_pencil_count(code, inputs, output, expected):
    tensors = [Tensor(shape) for shape in (*inputs, output)]
    indices = list(range(len(inputs)))
    data = build(tensors, [Operator(code, indices, [len(inputs)])], [0], [len(inputs)])
    assert count_macs(ModelFile.from_bytes(data)) == expected


# file -> millions, as published
PUBLISHED = [
    ("mobilenet_v2_1.0_224_quant.tflite", 300.0),
    ("mobilenet_v1_1.0_224_quant_embedding_extractor.tflite", 568.0),
    ("cifar10_resnet8_int8_reference.tflite", 12.5),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "millions"), PUBLISHED)
def test_real_models_count_what_was_published(shared, name, millions):
    found = count_macs(ModelFile.open(shared / "models" / name)) / 1e6
    assert found == pytest.approx(millions, rel=0.005)
