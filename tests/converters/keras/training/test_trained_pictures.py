"""Pictures of a training are known again, and no others."""

from __future__ import annotations

import hashlib
import zipfile

import pytest
from edgevision.converters.keras.training.trained_pictures import (
    MEMBER,
    append_trained_pictures,
    read_trained_pictures,
)

from edgevision.errors import ModelCardError


def digest(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture
def keras_file(tmp_path):
    path = tmp_path / "net.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    return path


def test_what_was_written_is_known_again(keras_file):
    append_trained_pictures(keras_file, [digest(i) for i in range(500)])
    trained = read_trained_pictures(keras_file)
    assert trained
    assert all(digest(i) in trained for i in range(500))
    assert not any(digest(i) in trained for i in range(500, 20_000))
    with zipfile.ZipFile(keras_file) as archive:
        assert archive.getinfo(MEMBER).file_size == 6 * 500


def test_a_file_without_a_list_knows_nothing(keras_file, tmp_path):
    assert not read_trained_pictures(keras_file)
    append_trained_pictures(keras_file, [])
    assert not read_trained_pictures(keras_file)
    assert not read_trained_pictures(tmp_path)
    (tmp_path / "net.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    assert not read_trained_pictures(tmp_path / "net.h5")


def test_what_is_no_digest_is_left_out(keras_file):
    append_trained_pictures(keras_file, [digest(1), f"{digest(2)} 17", ""])
    trained = read_trained_pictures(keras_file)
    assert digest(1) in trained
    assert len(trained.prefixes) == 1


def test_a_damaged_list_is_a_sentence(keras_file):
    with zipfile.ZipFile(keras_file, "a") as archive:
        archive.writestr(MEMBER, b"seven b")
    with pytest.raises(ModelCardError, match="has 7 bytes, which is no list"):
        read_trained_pictures(keras_file)
