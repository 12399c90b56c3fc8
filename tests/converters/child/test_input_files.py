"""Python objects on their way to the child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from edgevision.converters.child.input_files import samples_to_file
from edgevision.converters.datasets.array_set import read_arrays
from edgevision.converters.datasets.open_set import open_images

from edgevision.errors import CalibrationError


def give(samples, folder, count=10):
    return samples_to_file(samples, folder, "calibration", count=count, seed=0)


def test_paths_stay_where_they_are(tmp_path):
    assert give("photos", tmp_path) == Path("photos")


def test_lists_of_paths_become_a_list_file(tmp_path):
    path = give(["a.png", Path("b.png")], tmp_path)
    assert path.read_text().split("\n") == [
        str(Path("a.png").absolute()),
        str(Path("b.png").absolute()),
    ]


def test_arrays_keep_their_pixels_and_labels(tmp_path, rng):
    pixels = rng.integers(0, 256, (6, 4, 4, 3), np.uint8)
    images = open_images(give((pixels, [2, 1, 0, 2, 1, 0]), tmp_path))
    assert images.classes == (2, 1, 0, 2, 1, 0)
    assert (np.stack(images.items) == pixels).all()


def test_pictures_of_different_sizes_are_kept_in_order(tmp_path, rng):
    pictures = [rng.integers(0, 256, (4 + i, 5, 3), np.uint8) for i in range(12)]
    images = open_images(give(pictures, tmp_path))
    assert [item.shape for item in images.items] == [p.shape for p in pictures]


def test_an_endless_function_is_sampled(tmp_path):
    def pictures():
        while True:
            yield np.zeros((8, 4, 4, 3)), np.arange(8)

    images = open_images(give(pictures, tmp_path, count=3))
    assert len(images) == 503
    assert images.classes[:9] == (0, 1, 2, 3, 4, 5, 6, 7, 0)


def test_large_arrays_are_thinned_by_seed(tmp_path):
    path = give(np.zeros((5000, 2, 2, 3), np.uint8), tmp_path, count=10)
    assert len(read_arrays(path)["images"]) == 4 * 510


def test_mappings_keep_their_names(tmp_path):
    arrays = read_arrays(give({"img": np.zeros((2, 3)), "meta": [1, 2]}, tmp_path))
    assert set(arrays) == {"img", "meta"}


@pytest.mark.parametrize("samples", [3, [], [["text", object()]]])
def test_anything_else_is_refused(tmp_path, samples):
    with pytest.raises(CalibrationError):
        give(samples, tmp_path)


IN_MEMORY = """
import sys
import keras, numpy as np
from keras import layers, ops
import edgevision

class Twice(layers.Layer):
    def call(self, x):
        return ops.multiply(x, 2.0)

def build(own):
    inputs = keras.Input((8, 8, 3), name="picture")
    x = Twice()(inputs) if own else layers.ReLU()(inputs)
    x = layers.Conv2D(3, 1, use_bias=False, name="look")(x)
    x = layers.Softmax()(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, x)
    kernel = (8 * np.eye(3, dtype="float32")).reshape(1, 1, 3, 3)
    model.get_layer("look").set_weights([kernel])
    return model

class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.inner = build(True)
    def call(self, x):
        return self.inner(x)

rng = np.random.default_rng(1)
def pictures(count):
    classes = np.arange(count) % 3
    found = rng.integers(0, 120, (count, 8, 8, 3))
    found[np.arange(count), :, :, classes] += 130
    return found.astype(np.uint8), classes

subclassed = Subclassed()
try:
    edgevision.convert(
        subclassed, sys.argv[1] + "/no.tflite", calibration=pictures(9)[0]
    )
except edgevision.EdgeVisionError as error:
    print(error)
subclassed(np.zeros((1, 8, 8, 3), "float32"))
for name, model in [("plain", build(False)), ("own", build(True)), ("sub", subclassed)]:
    report = edgevision.convert(
        model,
        f"{sys.argv[1]}/{name}.tflite",
        calibration=lambda: (image for image in pictures(30)[0]),
        verify=pictures(12),
        normalize="unit",
        labels=["r", "g", "b"],
    )
    print(name, report.verification["float"], report.verification["agreement"])
"""


@pytest.mark.tf
def test_models_in_memory_convert_from_python(tmp_path, repository):
    run = subprocess.run(
        [sys.executable, "-c", IN_MEMORY, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(repository)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert "has never been called" in lines[0]
    assert lines[1:] == ["plain 1.0 1.0", "own 1.0 1.0", "sub 1.0 1.0"]
    left = {path.name for path in tmp_path.iterdir()} - {"cache"}
    assert sorted(left) == [
        "own.tflite",
        "plain.tflite",
        "sub.tflite",
    ]


@pytest.mark.tf
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_conversion_leaves_nothing(tmp_path, repository, how):
    # A Keras that takes for ever to import stands for a long conversion.
    trap = tmp_path / "trap" / "keras"
    trap.mkdir(parents=True)
    started = tmp_path / "started"
    (trap / "__init__.py").write_text(
        "import os, pathlib, time\n"
        f"pathlib.Path({str(started)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(120)\n"
    )
    out = tmp_path / "out"
    out.mkdir()
    np.savez(tmp_path / "set.npz", images=np.zeros((9, 8, 8, 3), np.uint8))
    with h5py.File(tmp_path / "net.h5", "w") as model:
        model.attrs["model_config"] = '{"class_name": "Sequential", "config": {}}'
    parent = subprocess.Popen(
        [
            *(sys.executable, "-m", "edgevision.cli.main", "convert"),
            *(str(tmp_path / "net.h5"), "-o", str(out / "net.tflite")),
            *("--calibration", str(tmp_path / "set.npz"), "--normalize", "raw"),
        ],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(trap.parent)},
        stderr=subprocess.DEVNULL,
    )
    assert _within(60, lambda: started.exists() and started.read_text())
    child = Path("/proc") / started.read_text()
    parent.send_signal(how)
    assert parent.wait(30) != 0
    assert _within(30, lambda: not any(out.iterdir()))
    assert _within(30, lambda: not (child / "exe").exists())


def _within(seconds, condition):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return bool(condition())
