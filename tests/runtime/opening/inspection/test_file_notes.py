"""What is odd about a file."""

from __future__ import annotations

from edgevision.runtime.opening.inspection.file_notes import notes_about
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier


def test_a_plain_file_is_not_odd():
    assert notes_about(ModelFile.from_bytes(tiny_classifier())) == ()


def test_an_input_of_any_size_is_odd():
    data = tiny_classifier(signature=(1, -1, -1, 3))
    (note,) = notes_about(ModelFile.from_bytes(data))
    assert "dynamic size" in note
