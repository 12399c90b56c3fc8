"""Files that a compiler for other hardware wrote are named as what they are."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening.inspection import inspect_model
from edgevision.runtime.tflite.foreign.hardware import HARDWARE, compiled_words

import edgevision
from edgevision.errors import EdgeVisionError


@pytest.mark.parametrize("operation", HARDWARE)
def test_every_sentence_names_the_hardware_and_both_ways_on(operation):
    words = compiled_words(operation)
    hardware = HARDWARE[operation]
    assert all(part in words for part in (operation, *hardware))


def test_other_operations_have_no_sentence():
    assert compiled_words("TFLite_Detection_PostProcess") == ""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mnv1_edgetpu.tflite", "is compiled for Coral's Edge TPU"),
        ("tflm_person_vela.tflite", "is compiled for an Arm Ethos-U NPU"),
    ],
)
def test_a_compiled_file_is_refused_by_name(shared, tmp_path, monkeypatch, name, words):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    file = shared / "tflite-foreign" / name
    with pytest.raises(EdgeVisionError, match=words):
        edgevision.load_model(file)
    # The library that it needs is what is missing now, and no longer the operation.
    with pytest.raises(EdgeVisionError, match=r"Cannot load the delegate libedgetpu"):
        edgevision.load_model(file, delegate="libedgetpu.so.1")
    assert words in inspect_model(file).run.problem
