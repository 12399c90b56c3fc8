"""Videos on a pipe, against the pictures that they were made of."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest
from edgevision.runtime import pyav
from edgevision.runtime.sources.pipe.picture_format import PictureFormat
from edgevision.runtime.sources.pipe.pipe_source import PipeSource
from support.video_bytes import COUNT, EVERY, pictures, video_bytes

from edgevision.errors import MissingDependencyError, SourceError

KINDS = [
    ("h264", "libx264"),
    ("hevc", "libx265"),
    ("mpegts", "libx264"),
    ("matroska", "libx264"),
    ("mp4", "libx264"),
    ("flv", "libx264"),
    ("yuv4mpegpipe", "rawvideo"),
]


@pytest.fixture
def av():
    return pytest.importorskip("av")


def _pipe(data: bytes, step: int = 1 << 20, **settings) -> PipeSource:
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb", buffering=0) as file:
            for start in range(0, len(data), step):
                file.write(data[start : start + step])

    threading.Thread(target=write, daemon=True).start()
    source = PipeSource(reader, **settings)
    source.told = []
    source.status.on_note = source.told.append
    return source


def _levels(frames) -> list[int]:
    return [round(float(frame.image.mean())) for frame in frames]


@pytest.mark.parametrize(("container", "codec"), KINDS)
@pytest.mark.parametrize("live", [False, True])
def test_every_picture_of_a_video_comes_through_a_pipe(av, container, codec, live):
    source = _pipe(video_bytes(container, codec), live=live)
    frames = list(source)
    assert source.told == []
    assert len(frames) == COUNT
    np.testing.assert_allclose(_levels(frames), _levels_of_originals(), atol=5)
    assert frames[0].image.shape == (48, 64, 3)
    # Only a container states times; those of H.264 alone would be a guess.
    positions = [frame.position_s for frame in frames]
    if container in ("h264", "hevc"):
        assert positions == [None] * COUNT
    else:
        np.testing.assert_allclose(positions, np.arange(COUNT) / 10, atol=2e-3)


def _levels_of_originals() -> list[float]:
    return [float(picture.mean()) for picture in pictures()]


@pytest.mark.parametrize("step", [1, 7])
def test_portions_may_be_of_any_size(av, step):
    assert len(list(_pipe(video_bytes("h264"), step))) == COUNT


def test_a_stream_that_is_joined_midway_begins_with_its_next_whole_picture(av):
    data = video_bytes("h264")
    units = [i for i in range(len(data)) if data[i : i + 4] == b"\0\0\0\1"]
    slices = [i for i in units if data[i + 4] & 0x1F == 1]  # build on others
    assert len(slices) == COUNT - COUNT // EVERY
    source = _pipe(data[slices[1] :], live=True)
    levels = _levels(source)
    np.testing.assert_allclose(levels, _levels_of_originals()[EVERY:], atol=5)


def test_pictures_that_build_on_a_damaged_one_are_skipped_and_counted(av):
    data = bytearray(video_bytes("h264"))
    units = [i for i in range(len(data)) if data[i : i + 4] == b"\0\0\0\1"]
    slices = [i for i in units if data[i + 4] & 0x1F == 1]
    hurt = slices[0]  # the second picture of all
    data[hurt + 6 : units[units.index(hurt) + 1]] = b"\x55" * 3
    source = _pipe(bytes(data), live=True)
    levels = _levels(source)
    originals = _levels_of_originals()
    wanted = [originals[0], *originals[EVERY:]]
    np.testing.assert_allclose(levels, wanted, atol=5)
    assert source.status.damaged == EVERY - 1
    assert len(source.told) == 1
    assert "A picture from standard input is damaged: its H.264" in source.told[0]


def test_without_pyav_the_sentence_names_it(monkeypatch):
    monkeypatch.setattr(
        pyav.importlib.util, "find_spec", lambda name: None if name == "av" else 1
    )
    with pytest.raises(
        MissingDependencyError,
        match=r"Reading H\.264 from standard input needs PyAV, .* Run: pip install",
    ):
        list(_pipe(b"\0\0\0\1\x67\x42\0\x0a" + bytes(90)))


def test_a_video_that_is_no_video_is_told(av):
    with pytest.raises(SourceError, match="Cannot read standard input as a video"):
        list(_pipe(b"\x1aE\xdf\xa3" + bytes(5000)))


def test_a_stream_of_another_kind_is_named():
    with pytest.raises(SourceError, match="but it begins like a PNG file"):
        list(_pipe(b"\x89PNG\r\n\x1a\n" + bytes(500)))


def test_the_caller_may_say_what_it_is(av):
    source = _pipe(video_bytes("h264"), picture_format=PictureFormat("h264"))
    assert len(list(source)) == COUNT


@pytest.mark.parametrize("live", [False, True])
def test_a_file_in_the_place_of_a_pipe_may_have_its_index_at_its_end(
    av, tmp_path, live
):
    path = tmp_path / "clip.mp4"
    path.write_bytes(video_bytes("mp4", seekable=True))
    assert path.read_bytes().find(b"moov") > path.read_bytes().find(b"mdat")
    with path.open("rb") as file:
        source = PipeSource(os.dup(file.fileno()), live=live)
        levels = _levels(source)
    np.testing.assert_allclose(levels, _levels_of_originals(), atol=5)
