"""What proves how pixels become a model's input values."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.opening import resolve
from edgevision.runtime.opening.image_input import ImageInput
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.opening.pixel_scale import (
    ProvenNormalization,
    prove_from_tensor,
    real_range,
    resolve_normalization,
)
from edgevision.runtime.opening.recognition import Recognition
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier


def spec(dtype, scale=0.0, zero_point=0):
    return TensorSpec("x", 0, (1, 4, 4, 3), np.dtype(dtype), scale, zero_point)


@pytest.mark.parametrize(
    ("tensor", "mean", "std"),
    [
        (spec("uint8"), 0.0, 1.0),  # without a scale: raw pixels
        (spec("int32"), 0.0, 1.0),
        (spec("uint8", 1.0), 0.0, 1.0),
        (spec("uint8", 1 / 255), 0.0, 255.0),
        (spec("int8", 1 / 255, -128), 0.0, 255.0),
        (spec("int8", 1 / 127.5, -1), 127.5, 127.5),
        (spec("int8", 0.9922 / 255, -128), 0.0, 255.0),  # calibrated without white
        (spec("uint8", 253 / 255), 0.0, 1.0),
    ],
)
def test_a_range_proves_its_normalization(tensor, mean, std):
    proven = prove_from_tensor(tensor)
    assert proven is not None
    assert (proven.mean, proven.std) == ((mean,), (std,))


@pytest.mark.parametrize(
    "tensor",
    [
        spec("float32"),
        spec("uint8", 0.1),
        spec("uint8", 0.84 / 255),
        spec("int16", 1 / 32768),
        spec("int8"),
    ],
)
def test_other_ranges_prove_nothing(tensor):
    assert prove_from_tensor(tensor) is None


def test_the_range_is_that_of_the_integers():
    low, high = real_range(spec("int8", 0.5, -128))
    assert (low, high) == (0.0, 127.5)


PUBLISHED = ProvenNormalization((127.5,), (127.5,), "its graph")


@pytest.mark.parametrize(
    ("tensor", "words"),
    [(spec("float32"), "its graph"), (spec("uint8"), "uint8 input without a scale")],
)
def test_a_published_graph_counts_where_the_tensor_proves_nothing(tensor, words):
    model = ModelFile.from_bytes(tiny_classifier())
    image = ImageInput(tensor, 4, 4, 3)
    proven = resolve_normalization(model, image, None, None, PUBLISHED)
    assert proven.words.startswith(words)


KIND = Recognition(
    "classifier",
    "a kind that everybody knows",
    normalize="signed",
    resize="letterbox",
    labels=("a", "b"),
    input_evidence="the graph of its makers",
)


def test_a_recognised_kind_says_how_its_input_is_filled(monkeypatch):
    monkeypatch.setattr(
        "edgevision.runtime.opening.without_card.recognise", lambda model, task: KIND
    )
    model = ModelFile.from_bytes(
        tiny_classifier(kind="FLOAT32", scale=0.0, size=(1, 1), channels=3)
    )
    settings = resolve(model)
    assert settings.card.input is not None
    assert settings.card.input.resize == "letterbox"
    assert settings.card.input.mean == (127.5,)
    assert settings.card.output.labels == ("a", "b")
    for choice in ("resize", "normalization", "labels"):
        assert settings.evidence[choice].startswith("the graph of its makers")
    stated = resolve(model, OpenOptions(normalize="unit", resize="stretch"))
    assert stated.card.input is not None
    assert stated.card.input.std == (255.0,)
    assert stated.card.input.resize == "stretch"
