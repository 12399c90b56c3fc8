"""Published networks: pixels in, scores out, at any width; int8 as on a device."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.build.recipes import recipe
from edgevision.converters.build.tflite_bytes import build as to_tflite
from edgevision.converters.keras.frozen_model import freeze
from edgevision.converters.keras.shapes import fixed_shapes
from edgevision.converters.keras.source_model import from_keras
from edgevision.converters.samples.calibration import feed
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.tensors.quantization import to_real
from edgevision.training.networks.architectures import ARCHITECTURES, build, input_of
from edgevision.training.networks.published import Published

from edgevision.registry import resolve

PUBLISHED = [name for name, at in ARCHITECTURES.items() if ".published:" in at]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_network_says_what_it_takes(name):
    made = resolve("architecture", name, ARCHITECTURES)
    assert isinstance(made, Published)
    assert input_of(name) == (made.size, made.color)
    assert made.cached.endswith(("notop.h5", "no_top.h5", "no_top_v2.h5"))


def test_gray_and_small_pictures_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="at least 71x71 pixels for xception"):
        build("xception", (64, 64, 3), 3)
    pytest.importorskip("tensorflow")
    with pytest.raises(ValueError, match="MobileNetV2 takes three channels, got 1"):
        build("mobilenet-v2", (32, 32, 1), 3)


@pytest.mark.tf
@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_narrow_network_learns_a_step_and_becomes_int8(name, tmp_path, rng):
    side = resolve("architecture", name, ARCHITECTURES).minimum
    model = build(name, (side, side, 3), 3, width=0.1)
    pixels = rng.integers(0, 256, (6, side, side, 3)).astype(np.float32)
    # Tracing the gradient of a hundred layers takes a minute; running it, a second.
    model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    before = model.get_weights()
    model.train_on_batch(pixels, np.array([0, 1, 2, 0, 1, 2]))
    changed = [np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert np.mean(changed) > 0.5
    source = from_keras(model)
    frozen = freeze(source, fixed_shapes(source, None), integer=True)
    data = to_tflite(
        frozen.function,
        recipe("int8"),
        io="uint8",
        samples=feed(
            {source.inputs[0].name: pixels}, frozen.input_names, lambda a, b: None
        ),
    )
    path = tmp_path / "net.tflite"
    path.write_bytes(data)
    with_int8 = Interpreter(path, threads=1)
    assert str(with_int8.inputs[0].dtype) == "uint8"
    (output,) = with_int8.run(pixels[:1].astype(np.uint8))
    scores = to_real(output, with_int8.outputs[0])
    assert scores.shape == (1, 3)
    assert scores.sum() == pytest.approx(1, abs=0.05)
    with_int8.close()
