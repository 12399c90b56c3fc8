"""Files are found in a stream, broken ones counted, and the time is linear."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.image.jpeg.splitter import JpegSplitter
from hypothesis import given
from hypothesis import strategies as st
from support.mjpeg_server import jpeg


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
    assert splitter.damaged == 0
    assert not splitter.is_inside


@given(st.integers(0, 3), st.integers(20, 10_000), st.integers(1, 4000))
def test_a_file_that_is_cut_in_its_pixels_is_counted_and_costs_only_itself(
    which, cut, step
):
    """Also where it has a preview, which must not pass for the picture."""
    file = FILES[which]
    header = file.rfind(b"\xff\xda")
    end = header + 20 + cut % (len(file) - header - 30)
    stream = file[:end] + b"\r\n--frame\r\n\r\n" + PLAIN + RESTARTS
    splitter, out = JpegSplitter(), []
    for start in range(0, len(stream), step):
        out += splitter.feed(stream[start : start + step])
    assert out == [PLAIN, RESTARTS]
    assert splitter.damaged == 1


@pytest.mark.parametrize("place", [0.3, 0.5, 0.9])
def test_a_file_that_is_cut_in_a_table_costs_only_itself(place):
    tables = PLAIN.find(b"\xff\xc4")
    cut = tables + int((PLAIN.find(b"\xff\xda") - tables) * place)
    splitter = JpegSplitter()
    assert splitter.feed(PLAIN[:cut] + RESTARTS + PLAIN) == [RESTARTS, PLAIN]
    assert splitter.damaged == 1


def test_a_file_at_the_end_is_inside():
    splitter = JpegSplitter()
    assert splitter.feed(PLAIN + PLAIN[:500]) == [PLAIN]
    assert splitter.is_inside


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


def _nested(kind: int) -> bytes:
    """Return a segment full of starts, each of which ends where the segment does."""
    segment = bytearray(b"\xff" + bytes([kind]) + b"\xff\xff" + bytes(65533))
    for place in range(4, len(segment) - 6, 6):
        left = len(segment) - (place + 4)
        if 2 <= left <= 65535:
            start = b"\xff\xd8\xff" + bytes([kind]) + left.to_bytes(2, "big")
            segment[place : place + 6] = start
    return bytes(segment)


@pytest.mark.parametrize("kind", [0xE0, 0xDB])
def test_the_steps_are_linear_in_the_bytes_of_a_stream_made_to_be_slow(kind):
    """Ten thousand starts in a segment, each with the whole rest of the stream."""

    class Counting(JpegSplitter):
        steps = 0

        def _walk(self):
            before = self._position
            end = super()._walk()
            self.steps += self._position - before
            return end

    splitter = Counting(limit=1 << 20)
    data = b"\xff\xd8" + _nested(kind) * 40
    for start in range(0, len(data), 1 << 18):
        splitter.feed(data[start : start + (1 << 18)])
    splitter.feed(PLAIN * 2)
    assert splitter.steps < 3 * len(data)
