"""The frame header of a JPEG: size and sampling."""

from __future__ import annotations

from typing import Final

from .picture_header import At, PictureHeader

_NOT_FRAMES: Final = frozenset({0xC4, 0xC8, 0xCC})
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_LONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
# A colour profile takes up to 255, a depth map or a second picture some hundreds.
_MOST_SEGMENTS: Final = 10_000
_MOST_WORK: Final = 3 * 10**9


def too_many_scans(data: bytes, header: PictureHeader) -> str | None:
    """Return why a JPEG takes too long to decode, or None when it does not.

    Each scan of a progressive JPEG goes over all pixels, whatever its length: a file of
    4 MB may have a hundred thousand scans, and take half an hour. Usual are ten.

    Args:
        data: The file; of another format there is nothing to say.
        header: Its header.
    """
    # Inside of compressed pixels 0xFF is never followed by the code of a scan.
    scans = data.count(b"\xff\xda") if data[:2] == b"\xff\xd8" else 0
    if scans * header.pixels <= _MOST_WORK or scans <= 20:
        return None
    return f"it has {scans} scans of {header.width}x{header.height} pixels"


def jpeg(at: At) -> PictureHeader | None:
    """Read the first frame header before the pixels (ITU-T T.81, B.2.2).

    A progressive JPEG takes two bytes more for each coefficient until it is complete.
    """
    position = 2
    for _ in range(_MOST_SEGMENTS):
        head = at(position, 4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        kind = head[1]
        if kind == 0xFF:
            position += 1
        elif kind in _LONE:
            position += 2
        elif kind in range(0xC0, 0xD0) and kind not in _NOT_FRAMES:
            body = at(position + 4, 6 + 3 * 4)
            if len(body) < 6:
                return None
            height = int.from_bytes(body[1:3], "big")
            width = int.from_bytes(body[3:5], "big")
            factors = body[7 : 6 + 3 * min(body[5], 4) : 3]
            samples = [(factor >> 4) * (factor & 15) for factor in factors]
            per_pixel = sum(samples) / max(1, max(samples, default=1))
            waiting = 2 * per_pixel if kind in _PROGRESSIVE else 0
            return PictureHeader(width, height, max(6.5, 3.5 + waiting))
        elif kind in (0xD9, 0xDA):
            return None
        else:
            position += 2 + int.from_bytes(head[2:4], "big")
    return None
