"""The interpreter wheel that fits a Python."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
from edgevision.devices import wheels
from edgevision.devices.wheels import PythonFacts

REPOSITORY = Path(__file__).resolve().parents[2]

# Python, machine, glibc -> what the sentence must hold; rows of the wheel table.
WHEELS = [
    ((3, 11), "aarch64", (2, 36), "pip install ai-edge-litert"),  # Pi OS 12
    ((3, 13), "aarch64", (2, 41), "pip install ai-edge-litert"),  # Pi OS 13
    ((3, 10), "aarch64", (2, 35), "pip install ai-edge-litert"),  # JetPack 6
    ((3, 12), "x86_64", (2, 39), "pip install ai-edge-litert"),  # Ubuntu 24.04
    ((3, 14), "x86_64", (2, 41), "pip install ai-edge-litert"),
    ((3, 14), "aarch64", (2, 41), "pip install ai-edge-litert"),
    ((3, 10), "x86_64", (2, 17), "pip install ai-edge-litert"),  # 1.x wheels
    ((3, 13), "x86_64", (2, 17), "glibc 2.27 or newer"),
    ((3, 15), "aarch64", (2, 41), "use Python 3.10 to 3.14"),
    ((3, 11), "armv7l", (2, 36), "tflite-runtime==2.14.0 'numpy<2'"),  # Pi OS 12, 32
    ((3, 10), "armv7l", (2, 31), "tflite-runtime==2.13.0 'numpy<2'"),
    ((3, 13), "armv7l", (2, 41), "install the 64-bit system"),  # Pi OS 13, 32
    ((3, 11), "armv6l", (2, 36), "use a 64-bit x86 or Arm system"),
    ((3, 12), "riscv64", (2, 39), "use a 64-bit x86 or Arm system"),
    ((3, 12), "x86_64", None, "GNU C library"),  # Alpine
]


@pytest.mark.parametrize(("version", "machine", "glibc", "expected"), WHEELS)
def test_hint_names_the_wheel_that_fits(version, machine, glibc, expected):
    facts = PythonFacts(version=version, machine=machine, glibc=glibc)
    sentence = wheels.interpreter_hint(facts)
    assert expected in sentence
    assert f"{version[0]}.{version[1]} on {machine}" in sentence


def test_hint_for_pypy_free_threading_and_other_systems_says_what_to_use():
    glibc = (2, 36)
    pypy = PythonFacts((3, 11), implementation="PyPy", glibc=glibc)
    free = PythonFacts((3, 14), free_threaded=True, glibc=glibc)
    assert "use a plain CPython" in wheels.interpreter_hint(pypy)
    assert "use a plain CPython" in wheels.interpreter_hint(free)
    windows = PythonFacts((3, 12), machine="x86_64", system="Windows")
    assert "use Linux" in wheels.interpreter_hint(windows)


def test_32_bit_python_under_a_64_bit_kernel_is_32_bit_arm():
    assert wheels.python_machine("aarch64", 32) == "armv7l"
    assert wheels.python_machine("aarch64", 64) == "aarch64"


def test_hint_of_this_python_is_one_sentence():
    assert "\n" not in wheels.interpreter_hint()


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 10), "Run: pip install tensorflow"),
        ((3, 13), "Run: pip install tensorflow"),
        ((3, 14), "no release for Python 3.14: .* with Python 3.10 to 3.13 and run"),
    ],
)
def test_tensorflow_is_named_only_for_a_python_that_has_it(version, expected):
    assert re.match(f".*{expected}", wheels.tensorflow_hint(PythonFacts(version)))


def test_metadata_and_docs_name_the_same_pythons():
    """One table: what runs on a device, and what converts on a host."""
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg", "utf-8")
    classifiers = re.findall(r"Python :: 3\.(\d+)", setup["metadata"]["classifiers"])
    oldest, newest = wheels.DEVICE_PYTHONS
    assert [int(minor) for minor in classifiers] == list(
        range(oldest[1], newest[1] + 1)
    )
    assert setup["options"]["python_requires"] == f">={wheels.dotted(oldest)}"
    install = (REPOSITORY / "docs/learn/install.md").read_text("utf-8")
    for kind, pythons in (
        ("device", wheels.DEVICE_PYTHONS),
        ("host", wheels.CONVERT_PYTHONS),
    ):
        row = re.search(rf"\| a \*\*{kind}\*\* .*\|", install)[0]
        assert row.endswith(f"| {wheels.span(pythons)} |")
