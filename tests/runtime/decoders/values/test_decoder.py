"""Numbers from tensors, by hand and by NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders import named_decoder
from edgevision.runtime.decoders.values.decoder import ValuesDecoder
from edgevision.runtime.decoders.values.options import ValuesOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import ModelError, UnsupportedModelError

FRAME = Letterbox.fit((8, 8), (8, 8))
FLOAT = np.dtype(np.float32)
I8 = TensorSpec("age", 0, (1, 1), np.dtype(np.int8), 0.5, -28)
U8 = TensorSpec("age", 0, (1, 1), np.dtype(np.uint8), 0.5, 100)
I16 = TensorSpec("age", 0, (1, 1), np.dtype(np.int16), 1 / 64, 0)


def decode(specs, raws, labels=(), **options):
    decoder = named_decoder(
        "values", specs, model_size=(8, 8), labels=labels, options=options
    )
    return decoder.decode(raws, FRAME)


@pytest.mark.parametrize(
    ("spec", "raw", "value"),
    [
        (I8, 100, 64.0),  # 0.5 x (100 + 28)
        (I8, -128, -50.0),
        (U8, 90, -5.0),  # 0.5 x (90 - 100): no wrap-around
        (I16, -640, -10.0),
        (TensorSpec("x", 0, (1, 1), FLOAT), 37.25, 37.25),
        (TensorSpec("x", 0, (), FLOAT), 2.5, 2.5),
        (TensorSpec("n", 0, (1,), np.dtype(np.int64)), 7, 7.0),
    ],
)
def test_one_number(spec, raw, value):
    result = decode([spec], [np.full(spec.shape, raw, spec.dtype)])
    assert [(v.name, v.value, v.unit, v.range) for v in result] == [
        ("value", value, "", None)
    ]
    assert result.values.dtype == np.float32


def test_several_outputs_are_read_together_with_names_of_the_command_line():
    specs = [TensorSpec(n, i, (1, 1), FLOAT) for i, n in enumerate("ab")]
    result = decode(
        specs,
        [np.asarray([[0.5]], np.float32), np.asarray([[0.25]], np.float32)],
        names="angle,throttle",
        units="deg,",
        ranges="-30:30,0:1",
        scale=[30, 1],
        offset=1,
    )
    assert [(v.name, v.value, v.unit, v.range) for v in result] == [
        ("angle", 16.0, "deg", (-30.0, 30.0)),
        ("throttle", 1.25, "", (0.0, 1.0)),
    ]


def test_labels_give_the_names_and_the_option_comes_first():
    spec = [TensorSpec("v", 0, (1, 2), FLOAT)]
    raw = [np.zeros((1, 2), np.float32)]
    assert decode(spec, raw, ("x", "y")).names == ("x", "y")
    assert decode(spec, raw, ("x", "y"), names=["a", "b"]).names == ("a", "b")
    assert decode(spec, raw).names == ("value_0", "value_1")


@given(
    data=st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=9),
    scale=st.floats(-100, 100, width=32),
    offset=st.floats(-100, 100, width=32),
    activation=st.sampled_from(["none", "sigmoid", "tanh"]),
)
def test_values_are_activation_times_scale_plus_offset(data, scale, offset, activation):
    raw = np.asarray([data], np.float32)
    spec = TensorSpec("v", 0, raw.shape, FLOAT)
    result = decode(
        [spec], [raw], activation=activation, scale=scale, offset=offset
    ).values
    wide = raw[0].astype(np.float64)
    applied = {
        "none": wide,
        "sigmoid": 1 / (1 + np.exp(-wide)),
        "tanh": np.tanh(wide),
    }[activation]
    np.testing.assert_allclose(result, applied * scale + offset, rtol=1e-4, atol=1e-4)


@given(st.integers(-128, 127), st.integers(-128, 127), st.sampled_from([0.25, 0.013]))
def test_quantized_values_are_their_reals(raw, zero_point, scale):
    spec = TensorSpec("v", 0, (1, 1), np.dtype(np.int8), scale, zero_point)
    result = decode([spec], [np.asarray([[raw]], np.int8)])
    assert result.values[0] == pytest.approx(scale * (raw - zero_point), rel=1e-6)


def test_the_result_outlives_the_interpreters_memory():
    raw = np.asarray([[1.5]], np.float32)
    result = decode([TensorSpec("v", 0, (1, 1), FLOAT)], [raw])
    raw[:] = 9
    assert result.values[0] == 1.5


def test_one_step_is_told_in_each_values_unit():
    specs = [I8, TensorSpec("f", 1, (1, 2), FLOAT)]
    decoder = named_decoder(
        "values", specs, model_size=(8, 8), options={"scale": "10,1,1"}
    )
    np.testing.assert_allclose(decoder.steps([0.5, 0.0]), [5.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"names": "a,b,c"}, "names has 3 entries, but the model returns 2 values"),
        ({"names": "a,a"}, "names must name each of the 2 values by a text of its own"),
        ({"names": 5}, "names has 1 entries"),
        ({"units": ["deg", 3]}, "units must be texts, such as angle,throttle"),
        ({"ranges": "5:1,0:1"}, "ranges must be pairs of a lower and a higher number"),
        ({"ranges": "high"}, "ranges must be pairs"),
        ({"ranges": {"a": 1}}, "ranges must be pairs"),
        ({"ranges": "0:1,0:1,0:1"}, "ranges has 3 entries"),
        ({"scale": "fast"}, "scale must be a number or numbers, got 'fast'"),
        ({"scale": 1e40}, "scale must be 1e.30 at most, got 1e.40"),
        ({"scale": True}, "scale must be a number"),
        ({"offset": float("nan")}, "offset must be a number"),
        ({"offset": [1, 2, 3]}, "offset has 3 entries"),
        ({"activation": "softmax"}, "activation softmax is for expected"),
        ({"name": "a,b"}, "Did you mean 'names'"),
    ],
)
def test_what_does_not_fit_is_said(options, sentence):
    spec = TensorSpec("v", 0, (1, 2), FLOAT)
    with pytest.raises(ValueError, match=sentence):
        decode([spec], [np.zeros((1, 2), np.float32)], **options)


def test_labels_that_do_not_fit_are_said():
    spec = TensorSpec("v", 0, (1, 2), FLOAT)
    with pytest.raises(ValueError, match="labels has 1 entries"):
        decode([spec], [np.zeros((1, 2), np.float32)], ("one",))


def test_pictures_and_texts_are_no_values():
    for shape, dtype in (((1, 224, 224, 3), FLOAT), ((1, 0), FLOAT), ((1,), "O")):
        with pytest.raises(UnsupportedModelError, match="Pass --decoder if this"):
            ValuesDecoder([TensorSpec("v", 0, shape, np.dtype(dtype))])


def test_what_is_no_number_is_an_error():
    spec = TensorSpec("v", 0, (1, 1), FLOAT)
    for raw in (np.nan, np.inf):
        with pytest.raises(ModelError, match="NaN or infinity"):
            decode([spec], [np.full((1, 1), raw, np.float32)])
    with pytest.raises(ModelError, match="NaN or infinity"):
        decode([spec], [np.full((1, 1), 1e38, np.float32)], scale=1e4)


def test_the_mean_of_bins_is_weighed_by_their_scores():
    """By hand: (0 x 0.25 + 50 x 0.5 + 100 x 0.25), and a softmax of equal logits."""
    scores = np.array([[0.25, 0.5, 0.25]], np.float32)
    tensor = TensorSpec("age", 0, (1, 3), np.dtype(np.float32))
    box = Letterbox.fit((4, 4), (4, 4))
    for numbers, options in (
        (scores, {}),
        (scores * 3, {}),
        (np.full((1, 3), 7, np.float32), {"activation": "softmax"}),
    ):
        known = ValuesOptions(names="age", expected="0..100", **options)
        decoder = ValuesDecoder([tensor], options=known)
        assert decoder.decode([numbers], box)["age"].value == pytest.approx(50)
    decoder = ValuesDecoder([tensor], options=ValuesOptions(expected=[0, 100]))
    with pytest.raises(ModelError, match="Pass --option activation=softmax"):
        decoder.decode([np.array([[-4, 1, 9]], np.float32)], box)


def test_head_poses_of_66_bins_in_three_outputs():
    """Hopenet: bins of 3 degrees from -99; the middle of two bins is between them."""
    tensors = [TensorSpec(n, i, (1, 66), np.dtype("f4")) for i, n in enumerate("ypr")]
    scores = [np.zeros((1, 66), np.float32) for _ in range(3)]
    for one, bins in zip(scores, ([33], [0], [10, 11]), strict=True):
        one[0, bins] = 1
    known = ValuesOptions(names="yaw,pitch,roll", expected="-99..96")
    decoder = ValuesDecoder(tensors, options=known)
    result = decoder.decode(scores, Letterbox.fit((4, 4), (4, 4)))
    assert [one.value for one in result] == pytest.approx([0, -99, -67.5])
    # A step of one bin's score moves the mean by at most the sum of all bins.
    assert (decoder.steps([1 / 256] * 3) > 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"expected": "0-100"}, "expected must be the values of the first"),
        ({"expected": [3, 3]}, "expected must be the values of the first"),
        ({"activation": "softmax"}, "activation softmax is for expected"),
    ],
)
def test_bins_that_are_none_are_a_sentence(options, words):
    with pytest.raises(ValueError, match=words):
        ValuesOptions(**options)
