"""Python, interpreter, NumPy, TensorFlow: judged in made environments."""

from __future__ import annotations

from edgevision.devices.checks import python
from edgevision.devices.probes import Probe


def test_healthy_board_is_ok(make_environment):
    environment = make_environment()
    assert python.version(environment).level == "ok"
    assert python.interpreter(environment).level == "ok"
    assert python.numpy(environment).level == "ok"
    assert python.userland(environment) is None
    assert python.tensorflow(environment) is None


def test_python_3_9_is_too_old(make_environment):
    found = python.version(make_environment(python={"version": (3, 9)}))
    assert found.level == "broken"
    assert "Python 3.9 on aarch64 with glibc 2.36 is too old" in found.what


def test_a_python_that_is_newer_than_the_wheels_is_told(make_environment):
    assert python.version(make_environment(python={"version": (3, 14)})).level == "ok"
    finding = python.version(make_environment(python={"version": (3, 15)}))
    assert finding.level == "warning"
    assert finding.cure == "Use Python 3.10 to 3.14."


def test_converting_on_a_python_without_tensorflow_says_which_python_has_it(
    make_environment,
):
    environment = make_environment(
        python={"version": (3, 14)}, wants=frozenset({"convert"})
    )
    assert "with Python 3.10 to 3.13" in python.tensorflow(environment).cure


def test_systems_own_python_needs_an_environment(make_environment):
    assert python.managed(make_environment()) is None
    found = python.managed(make_environment(is_managed=True))
    assert (found.level, "python3 -m venv" in found.cure) == ("note", True)


def test_missing_interpreter_names_the_wheel_that_fits(make_environment):
    found = python.interpreter(make_environment(probes={}, packages={}))
    assert found.level == "broken"
    assert "run: pip install ai-edge-litert" in found.cure


def test_missing_interpreter_without_any_wheel_says_what_then(make_environment):
    environment = make_environment(
        python={"version": (3, 13), "machine": "armv7l", "bits": 32},
        probes={},
        packages={},
    )
    assert "install the 64-bit system" in python.interpreter(environment).cure


def test_interpreter_that_cannot_be_imported_says_why(make_environment):
    probes = {"ai_edge_litert": Probe(error="ImportError: GLIBC_2.38 not found")}
    found = python.interpreter(make_environment(probes=probes))
    assert found.level == "broken"
    assert "GLIBC_2.38 not found" in found.what


def test_second_interpreter_stands_in_for_a_broken_first(make_environment):
    probes = {
        "ai_edge_litert": Probe(error="ImportError: x"),
        "tflite_runtime": Probe("2.14.0"),
    }
    found = python.interpreter(make_environment(probes=probes))
    assert (found.level, found.what) == ("ok", "tflite-runtime 2.14.0 can be imported.")


def test_tensorflow_alone_is_no_interpreter(make_environment):
    environment = make_environment(probes={}, packages={"tensorflow": "2.21.0"})
    assert python.interpreter(environment).level == "broken"


def test_tflite_runtime_with_numpy_2_is_broken_and_keeps_opencv_in_the_cure(
    make_environment,
):
    packages = {
        "numpy": "2.4.6",
        "tflite-runtime": "2.14.0",
        "opencv-python-headless": "5.0.0.93",
    }
    probes = {"numpy": Probe("2.4.6"), "tflite_runtime": Probe("2.14.0")}
    found = python.numpy(make_environment(packages=packages, probes=probes))
    assert found.level == "broken"
    assert found.cure == "Run: pip install 'numpy<2' opencv-python-headless"


def test_tflite_runtime_with_numpy_2_beside_ai_edge_litert_is_a_warning(
    make_environment,
):
    packages = {"numpy": "2.4.6", "tflite-runtime": "2.14.0"}
    probes = {"numpy": Probe("2.4.6"), "ai_edge_litert": Probe("2.3.0")}
    found = python.numpy(make_environment(packages=packages, probes=probes))
    assert found.level == "warning"
    assert "pip uninstall tflite-runtime" in found.cure


def test_numpy_absent_or_damaged_is_broken(make_environment):
    assert python.numpy(make_environment(packages={}, probes={})).level == "broken"
    damaged = {"numpy": Probe(error="ImportError: no _multiarray_umath")}
    assert "_multiarray_umath" in python.numpy(make_environment(probes=damaged)).what


def test_32_bit_system_on_a_64_bit_board_is_a_warning(make_environment):
    environment = make_environment(python={"bits": 32, "machine": "armv7l"})
    found = python.userland(environment)
    assert found.level == "warning"
    assert "32-bit system under a 64-bit kernel" in found.what


def test_tensorflow_counts_only_where_converting_is_wanted(make_environment):
    found = python.tensorflow(make_environment(wants=["convert"]))
    assert (found.level, found.cure) == ("broken", "Run: pip install tensorflow")
    there = make_environment(wants=["convert"], packages={"tensorflow": "2.21.0"})
    assert python.tensorflow(there).level == "ok"


def test_tf_keras_fits_the_tensorflow_that_is_there(make_environment):
    wants = frozenset({"convert"})
    assert python.keras_2(make_environment(packages={"tensorflow": "2.21.0"})) is None
    assert python.keras_2(make_environment(packages={}, wants=wants)) is None
    packages = {"tensorflow": "2.20.1"}
    found = python.keras_2(make_environment(packages=packages, wants=wants))
    assert (found.level, found.cure) == (
        "warning",
        "Run: pip install 'tf-keras==2.20.*'",
    )
    packages["tf-keras"] = "2.20.0"
    found = python.keras_2(make_environment(packages=packages, wants=wants))
    assert (found.level, found.what) == ("ok", "tf-keras 2.20.0, for files of Keras 2.")
