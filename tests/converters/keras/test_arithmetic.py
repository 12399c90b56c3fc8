"""Arithmetic before the first layer is read, and nothing that is not certain."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.arithmetic import read_arithmetic
from edgevision.converters.keras.layers import own_normalization

PICTURE = {
    "class_name": "__keras_tensor__",
    "config": {"shape": [None, 8, 8, 3], "keras_history": ["input", 0, 0]},
}


def entry(*args, kind="Subtract", **changes):
    return {
        "module": "keras.src.ops.numpy",
        "class_name": kind,
        "name": "step",
        "inbound_nodes": [{"args": list(args), "kwargs": {}}],
        **changes,
    }


def tensor(value):
    return {"class_name": "__tensor__", "config": {"value": value, "dtype": "float32"}}


@pytest.mark.parametrize("kind", ["Add", "Subtract", "Multiply", "TrueDivide"])
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("value", [2, 0.5, [1.0, 2.0, 4.0], [[[[1.0, 2.0, 4.0]]]]])
def test_a_step_is_the_line_that_it_computes(kind, first, value):
    constant = value if isinstance(value, (int, float)) else tensor(value)
    args = (constant, PICTURE) if first else (PICTURE, constant)
    step = read_arithmetic(entry(*args, kind=kind))
    line = step.after(np.array([3.0]), np.array([5.0]))
    if kind == "TrueDivide" and first:
        assert line is None
        return
    x = np.arange(6.0).reshape(2, 3)
    before, number = 3 * x + 5, np.asarray(value, np.float64).reshape(-1)
    a, b = (number, before) if first else (before, number)
    expected = {
        "Add": np.add,
        "Subtract": np.subtract,
        "Multiply": np.multiply,
        "TrueDivide": np.divide,
    }[kind](a, b)
    np.testing.assert_allclose(line[0] * x + line[1], expected)


@pytest.mark.parametrize(
    "wrong",
    [
        entry(PICTURE, PICTURE),
        entry(1.0, 2.0),
        entry(PICTURE, True),
        entry(PICTURE, "1"),
        entry(PICTURE, tensor([[1.0, 2.0, 4.0], [1.0, 2.0, 4.0]])),  # not per channel
        entry(PICTURE, tensor([1.0, 2.0])),
        entry(PICTURE, tensor([float("nan")])),
        entry(PICTURE, tensor([[1.0], [2.0, 3.0]])),
        entry(PICTURE),
        entry(PICTURE, 1.0, kind="Power"),
        entry(PICTURE, 1.0, module="mine.layers"),
        entry(PICTURE, 1.0, inbound_nodes=[]),
        entry(PICTURE, 1.0, inbound_nodes=[{"args": [PICTURE, 1.0]}] * 2),
        entry(inbound_nodes=[{"args": [PICTURE], "kwargs": {"x2": 1.0}}]),
        entry(inbound_nodes=[[["input", 0, 0, {}]]]),  # of Keras 2
        {},
    ],
)
def test_what_is_not_certain_is_not_read(wrong):
    assert read_arithmetic(wrong) is None


def test_a_division_by_nothing_is_no_line():
    step = read_arithmetic(entry(PICTURE, 0.0, kind="TrueDivide"))
    assert step.after(np.array([1.0]), np.array([0.0])) is None


@pytest.mark.tf
@pytest.mark.parametrize(
    ("name", "nested"),
    [("mobilenet_v2", False), ("densenet", False), ("densenet", True)],
)
def test_preprocess_input_is_recognised(tmp_path, rng, name, nested):
    import keras

    picture = keras.Input((8, 8, 3))
    prepared = getattr(keras.applications, name).preprocess_input(picture)
    if nested:
        inner = keras.Model(picture, prepared)
        picture = keras.Input((8, 8, 3))
        prepared = inner(picture)
    model = keras.Model(picture, keras.layers.Conv2D(2, 3)(prepared))
    model.save(tmp_path / "net.keras")
    loaded = keras.models.load_model(tmp_path / "net.keras")
    own = own_normalization(loaded)
    assert own is not None
    assert own.eats_pixels
    pixels = rng.integers(0, 256, (1, 8, 8, 3)).astype(np.float32)
    expected = keras.Model(picture, prepared)(pixels)
    np.testing.assert_allclose(
        (pixels - own.mean) / own.std, np.asarray(expected), atol=1e-5
    )


@pytest.mark.tf
@pytest.mark.parametrize("kind", ["unit range", "negative", "two ways", "reordered"])
def test_other_beginnings_are_not_taken_for_normalization(kind):
    import keras

    picture = keras.Input((8, 8, 3))
    if kind == "unit range":  # for 0..1, not for pixels
        found = picture * 2 - 1
    elif kind == "negative":
        found = 1 - picture / 255
    elif kind == "two ways":
        found = picture / 255 + keras.ops.mean(picture)
    else:
        found = keras.applications.resnet50.preprocess_input(picture)
    model = keras.Model(picture, keras.layers.Conv2D(2, 3)(found))
    own = own_normalization(model)
    assert own is None or not own.eats_pixels


@pytest.mark.tf
@pytest.mark.parametrize("kind", ["reordered", "square", "two ways"])
def test_a_nested_model_is_walked_to_its_end_or_ends_the_walk(kind):
    """What stands behind steps that were not read says nothing about pixels."""
    import keras

    picture = keras.Input((8, 8, 3))
    inner = {
        "reordered": lambda: picture[..., ::-1],
        "square": lambda: keras.ops.square(picture / 255),
        "two ways": lambda: picture / 255 + keras.ops.mean(picture),
    }[kind]()
    nested = keras.Model(picture, inner)
    picture = keras.Input((8, 8, 3))
    if kind == "reordered":
        means = keras.layers.Normalization(mean=[100, 110, 120], variance=[1, 1, 1])
        found = means(nested(picture))
    else:
        found = nested(picture) * 2 - 1
    model = keras.Model(picture, keras.layers.Conv2D(2, 3)(found))
    own = own_normalization(model)
    if kind == "square":  # only its first step is known, and true
        assert own.std == pytest.approx((255,))
        assert own.mean == pytest.approx((0,))
    else:
        assert own is None
