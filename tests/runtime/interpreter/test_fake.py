"""One script through the fake and the real one, so that the fake cannot drift."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.tensors.spec import TensorSpec
from support.color_model import color_model


def make_real():
    return Interpreter(color_model())


def make_fake():
    image = TensorSpec("image", 0, (1, 8, 8, 3), np.dtype("uint8"), 1.0, 0)
    means = TensorSpec("means", 2, (1, 3), np.dtype("uint8"), 1.0, 0)
    return FakeInterpreter(
        [image], [means], lambda x: [np.rint(x.reshape(-1, 3).mean(axis=0))[None]]
    )


@pytest.fixture(params=["fake", "real"])
def interpreter(request):
    if request.param == "real" and not installed_backends():
        pytest.skip("no TFLite interpreter is installed")
    return {"fake": make_fake, "real": make_real}[request.param]()


def test_fake_and_real_follow_the_same_script(interpreter, rng):
    assert [t.shape for t in interpreter.inputs] == [(1, 8, 8, 3)]
    assert [t.name for t in interpreter.outputs] == ["means"]
    assert interpreter.inputs[0].dtype == np.uint8
    assert interpreter.input_signatures == ((1, 8, 8, 3),)
    picture = rng.integers(0, 256, (1, 8, 8, 3), np.uint8)
    expected = picture.reshape(-1, 3).mean(axis=0)

    interpreter.input(0)[...] = picture
    interpreter.invoke()
    outputs = interpreter.outputs_now()
    assert len(outputs) == 1
    assert np.abs(outputs[0][0] - expected).max() <= 0.51
    with pytest.raises(RuntimeError, match="a view from input.. or outputs_now.. is"):
        interpreter.invoke()
    del outputs
    view = interpreter.input(0)
    with pytest.raises(RuntimeError, match="is still held"):
        interpreter.invoke()
    part = view[0, :2]
    del view
    with pytest.raises(RuntimeError, match="is still held"):
        interpreter.invoke()
    del part
    interpreter.invoke()

    (copied,) = interpreter.run(picture)
    interpreter.invoke()  # run returned copies
    assert np.abs(copied[0] - expected).max() <= 0.51
    with pytest.raises(ValueError, match="has 1 inputs, got 0 arrays"):
        interpreter.run()
    with pytest.raises(ValueError, match="takes uint8 .* got float64"):
        interpreter.run(picture / 255)
    with pytest.raises(IndexError):
        interpreter.input(1)
    for name in ("backend", "backend_version", "delegate", "thread_choice"):
        assert isinstance(getattr(interpreter, name), str)
    assert interpreter.threads >= 1

    with interpreter as same:
        assert same is interpreter
    interpreter.close()
    for use in (interpreter.invoke, interpreter.outputs_now, interpreter.input):
        with pytest.raises(ValueError, match="is closed"):
            use()
