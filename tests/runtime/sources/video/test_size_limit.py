"""Videos whose pictures would take more memory than there is."""

from __future__ import annotations

import io
from fractions import Fraction

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.video import PyavReader, size_limit
from edgevision.runtime.sources.video.opencv_reader import OpencvReader
from edgevision.runtime.sources.video.video_source import open_reader
from support.clips import make_clip, needs_pyav, number_of

from edgevision.errors import SourceError


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10.0, (64, 48), True
    )
    writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    return path


@pytest.mark.parametrize("reader", [open_reader, OpencvReader])
@pytest.mark.parametrize(
    ("name", "value"),
    [("_LARGEST", 64 * 48 - 1), ("available_bytes", lambda: 64 * 48 * 15 - 1)],
)
def test_too_large_a_picture_is_refused_before_one_is_decoded(
    clip, monkeypatch, reader, name, value
):
    reader(clip).close()
    monkeypatch.setattr(size_limit, name, value)
    with pytest.raises(SourceError, match=r"pixels, and at most 307.|than 307. pix"):
        reader(clip).read()


@pytest.mark.parametrize("reader", [open_reader, OpencvReader])
def test_what_the_user_allows_counts(clip, monkeypatch, reader):
    monkeypatch.setattr(size_limit, "_LARGEST", 100)
    monkeypatch.setenv("EDGEVISION_MAX_PIXELS", "3072")
    reader(clip).close()
    monkeypatch.setenv("EDGEVISION_MAX_PIXELS", "3071")
    with pytest.raises(SourceError, match="3071"):
        reader(clip).read()


@needs_pyav
def test_a_stream_that_grows_too_large_gives_no_such_picture(tmp_path, monkeypatch):
    sizes = {"small": (64, 48), "large": (320, 240)}
    data = b"".join(
        make_clip(
            tmp_path / f"{name}.h264",
            range(10),
            Fraction(1, 10),
            size=size,
            options={"bf": "0"},
        ).read_bytes()
        for name, size in sizes.items()
    )
    monkeypatch.setattr(size_limit, "_LARGEST", 100 * 100)
    reader = PyavReader(io.BytesIO(data), name="-", container="h264")
    pictures = [image for image, _ in iter(reader.read, None)]
    assert {image.shape for image in pictures} == {(48, 64, 3)}
    assert [number_of(image) for image in pictures] == list(range(10))
