"""Tensors in words."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.inspection.tensor_facts import TensorFacts


@pytest.mark.parametrize(
    ("shape", "words"),
    [((1, 4, 4, 3), "1x4x4x3 int8"), ((1, -1, 3), "1x?x3 int8"), ((), "scalar int8")],
)
def test_shape_and_type_in_words(shape, words):
    facts = TensorFacts("image", 3, "int8", shape, 0.5, -128)
    assert facts.size_and_type == words
    assert facts.to_dict()["shape"] == list(shape)
