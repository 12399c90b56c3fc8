"""Names of video codecs, and what a file says about its own without a decoder."""

from __future__ import annotations

import os
from typing import BinaryIO, Final

_NAMES: Final = {
    "av01": "AV1",
    "av1": "AV1",
    "avc1": "H.264",
    "avc3": "H.264",
    "h264": "H.264",
    "libdav1d": "AV1",
    "hev1": "H.265",
    "hevc": "H.265",
    "hvc1": "H.265",
    "vvc": "H.266",
    "vvc1": "H.266",
    "vvi1": "H.266",
    "vp8": "VP8",
    "vp08": "VP8",
    "vp80": "VP8",
    "vp9": "VP9",
    "vp09": "VP9",
    "vp90": "VP9",
    "mp4v": "MPEG-4",
    "mpeg4": "MPEG-4",
    "fmp4": "MPEG-4",
    "mjpg": "Motion JPEG",
    "mjpeg": "Motion JPEG",
    "apch": "ProRes",
    "apcn": "ProRes",
    "prores": "ProRes",
    "v_av1": "AV1",
    "v_vp8": "VP8",
    "v_vp9": "VP9",
    "v_mpeg4/iso/avc": "H.264",
    "v_mpegh/iso/hevc": "H.265",
    "v_mpegi/iso/vvc": "H.266",
}
NEEDS_PYAV: Final = frozenset({"AV1", "H.266"})
"""Codecs that OpenCV's packages cannot decode, and PyAV's can."""
_HEAD: Final = 1 << 16
_CONTAINERS: Final = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_MOST_BOXES: Final = 1000


def codec_name(code: str) -> str:
    """Return a codec in a reader's words; an unknown code as it is.

    Args:
        code: Four letters, or a name of Matroska's.

    Example:
        >>> codec_name("av01"), codec_name("V_MPEGH/ISO/HEVC"), codec_name("zzz1")
        ('AV1', 'H.265', 'zzz1')
    """
    return _NAMES.get(code.lower(), code)


def codec_of_file(path: str | os.PathLike[str]) -> str:
    """Return how an MP4, Matroska or AVI file is encoded, by its header alone.

    It is asked when no decoder knows the file, so that the user learns what it is.

    Returns:
        A name as :func:`codec_name` gives it; empty where the file does not say.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
                code = _mp4_code(file)
            elif head[:4] == b"\x1aE\xdf\xa3":
                code = _matroska_code(head)
            elif head[:4] == b"RIFF":
                code = _avi_code(head)
            else:
                return ""
    except OSError:
        return ""
    text = code.decode("ascii", "replace").strip("\0 ")
    return codec_name(text) if text.isprintable() else ""


def _mp4_code(file: BinaryIO) -> bytes:
    """Return the code of the first video track, by walking the boxes of the header."""
    position, end = 0, file.seek(0, os.SEEK_END)
    is_video = False
    for _ in range(_MOST_BOXES):
        if position + 8 > end:
            break
        file.seek(position)
        head = file.read(24)
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if kind == b"trak":
            is_video = False
        if kind == b"hdlr":  # QuickTime's tracks have a second one, of their data
            is_video = is_video or head[16:20] == b"vide"
        if kind == b"stsd" and is_video:
            return head[20:24]  # the first entry's kind
        if kind in _CONTAINERS:
            position += 8
            continue
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8:
            break
        position += size
    return b""


def _matroska_code(head: bytes) -> bytes:
    start = head.find(b"V_")
    if start < 2 or head[start - 2] != 0x86:
        return b""
    return head[start : start + (head[start - 1] & 0x7F)]


def _avi_code(head: bytes) -> bytes:
    stream = head.find(b"strh")
    while stream >= 0 and head[stream + 8 : stream + 12] != b"vids":
        stream = head.find(b"strh", stream + 4)
    header = head.find(b"strf", stream) if stream >= 0 else -1
    # BITMAPINFOHEADER.biCompression stands 16 bytes into the chunk's data.
    return head[header + 24 : header + 28] if header >= 0 else b""
