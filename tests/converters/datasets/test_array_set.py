"""Pictures in arrays."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.array_set import from_arrays, read_arrays
from edgevision.converters.datasets.open_set import open_images

from edgevision.errors import CalibrationError


def test_arrays_come_with_labels(tmp_path, rng):
    path = tmp_path / "set.npz"
    pixels = rng.integers(0, 256, (5, 4, 4, 3), np.uint8)
    np.savez(path, images=pixels, labels=np.arange(5))
    images = open_images(path)
    assert images.classes == (0, 1, 2, 3, 4)
    # RGB arrays leave as BGR.
    assert (images.image(2) == pixels[2][:, :, ::-1]).all()
    assert (images.image(2, color="bgr") == pixels[2]).all()


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.full((1, 4, 4, 3), 300.0), "values from 300 to 300"),
        (np.full((1, 4, 4, 3), -1.0), "values from -1 to -1"),
        (np.full((1, 4, 4, 3), np.nan), "pixels 0..255 were expected"),
        (np.zeros((1, 4, 4, 5)), r"got \(4, 4, 5\)"),
        (np.zeros((0, 4, 4, 3)), "holds no images"),
    ],
)
def test_what_is_no_picture_is_refused(array, sentence):
    with pytest.raises(CalibrationError, match=sentence):
        from_arrays(array)


def test_damaged_archives_and_odd_arrays_are_sentences(tmp_path, rng):
    pictures = rng.integers(0, 256, (4, 8, 8, 3), np.uint8)
    path = tmp_path / "set.npz"
    np.savez(path, images=pictures)
    whole = path.read_bytes()
    damaged = whole[:400] + bytes(20) + whole[420:]
    for data in (whole[: len(whole) // 2], damaged):
        path.write_bytes(data)
        with pytest.raises(CalibrationError, match=r"Cannot read .*set\.npz as arrays"):
            read_arrays(path)
    with pytest.raises(CalibrationError, match="a single number"):
        from_arrays(np.asarray(5))
    with pytest.raises(CalibrationError, match="without pixels"):
        from_arrays(np.zeros((2, 0, 0, 3), np.uint8))
    for labels in ([np.nan] * 4, ["a", "b", "c", "d"]):
        with pytest.raises(CalibrationError, match="class numbers were expected"):
            from_arrays(pictures, labels)
