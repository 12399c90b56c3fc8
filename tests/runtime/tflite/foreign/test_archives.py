"""A ZIP archive that is passed as a model is named by what it holds."""

from __future__ import annotations

import zipfile

import pytest
from edgevision.runtime.tflite.model_file import ModelFile

from edgevision.errors import ModelError


@pytest.mark.parametrize(
    ("name", "members", "words"),
    [
        (
            "hand_landmarker.task",
            ("hand_detector.tflite", "hand_landmarks_detector.tflite"),
            "a bundle of MediaPipe's Tasks with hand_detector.tflite, hand_landmarks_de"
            "tector.tflite. Unpack it (unzip hand_landmarker.task -d hand_landmarker)",
        ),
        ("a b.zip", ("x/net.tflite",), "Unpack it: unzip 'a b.zip' -d 'a b'"),
        ("net.pt", ("net/data.pkl", "net/version"), "a PyTorch model"),
        ("net.zip", ("config.json", "model.weights.h5"), "but a Keras model"),
        ("net.zip", ("keras_model.h5", "labels.txt"), "archive with a Keras model"),
        ("net.npz", ("a.npy", "b.npy"), "a NumPy archive"),
        ("net.zip", ("a.txt", "b.txt"), "it holds a.txt, b.txt"),
    ],
)
def test_an_archive_is_named_by_what_it_holds(tmp_path, name, members, words):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, b"x")
    with pytest.raises(ModelError) as caught:
        ModelFile.open(path)
    assert words in str(caught.value)


def test_half_an_archive_is_a_sentence_too(tmp_path):
    path = tmp_path / "net.pt"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 40)
    with pytest.raises(ModelError, match="a ZIP archive, perhaps"):
        ModelFile.open(path)
