"""What a stream of pictures is, by its first bytes."""

from __future__ import annotations

from typing import Final

HEAD: Final = 4096
"""So many bytes of a stream tell what it is, or nothing does."""

JPEG: Final = "jpeg"
H264: Final = "h264"
HEVC: Final = "hevc"
VIDEO: Final = "video"
"""A container of a video, whose beginning says which."""

_JPEG: Final = b"\xff\xd8\xff"
_CONTAINERS: Final = (
    (0, b"\x1aE\xdf\xa3"),  # Matroska, WebM
    (4, b"ftyp"),  # MP4; "styp" and "moof" begin a fragment of one
    (4, b"styp"),
    (4, b"moof"),
    (4, b"moov"),
    (0, b"FLV\x01"),
    (8, b"AVI "),
    (0, b"OggS"),
    (0, b"DKIF"),  # IVF
    (0, b"YUV4MPEG2"),
    (0, b"\x00\x00\x01\xba"),  # MPEG program stream
)
_TS_PACKET: Final = 188
# What is often sent by mistake, and what it is called.
_OTHERS: Final = (
    (b"\x89PNG", "a PNG file"),
    (b"GIF8", "a GIF file"),
    (b"BM", "a BMP file"),
    (b"P6", "a PPM file"),
    (b"<", "a web page"),
    (b"{", "a text"),
)
# The kinds of NAL units that a stream may begin with (ITU-T H.264 table 7-1, H.265
# table 7-1): parameter sets, access unit delimiters, notes, pictures.
_H264_SLICE: Final = 1
_H264_UNITS: Final = frozenset({5, 6, 7, 8, 9})
_H264_NOTES: Final = frozenset({6, 9})  # nal_ref_idc is 0 there, and nowhere else
_HEVC_UNITS: Final = frozenset({0, 1, *range(16, 22), 32, 33, 34, 35, 39, 40})


def stream_format(head: bytes, *, is_all: bool = False) -> str | None:
    """Return what a stream is: jpeg, h264, hevc or video; None means not yet known.

    Args:
        head: Its first bytes; :data:`HEAD` of them always tell.
        is_all: The stream ends there.

    Returns:
        ``jpeg`` also for what is nothing that is known: only there, pictures may begin
        anywhere (behind a header of HTTP).
    """
    if head.startswith((_JPEG, b"--")):
        return JPEG
    for place, mark in _CONTAINERS:
        if head[place : place + len(mark)] == mark:
            return VIDEO
    if head[:1] == b"G" and head[_TS_PACKET : _TS_PACKET + 1] == b"G":
        return VIDEO  # an MPEG transport stream
    if head[:3] == b"\0\0\1" or head[:4] == b"\0\0\0\1":
        return _nal_format(head, head.index(b"\1") + 1) or (JPEG if is_all else None)
    if len(head) < HEAD and not is_all:
        return None
    start = head.find(b"\0\0\1")
    if _JPEG in head or start < 0:
        return JPEG
    return _nal_format(head, start + 3) or JPEG  # a camera that was joined midway


def other_format(head: bytes) -> str:
    """Return what else a stream begins like, such as ``a PNG file``; may be empty."""
    return next((name for mark, name in _OTHERS if head.startswith(mark)), "")


def _nal_format(head: bytes, place: int) -> str | None:
    """Return the codec of a NAL unit by its header; None where that is not there."""
    if place + 2 > len(head) or head[place] & 0x80:
        return None
    first, second = head[place], head[place + 1]
    # In H.265 the second byte holds a part of the layer, 0, and the time layer, from 1.
    if first & 1 == 0 and first >> 1 in _HEVC_UNITS and second in range(1, 8):
        return HEVC
    unit, is_needed = first & 0x1F, bool(first & 0x60)
    if unit == _H264_SLICE or (
        unit in _H264_UNITS and is_needed is (unit not in _H264_NOTES)
    ):
        return H264
    return None
