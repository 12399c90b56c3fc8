"""The interpreter: the same tests with whichever backend is installed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from edgevision.runtime.interpreter import backends, threads
from edgevision.runtime.interpreter.backends import BACKENDS
from edgevision.runtime.interpreter.interpreter import Interpreter
from edgevision.runtime.interpreter.threads import default_threads
from support.color_model import color_model
from support.constant_model import constant_model
from support.tiny_tflite import quantizer

from edgevision.errors import MissingDependencyError, ModelError

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


def test_tensors_are_described(model_file):
    with Interpreter(model_file) as interpreter:
        (image,), (means,) = interpreter.inputs, interpreter.outputs
    assert (image.name, image.shape, image.dtype) == ("image", (1, 8, 8, 3), np.uint8)
    assert (image.scale, image.zero_point) == (1.0, 0)
    assert (means.name, means.shape, means.dtype) == ("means", (1, 3), np.uint8)


@pytest.mark.parametrize("delegate", [None, "xnnpack", "none"])
@pytest.mark.parametrize("form", ["path", "bytes"])
def test_a_model_computes(model_file, picture, form, delegate):
    model = model_file if form == "path" else model_file.read_bytes()
    with Interpreter(model, delegate=delegate) as interpreter:
        interpreter.input(0)[...] = picture
        interpreter.invoke()
        (means,) = interpreter.outputs_now()
        expected = picture.reshape(-1, 3).mean(axis=0)
        assert np.abs(means[0] - expected).max() <= 0.51
        assert interpreter.delegate == (delegate or "xnnpack")
        assert interpreter.backend in BACKENDS
        assert interpreter.backend_version.count(".") >= 1


def test_a_view_that_is_held_is_named(model_file):
    with Interpreter(model_file) as interpreter:
        view = interpreter.input(0)
        with pytest.raises(RuntimeError, match="a view from input.. or outputs_now"):
            interpreter.invoke()
        del view
        interpreter.invoke()


def test_close_may_be_called_twice_and_ends_use(model_file):
    interpreter = Interpreter(model_file)
    interpreter.close()
    interpreter.close()
    for use in (interpreter.invoke, interpreter.outputs_now, interpreter.input):
        with pytest.raises(ValueError, match=r"of colors\.tflite is closed"):
            use()


def test_an_open_shape_is_settled_when_the_model_is_opened(rng):
    model = color_model(size=(1, 1), signature=(1, -1, -1, 3))
    with Interpreter(model) as interpreter:
        assert interpreter.inputs[0].shape == (1, 1, 1, 3)
        assert interpreter.input_signatures == ((1, -1, -1, 3),)
    picture = rng.integers(0, 256, (1, 6, 10, 3), np.uint8)
    with Interpreter(model, input_shapes=[(1, 6, 10, 3)]) as interpreter:
        assert interpreter.inputs[0].shape == (1, 6, 10, 3)
        (means,) = interpreter.run(picture)
    assert np.abs(means[0] - picture.reshape(-1, 3).mean(axis=0)).max() <= 0.51


def test_a_fixed_shape_cannot_be_changed():
    with pytest.raises(ModelError, match="the model cannot run on"):
        Interpreter(color_model(), input_shapes=[(1, 9, 9, 3)])


def test_bytes_that_are_no_model_are_refused(tmp_path):
    with pytest.raises(ModelError, match="is not a TFLite model, or it is damaged"):
        Interpreter(b"no model at all, just some words in a row" * 10)
    with pytest.raises(ModelError, match=r"Cannot open .*absent\.tflite: No such file"):
        Interpreter(tmp_path / "absent.tflite")
    with pytest.raises(ModelError, match="it is not a file"):
        Interpreter(tmp_path)


def test_unknown_names_are_refused_with_the_known_ones(model_file):
    with pytest.raises(ValueError, match="Did you mean 'ai-edge-litert'"):
        Interpreter(model_file, backend="ai-edge-lite")
    with pytest.raises(ValueError, match="No delegate 'gpu'. Known: xnnpack, none, or"):
        Interpreter(model_file, delegate="gpu")


@pytest.mark.parametrize("count", [0, -1, True, 1.5, "two"])
def test_threads_must_be_a_number_or_auto(model_file, count):
    with pytest.raises(ValueError, match="threads must be 1 or more, or 'auto', got"):
        Interpreter(model_file, threads=count)


def test_a_backend_that_is_not_installed_is_named(model_file, monkeypatch):
    monkeypatch.setattr(backends, "installed_backends", lambda: ())
    with pytest.raises(
        MissingDependencyError,
        match="Running a model needs a TFLite interpreter, which",
    ):
        Interpreter(model_file)
    with pytest.raises(
        MissingDependencyError, match="the backend tflite-runtime, which"
    ):
        Interpreter(model_file, backend="tflite-runtime")


def test_old_tflite_runtime_with_new_numpy_is_a_sentence(model_file, monkeypatch):
    monkeypatch.setattr(backends, "installed_backends", lambda: ("tflite-runtime",))
    monkeypatch.setattr(backends, "_version", lambda top: "2.14.0")
    monkeypatch.setattr(np, "__version__", "2.1.0")
    with pytest.raises(MissingDependencyError, match=r"pip install 'numpy<2'"):
        Interpreter(model_file)


def test_a_newer_rebuilt_tflite_runtime_may_use_new_numpy(monkeypatch):
    monkeypatch.setattr(np, "__version__", "2.1.0")
    monkeypatch.setattr(backends, "_version", lambda top: "2.19.0")
    assert not backends._needs_old_numpy("tflite_runtime")
    monkeypatch.setattr(backends, "_version", lambda top: "unknown")
    assert not backends._needs_old_numpy("tflite_runtime")


def test_a_class_that_the_host_hands_in_is_used(model_file, picture):
    mine = backends.find_backend().interpreter
    with Interpreter(model_file, backend=mine) as interpreter:
        assert interpreter.run(picture)[0].any()
        assert interpreter.backend in ("ai_edge_litert", "tflite_runtime")


def test_a_derived_class_runs_without_delegates_too(model_file):
    mine = type(
        "Mine", (backends.find_backend().interpreter,), {"__module__": __name__}
    )
    with Interpreter(model_file, backend=mine, delegate="none") as interpreter:
        interpreter.invoke()


@pytest.mark.parametrize(
    ("backend", "size", "available", "expected"),
    [
        ("ai-edge-litert", 300_000, 8, 1),  # tiny: a second thread only costs
        ("ai-edge-litert", 4_000_000, 1, 1),
        ("ai-edge-litert", 4_000_000, 2, 1),
        ("ai-edge-litert", 4_000_000, 4, 2),
        ("ai-edge-litert", 4_000_000, 64, 4),
        ("tflite-runtime", 4_000_000, 8, 1),
    ],
)
def test_the_rule_for_threads(monkeypatch, backend, size, available, expected):
    monkeypatch.setattr(threads, "cores", lambda: available)
    choice = default_threads(backend, size)
    assert choice.threads == expected
    assert choice.reason.startswith(f"{expected} by rule")


class Clocked:
    """A native interpreter that takes a known time per invoke, on a fake clock."""

    now = 0.0

    def __init__(self, took):
        self.took = took
        self.invokes = 0

    def invoke(self):
        self.invokes += 1
        Clocked.now += self.took


@pytest.mark.parametrize(
    ("took", "chosen"),
    [
        ({1: 0.010, 2: 0.006, 4: 0.004, 8: 0.012}, 4),
        ({1: 0.010, 2: 0.0095, 4: 0.0095, 8: 0.02}, 1),  # not worth it
        ({1: 0.001, 2: 0.02, 4: 0.02, 8: 0.02}, 1),
        ({1: 4.0, 2: 2.0, 4: 1.5, 8: 1.5}, 4),
    ],
)
def test_auto_keeps_the_fastest_and_measures_briefly(monkeypatch, took, chosen):
    monkeypatch.setattr(threads, "cores", lambda: 8)
    monkeypatch.setattr(threads.time, "perf_counter", lambda: Clocked.now)
    built = {}

    def build(count):
        built[count] = Clocked(took[count])
        return built[count]

    choice, native = threads.measured_threads(build)
    assert choice.threads == chosen
    assert native is built[chosen]
    assert choice.reason.startswith(f"{chosen} by measuring (1: ")
    for made in built.values():
        spent = made.invokes * made.took
        assert made.invokes == 3 or spent <= 0.5 / len(built) + made.took


def test_auto_runs_on_a_real_model(model_file, picture):
    with Interpreter(model_file, threads="auto") as interpreter:
        assert "by measuring" in interpreter.thread_choice
        assert interpreter.threads >= 1
        assert interpreter.run(picture)[0].any()


def test_a_tensor_without_quantization_has_no_scale():
    with Interpreter(quantizer("int8", 0.5, -3)) as interpreter:
        assert not interpreter.inputs[0].is_quantized
        assert interpreter.outputs[0].scale == 0.5
        assert interpreter.outputs[0].zero_point == -3


def test_a_name_that_is_not_utf8_is_a_sentence(model_file):
    data = model_file.read_bytes()
    model_file.write_bytes(data.replace(b"image", b"\xff\xfeage"))
    with pytest.raises(ModelError, match=r"name of an input or output is not UTF-8"):
        Interpreter(model_file)


CHANGES = {
    "cut": "os.truncate(path, 0)",
    "written over": "open(path, 'r+b').write(bytes(os.path.getsize(path)))",
    "replaced": "open('new', 'wb').write(b'new'); os.replace('new', path)",
    "removed": "os.unlink(path)",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_somebody_changes_while_it_runs_does_no_harm(tmp_path, change):
    """A mapping of a file that is cut ends the process: SIGBUS."""
    values = np.arange(1_000_000, dtype=np.float32).reshape(1, -1)
    path = tmp_path / "net.tflite"
    path.write_bytes(constant_model([values], size=(4, 4)))
    code = (
        "import os, sys; sys.path[:] = sys.argv[2].split('\\n')\n"
        "import numpy as np\n"
        "from edgevision.runtime.interpreter.interpreter import Interpreter\n"
        "path = sys.argv[1]\n"
        "with Interpreter(path, delegate='none') as interpreter:\n"
        f"    {CHANGES[change]}\n"
        "    interpreter.input(0)[...] = 0\n"
        "    interpreter.invoke()\n"
        "    (values,) = interpreter.outputs_now()\n"
        "    print(float(values.sum(dtype=np.float64)))\n"
    )
    words = [sys.executable, "-c", code, str(path), "\n".join(sys.path)]
    done = subprocess.run(words, capture_output=True, cwd=tmp_path, check=True)
    assert float(done.stdout) == values.sum(dtype=np.float64)


def test_the_bytes_that_run_can_be_asked_for(model_file):
    data = model_file.read_bytes()
    for model in (model_file, data):
        with Interpreter(model) as interpreter:
            assert bytes(interpreter.content.data) == data
