"""The tensors themselves, dequantized and copied, under names that are unique."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.raw import RawDecoder, RawOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

BOX = Letterbox.fit((8, 8), (8, 8))


def spec(name, dtype, shape=(1, 2), scale=0.0, zero_point=0):
    return TensorSpec(name, 0, shape, np.dtype(dtype), scale, zero_point)


def test_values_are_real_numbers_and_copies():
    tensors = [
        spec("scores", "int8", scale=0.5, zero_point=-1),
        spec("ids", "int64"),
        spec("floats", "float32"),
    ]
    raw = [
        np.asarray([[-1, 3]], np.int8),
        np.asarray([[7, 2**40]], np.int64),
        np.asarray([[0.5, np.nan]], np.float32),
    ]
    outputs = RawDecoder(tensors).decode(raw, BOX)
    assert outputs["scores"].dtype == np.float32
    assert outputs["scores"].tolist() == [[0.0, 2.0]]  # 0.5 x (q + 1)
    assert outputs["ids"].tolist() == [[7, 2**40]]
    np.testing.assert_array_equal(outputs["floats"], raw[2])
    for array, view in zip(outputs.values(), raw, strict=True):
        assert not np.shares_memory(array, view)


def test_integers_stay_where_that_is_asked():
    tensors = [spec("scores", "int8", scale=0.5, zero_point=-1)]
    raw = np.asarray([[-1, 3]], np.int8)
    decoder = RawDecoder(tensors, options=RawOptions(dequantize=False))
    assert decoder.decode([raw], BOX)["scores"].dtype == np.int8


def test_tensors_without_a_name_of_their_own_have_their_position():
    tensors = [spec("a", "float32"), spec("", "float32"), spec("a", "float32")]
    raw = [np.zeros((1, 2), np.float32)] * 3
    outputs = RawDecoder(tensors).decode(raw, BOX)
    assert list(outputs) == ["output_0", "output_1", "output_2"]


def test_a_model_without_outputs_is_a_sentence():
    with pytest.raises(UnsupportedModelError, match="no outputs"):
        RawDecoder([])
