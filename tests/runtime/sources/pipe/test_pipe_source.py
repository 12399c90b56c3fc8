"""Pictures on a pipe: JPEG files in any portions, raw frames, damage."""

from __future__ import annotations

import os
import sys
import threading

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.open import open_source, parse_source
from edgevision.runtime.sources.pipe import descriptor
from edgevision.runtime.sources.pipe.picture_format import PictureFormat
from edgevision.runtime.sources.pipe.pipe_source import PipeSource
from support.damage import DAMAGES, encoded, photo
from support.fault_rows import Listener
from support.mjpeg_server import jpeg

from edgevision.errors import SourceError


def _pipe(data: bytes, **settings) -> PipeSource:
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb") as file:
            file.write(data)

    threading.Thread(target=write, daemon=True).start()
    source = PipeSource(reader, **settings)
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
    assert "is damaged: it is no JPEG" in listener.told[0]
    listener.record(
        "stdin-damaged",
        source="-",
        fault="one of three JPEGs is damaged",
        against="a pipe",
        then="left out and counted, the others are used; exit 1 at the end",
    )


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("live", [False, True])
def test_no_frame_comes_of_a_damaged_picture(kind, live):
    """FIELD's camera: two of three pictures arrive damaged, each in another way."""
    rng = np.random.default_rng(0)
    files = [encoded(photo(seed)) for seed in range(4)]
    stream = b"".join(file + DAMAGES[kind](file, rng) for file in files)
    source = _pipe(stream, live=live)
    frames = list(source)
    assert [frame.index for frame in frames] == [0, 2, 4, 6] or kind.startswith("cut")
    for frame, file in zip(frames, files, strict=True):
        expected = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
        np.testing.assert_array_equal(frame.image, expected)
    counted = source.status.damaged if live else source.status.unreadable
    assert counted == 4
    assert len(source.told) == (1 if live else 4)


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
    frames = list(
        _pipe(bytes_per_frame * 3, picture_format=PictureFormat(pixels, (4, 4)))
    )
    assert len(frames) == 3
    assert frames[0].image.shape == (4, 4, 3)
    assert frames[0].image.flags.writeable
    np.testing.assert_allclose(frames[2].image[1, 1], expected, atol=1)


def test_a_raw_stream_that_ends_within_a_frame_asks_for_its_size():
    source = _pipe(bytes(48 + 40), picture_format=PictureFormat("bgr24", (4, 4)))
    assert len(list(source)) == 1
    assert "ended 8 bytes before the end of a frame: is it really 4x4" in source.told[0]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"format": "bgr24"}, r"need their size\. .* '-\?format=bgr24&size=640x480'"),
        ({"format": "nv12", "size": "3x4"}, "even width and height, got 3x4"),
        ({"format": "mp4"}, "expected one of auto, jpeg, h264, hevc, bgr24"),
    ],
)
def test_options_that_are_not_usable(options, match):
    with pytest.raises(SourceError, match=match):
        PipeSource.open("-", options)


def test_options_of_standard_input():
    address = parse_source("-?format=bgr24&size=4x4&live=1&flip=h")
    assert (address.kind, address.target) == ("pipe", "-")
    source = PipeSource.open(address.target, address.options)
    assert source.live
    source.close()


def test_a_fifo_waits_for_the_program_that_writes_to_it(tmp_path, monkeypatch):
    monkeypatch.setattr(descriptor, "_QUIET_S", 0.0)
    fifo = tmp_path / "cam.mjpeg"
    os.mkfifo(fifo)
    source = open_source(str(fifo))
    assert source.name == str(fifo)
    notes: list[str] = []

    def write(text):
        notes.append(text)
        threading.Thread(
            target=lambda: fifo.write_bytes(jpeg(10) + jpeg(20)), daemon=True
        ).start()

    source.status.on_note = write
    assert [round(frame.image.mean()) for frame in source] == [10, 20]
    assert notes == [f"{fifo} is open; no program has written yet."]


def test_a_fifo_that_nobody_writes_to_can_be_closed(tmp_path):
    os.mkfifo(tmp_path / "cam")
    source = open_source(f"{tmp_path}/cam")
    threading.Timer(0.05, source.close).start()
    assert list(source) == []


@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd"])
def test_what_a_shell_hands_over_is_read(folder):
    reader, writer = os.pipe()
    os.write(writer, jpeg(10) + jpeg(20))
    os.close(writer)
    source = open_source(f"{folder}/{reader}?flip=h")
    os.close(reader)  # the source has its own
    assert [round(frame.image.mean()) for frame in source] == [10, 20]


def test_a_terminal_and_a_closed_standard_input_are_told(monkeypatch):
    ours, terminal = os.openpty()
    try:
        with pytest.raises(SourceError, match="from a terminal. Pipe them in"):
            open_source(f"/dev/fd/{terminal}")
    finally:
        os.close(ours)
        os.close(terminal)
    monkeypatch.setattr(sys, "__stdin__", None)
    with pytest.raises(SourceError, match="Cannot read standard input: it is closed"):
        open_source("-")


def test_standard_input_stays_open_for_others():
    reader, writer = os.pipe()
    before = os.dup(0)
    os.dup2(reader, 0)
    try:
        for name in ("-", "/dev/stdin"):
            open_source(name).close()
            os.fstat(0)
    finally:
        os.dup2(before, 0)
        for descriptor in (before, reader, writer):
            os.close(descriptor)


def test_a_descriptor_that_is_not_there_is_told():
    with pytest.raises(SourceError, match=r"Cannot read /dev/fd/987654: Bad file desc"):
        open_source("/dev/fd/987654")


def test_closing_ends_a_read_that_waits():
    reader, writer = os.pipe()
    source = PipeSource(reader)
    threading.Timer(0.05, source.close).start()
    assert list(source) == []
    os.close(writer)


def test_a_picture_that_breaks_off_because_the_run_ends_is_no_damage():
    reader, writer = os.pipe()
    os.write(writer, jpeg(10) + jpeg(20)[:300])
    source = PipeSource(reader)
    for _frame in source:
        threading.Timer(0.1, source.close).start()
    os.close(writer)
    assert source.status.unreadable == 0
