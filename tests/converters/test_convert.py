"""The whole journey, in a child process, with a network small enough for tests."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from edgevision.converters.convert import convert
from edgevision.runtime.tflite.model_file import ModelFile

from edgevision.errors import (
    CalibrationError,
    ConversionError,
    OutputExistsError,
    VerificationError,
)

pytestmark = pytest.mark.tf


@pytest.fixture(scope="module")
def photos():
    """Return pictures whose class is their brightest channel, with the classes."""
    generator = np.random.default_rng(1)
    classes = np.arange(60) % 3
    pictures = generator.integers(0, 120, (60, 8, 8, 3))
    pictures[np.arange(60), :, :, classes] += 130
    return pictures.astype(np.uint8), classes


@pytest.fixture(scope="module")
def model_path(tmp_path_factory):
    """Return a model that names the brightest channel, written in its own process."""
    path = tmp_path_factory.mktemp("models") / "brightest.keras"
    code = """
import sys, numpy as np, keras
inputs = keras.Input((8, 8, 3), name="picture")
x = keras.layers.Conv2D(3, 1, use_bias=False)(inputs)
x = keras.layers.GlobalAveragePooling2D()(x)
outputs = keras.layers.Softmax(name="scores")(x)
model = keras.Model(inputs, outputs)
model.layers[1].set_weights([(8 * np.eye(3, dtype="float32")).reshape(1, 1, 3, 3)])
model.save(sys.argv[1])
"""
    subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, capture_output=True
    )
    return path


def test_a_model_becomes_one_checked_file(model_path, photos, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / "net.tflite"
    events = []
    made = convert(
        model_path,
        out,
        calibration=photos[0][:30],
        verify=(photos[0][30:], photos[1][30:]),
        normalize="unit",
        labels=["red", "green", "blue"],
        min_agreement=0.9,
        max_drop=0.01,
        report=folder / "net.html",
        keep_float=True,
        on_progress=events.append,
    )
    model = ModelFile.open(out)
    card = model.card
    assert card is not None
    assert card == made.card
    assert card.output.labels == ("red", "green", "blue")
    assert (card.input.mean, card.input.std) == ((0.0,), (255.0,))
    assert card.quantization["pixel_error"] == 0
    assert card.quantization["calibration"]["count"] == 30
    assert card.verification["float"] == 1
    assert card.verification["n"] == 30
    assert set(card.verification["kernels"]) == {"xnnpack", "none"}
    tensor = model.inputs[0]
    assert (tensor.dtype, tensor.zero_point) == (np.uint8, 0)
    assert tensor.scale == pytest.approx(1 / 255)
    (signature,) = model.signatures
    assert list(signature.inputs) == ["picture"]
    assert list(signature.outputs) == ["scores"]
    assert "<h1>net.tflite</h1>" in (folder / "net.html").read_text()
    assert sorted(p.name for p in folder.iterdir()) == [
        "net.float.tflite",
        "net.html",
        "net.tflite",
    ]
    assert next(e.text for e in events if e.kind == "step") == "load"
    with pytest.raises(OutputExistsError, match="--force"):
        convert(model_path, out, calibration=photos[0], normalize="unit")


def test_a_wrong_label_order_is_refused_and_leaves_nothing(
    model_path, photos, tmp_path
):
    with pytest.raises(VerificationError, match="--normalize.*--color") as caught:
        convert(
            model_path,
            tmp_path / "net.tflite",
            calibration=photos[0][:30],
            verify=(photos[0][30:], (photos[1][30:] + 1) % 3),
            normalize="unit",
        )
    assert caught.value.exit_code == 3
    assert caught.value.report["float"] == 0
    assert list(tmp_path.iterdir()) == []


def test_a_missed_budget_keeps_the_file_only_when_asked(model_path, photos, tmp_path):
    # Nearly black pictures choose ranges that no real picture fits into.
    dark = photos[0][:30] // 60
    with pytest.raises(VerificationError, match="calibration images like those"):
        convert(
            model_path,
            tmp_path / "net.tflite",
            calibration=dark,
            verify=(photos[0][30:], photos[1][30:]),
            normalize="unit",
            min_agreement=1.0,
            max_drop=0.0,
            keep_rejected=True,
            report=tmp_path / "net.html",
        )
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["net.html", "net.rejected.tflite"]
    text = (tmp_path / "net.html").read_text()
    assert text.index("Failed") < text.index("<table")
    assert "net.rejected.tflite" in text


def test_the_normalization_is_never_guessed(model_path, photos, tmp_path):
    with pytest.raises(ConversionError, match="does not say how its input is norm"):
        convert(model_path, tmp_path / "net.tflite", calibration=photos[0])


def test_an_overlap_of_the_two_sets_is_refused(model_path, photos, tmp_path):
    with pytest.raises(CalibrationError, match="is the same picture as"):
        convert(
            model_path,
            tmp_path / "net.tflite",
            calibration=photos[0][:30],
            verify=photos[0][29:40],
            normalize="unit",
        )


def test_a_child_that_is_killed_is_a_sentence(
    model_path, photos, tmp_path, monkeypatch
):
    # The child sees a numpy that ends it at once, as a crash in TensorFlow would.
    trap = tmp_path / "trap" / "keras"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text(
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n"
    )
    monkeypatch.syspath_prepend(str(trap.parent))
    (tmp_path / "out").mkdir()
    with pytest.raises(ConversionError, match="ended by SIGSEGV"):
        convert(
            model_path,
            tmp_path / "out" / "net.tflite",
            calibration=photos[0],
            normalize="unit",
        )
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["net.rejected.tflite", "net.float.tflite"])
def test_a_file_beside_the_output_is_refused_before_any_work(
    name, model_path, photos, tmp_path
):
    (tmp_path / name).write_text("precious")
    with pytest.raises(OutputExistsError, match="already exists. Pass --force"):
        convert(
            model_path,
            tmp_path / "net.tflite",
            calibration=photos[0],
            keep_rejected=True,
            keep_float=True,
        )
    assert (tmp_path / name).read_text() == "precious"


def test_a_folder_as_output_is_a_sentence(model_path, photos, tmp_path):
    (tmp_path / "net.tflite").mkdir()
    with pytest.raises(ConversionError, match="it is a folder"):
        convert(
            model_path,
            tmp_path / "net.tflite",
            calibration=photos[0],
            force=True,
        )
