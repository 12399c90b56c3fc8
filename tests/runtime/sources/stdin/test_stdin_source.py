"""Pictures on a pipe: JPEG files in any portions, raw frames, damage."""

from __future__ import annotations

import os
import threading

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.open import parse_source
from edgevision.runtime.sources.stdin.jpeg_stream import JpegSplitter
from edgevision.runtime.sources.stdin.stdin_source import StdinSource
from hypothesis import given
from hypothesis import strategies as st
from support.fault_rows import Listener
from support.mjpeg_server import jpeg

from edgevision.errors import SourceError


def _noisy(seed: int, *settings: int) -> bytes:
    image = np.random.default_rng(seed).integers(0, 256, (40, 56, 3), np.uint8)
    return cv2.imencode(".jpg", image, list(settings))[1].tobytes()


def _with_preview(file: bytes, preview: bytes) -> bytes:
    """Put a whole JPEG into a header segment, as cameras do with their previews."""
    segment = b"\xff\xe1" + (len(preview) + 2).to_bytes(2, "big") + preview
    return file[:2] + segment + file[2:]


PLAIN = _noisy(1)
PROGRESSIVE = _noisy(2, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
RESTARTS = _noisy(3, cv2.IMWRITE_JPEG_RST_INTERVAL, 2)
PREVIEW = _with_preview(_noisy(4), jpeg(9))
FILES = [PLAIN, PROGRESSIVE, RESTARTS, PREVIEW]


@given(
    st.lists(st.sampled_from(FILES), min_size=1, max_size=5),
    st.lists(st.sampled_from([b"", b"\r\n--frame\r\nContent: x\r\n\r\n", b"\xff"])),
    st.integers(1, 4000),
)
def test_files_come_out_as_they_went_in_whatever_the_portions(files, between, step):
    stream = b""
    for position, file in enumerate(files):
        stream += (between[position] if position < len(between) else b"") + file
    splitter, out = JpegSplitter(), []
    for start in range(0, len(stream), step):
        out += splitter.feed(stream[start : start + step])
    assert out == files


def test_a_broken_file_costs_only_itself():
    splitter = JpegSplitter()
    assert splitter.feed(b"\xff\xd8\xff\xd8\xff\x00 rubbish" + PLAIN) == [PLAIN]


def test_endless_rubbish_needs_no_memory():
    splitter = JpegSplitter(limit=10_000)
    for _ in range(100):
        splitter.feed(b"\xff\xd8\xff\xe0\xff\xff" + b"z" * 5000)
    assert len(splitter._buffer) < 80_000
    for _ in range(100):
        splitter.feed(b"z" * 10_000)
    assert len(splitter._buffer) < 80_000


def _pipe(data: bytes, **settings) -> StdinSource:
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb") as file:
            file.write(data)

    threading.Thread(target=write, daemon=True).start()
    source = StdinSource(reader, **settings)
    source.told = []
    source.status.on_note = source.told.append
    return source


def test_jpegs_on_a_pipe_become_frames():
    frames = list(_pipe(jpeg(10) + jpeg(20) + jpeg(30)))
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert [round(frame.image.mean()) for frame in frames] == [10, 20, 30]


def test_a_damaged_jpeg_is_told_counted_and_left_out():
    broken = b"\xff\xd8\xff\xda\x00\x02" + b"\x00" * 50 + b"\xff\xd9"
    source = _pipe(jpeg(10) + broken + jpeg(30))
    listener = Listener(source)
    listener.harm()
    assert [frame.index for frame in source] == [0, 2]
    assert source.status.unreadable == 1
    assert "is damaged. It is skipped." in listener.told[0]
    listener.record(
        "stdin-damaged",
        source="-",
        fault="one of three JPEGs is damaged",
        against="a pipe",
        then="left out and counted, the others are used; exit 1 at the end",
    )


def test_a_pipe_without_pictures_is_an_error():
    with pytest.raises(SourceError, match="held no readable picture"):
        list(_pipe(b"no pictures here"))


@pytest.mark.parametrize(
    ("pixels", "bytes_per_frame", "expected"),
    [
        ("bgr24", bytes([10, 20, 30]) * 16, (10, 20, 30)),
        ("rgb24", bytes([30, 20, 10]) * 16, (10, 20, 30)),
        ("gray", bytes([77]) * 16, (77, 77, 77)),
        ("yuv420p", bytes([126]) * 16 + bytes([128]) * 8, (128, 128, 128)),
        ("nv12", bytes([126]) * 16 + bytes([128]) * 8, (128, 128, 128)),
        ("yuyv422", bytes([126, 128]) * 16, (128, 128, 128)),
    ],
)
def test_raw_frames_become_bgr(pixels, bytes_per_frame, expected):
    frames = list(_pipe(bytes_per_frame * 3, pixels=pixels, size=(4, 4)))
    assert len(frames) == 3
    assert frames[0].image.shape == (4, 4, 3)
    assert frames[0].image.flags.writeable
    np.testing.assert_allclose(frames[2].image[1, 1], expected, atol=1)


def test_a_raw_stream_that_ends_within_a_frame_asks_for_its_size():
    source = _pipe(bytes(48 + 40), pixels="bgr24", size=(4, 4))
    assert len(list(source)) == 1
    assert "ended 8 bytes before the end of a frame: is it really 4x4" in source.told[0]


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"pixels": "bgr24"}, "need their size"),
        ({"pixels": "nv12", "size": (3, 4)}, "even width and height, got 3x4"),
    ],
)
def test_raw_formats_need_a_usable_size(settings, match):
    with pytest.raises(SourceError, match=match):
        StdinSource(0, **settings)


def test_options_of_standard_input():
    address = parse_source("-?format=bgr24&size=4x4&live=1&flip=h")
    assert address.kind == "stdin"
    source = StdinSource.open(address.target, address.options)
    assert source.live
    with pytest.raises(SourceError, match="expected one of jpeg, bgr24"):
        StdinSource.open("", {"format": "mp4"})


def test_closing_ends_a_read_that_waits():
    reader, writer = os.pipe()
    source = StdinSource(reader)
    threading.Timer(0.05, source.close).start()
    assert list(source) == []
    os.close(writer)
    os.close(reader)
