"""First bytes of streams, by the tables of their standards."""

from __future__ import annotations

import pytest
from edgevision.runtime.sources.pipe.stream_format import HEAD, stream_format
from hypothesis import given
from hypothesis import strategies as st

H264, HEVC = b"\0\0\0\1\x67\x64", b"\0\0\0\1\x40\x01"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"--boundary\r\nContent-Type: image/jpeg", "jpeg"),
        (H264, "h264"),
        (H264[1:], "h264"),
        (b"\0\0\0\1\x09\xf0", "h264"),  # an access unit delimiter
        (b"\0\0\0\1\x06\x05", "h264"),  # a note, as x264 writes one
        (HEVC, "hevc"),
        (b"\0\0\1\x46\x01\x50", "hevc"),  # an access unit delimiter
        (b"\0\0\1\x26\x01\xaf", "hevc"),  # a whole picture
        (b"\x1aE\xdf\xa3\x01", "video"),
        (b"\0\0\0\x1cftypiso5", "video"),
        (b"FLV\x01\x05", "video"),
        (b"YUV4MPEG2 W64", "video"),
        (b"\0\0\1\xba\x44", "video"),
        ((b"G" + bytes(187)) * 2, "video"),
        (b"G" + bytes(100), None),  # perhaps a transport stream
        (b"\0\0\0\1", None),
        (b"", None),
        (b"HTTP/1.0 200 OK\r\n", None),
        (b"x" * HEAD, "jpeg"),
        (bytes(100) + b"\xff\xd8\xff" + H264 + bytes(HEAD), "jpeg"),
        (b"x" * 100 + H264 + b"x" * HEAD, "h264"),
        (b"x" * 100 + HEVC + b"x" * HEAD, "hevc"),
    ],
)
def test_the_first_bytes_tell(head, expected):
    assert stream_format(head) == expected


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind_in_the_end(head):
    assert stream_format(head, is_all=True) is not None
    assert stream_format(head + bytes(HEAD)) is not None
    # What is told once is not told otherwise later.
    if stream_format(head) is not None:
        assert stream_format(head + b"\xff\xd8\xff") == stream_format(head)
