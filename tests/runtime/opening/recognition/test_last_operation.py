"""The operation behind an output, and what it says of the values."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.recognition.last_operation import (
    classifier_activation,
    computed_tensor,
    last_operation,
)
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier


@pytest.mark.parametrize(("softmax", "expected"), [(True, "none"), (False, "softmax")])
def test_softmax_at_the_end_means_scores(softmax, expected):
    scale = 0.0 if softmax else 1.0
    kind = "FLOAT32" if softmax else "UINT8"
    data = tiny_classifier(softmax=softmax, kind=kind, scale=scale)
    activation, why = classifier_activation(ModelFile.from_bytes(data))
    assert activation == expected
    assert ("SOFTMAX" in why) == softmax


def test_a_single_value_is_a_logit_and_never_a_softmax():
    """Softmax of one value is always 1: the cure that was proposed failed."""
    data = tiny_classifier(size=(1, 1), channels=1)
    assert classifier_activation(ModelFile.from_bytes(data))[0] == "sigmoid"


def test_operations_that_only_reshape_are_passed():
    model = ModelFile.from_bytes(tiny_classifier())
    output = model.output_tensors[0].index
    # RESHAPE alone: what is computed is the picture itself, by nothing.
    assert computed_tensor(model, output) == model.input_tensors[0].index
    assert last_operation(model, output) is None
