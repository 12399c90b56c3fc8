"""The segments of a header are those that were put there, and broken ones end it."""

from __future__ import annotations

import pytest
from edgevision.runtime.image.jpeg.segments import FRAMES, SCAN, segments
from hypothesis import given
from hypothesis import strategies as st

START = b"\xff\xd8"
KINDS = st.sampled_from([0xC0, 0xC4, 0xDB, 0xDD, 0xE0, 0xE1, 0xEE, 0xFE])
FILLING = st.sampled_from([b"", b"\xff", b"\xff\xff\xff", b"\xff\x01", b"\xff\xd3"])
PARTS = st.lists(st.tuples(KINDS, st.binary(max_size=40), FILLING), max_size=6)


def segment(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + (len(content) + 2).to_bytes(2, "big") + content


@given(PARTS, st.binary(max_size=60))
def test_each_segment_comes_once_and_the_scan_is_the_last(parts, pixels):
    wanted = [*((kind, content) for kind, content, _ in parts), (SCAN, b"scan")]
    data = START + b"".join(
        filling + segment(kind, content) for kind, content, filling in parts
    )
    data += segment(SCAN, b"scan") + pixels
    assert [(kind, data[a:b]) for kind, a, b in segments(data)] == wanted


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"\xff",
        b"no marker",
        b"\xff\xe1\x00\x01",  # shorter than its own length
        b"\xff\xe1\x00\x09short",  # longer than the file
    ],
)
def test_a_broken_header_ends_where_it_breaks(rest):
    data = START + segment(0xE0, b"JFIF\0") + rest
    assert [kind for kind, _, _ in segments(data)] == [0xE0]


def test_tables_are_no_frames():
    assert not FRAMES & {0xC4, 0xC8, 0xCC, SCAN}
    assert len(FRAMES) == 13
