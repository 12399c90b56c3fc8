"""Arrays into any interpreter, arrays out of it."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.interpreter import backends
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.interpreter.invoker import run
from support.color_model import color_model

pytestmark = pytest.mark.skipif(
    not backends.installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def picture(rng):
    return rng.integers(0, 256, (1, 8, 8, 3), np.uint8)


@pytest.fixture
def model_file(tmp_path):
    path = tmp_path / "colors.tflite"
    path.write_bytes(color_model())
    return path


def test_run_fills_invokes_and_copies(model_file, picture):
    with Interpreter(model_file) as interpreter:
        (first,) = run(interpreter, picture)
        (second,) = interpreter.run(np.zeros_like(picture))
    assert second.tolist() == [[0, 0, 0]]
    assert first.any()


def test_run_says_what_it_takes(model_file, picture):
    with Interpreter(model_file) as interpreter:
        with pytest.raises(
            ValueError, match=r"input 0 'image' takes uint8 .*got int16"
        ):
            interpreter.run(picture.astype(np.int16))
        with pytest.raises(ValueError, match="has 1 inputs, got 2 arrays"):
            interpreter.run(picture, picture)
