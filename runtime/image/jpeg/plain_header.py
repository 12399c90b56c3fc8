"""A JPEG's header without the oddities that libjpeg has a word about.

libjpeg says its first warning about a file and no other. A camera whose header earns
one (a JFIF version 2, a colour code of its own) would so never be told to have sent
damaged pixels. libjpeg goes on as if the usual value stood there, and so it is written.
"""

from __future__ import annotations

from typing import Final

from .segments import FRAMES, SCAN, segments

_JFIF, _ADOBE = 0xE0, 0xEE
_SEQUENTIAL: Final = frozenset({0xC0, 0xC1, 0xC9})
_ALL_OF_A_BLOCK: Final = b"\x00\x3f\x00"  # T.81, table B.3: the only one of these kinds


def plain_header(data: bytes) -> bytes:
    """Return a JPEG with usual values where libjpeg warns and takes them anyway.

    The pixels stay the same: the major version of JFIF (libjpeg expects 1), an unknown
    colour transform of Adobe's segment (taken for YCbCr or YCCK), and the coefficients
    of a scan that holds all of them.

    Args:
        data: The file; it is returned as it is where nothing is odd.
    """
    changes: dict[int, bytes] = {}
    adobe = kind_of_frame = components = 0
    position = 2
    for kind, body, end in segments(data):
        if kind == SCAN:
            break
        if kind == _JFIF and end - body >= 14 and data[body : body + 5] == b"JFIF\0":
            if data[body + 5] != 1:
                changes[body + 5] = b"\x01"
        elif kind == _ADOBE and end - body >= 12 and data[body : body + 5] == b"Adobe":
            adobe = body + 11
        elif kind in FRAMES and end - body >= 6:
            kind_of_frame, components = kind, data[body + 5]
        position = end
    usual = {3: 1, 4: 2}.get(components, 0)
    # For three components libjpeg knows 0 and 1, for four 0 and 2.
    if usual and adobe and data[adobe] not in (0, usual):
        changes[adobe] = bytes([usual])
    if kind_of_frame in _SEQUENTIAL:
        changes.update(_scans(data, position))
    if not changes:
        return data
    plain = bytearray(data)
    for place, value in changes.items():
        plain[place : place + len(value)] = value
    return bytes(plain)


def _scans(data: bytes, position: int) -> dict[int, bytes]:
    """Return what to write where scans say that they hold a part of each block."""
    changes = {}
    # Among compressed pixels 0xFF is never followed by the code of a scan.
    while (position := data.find(b"\xff\xda", position)) >= 0:
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        place = position + 2 + length - 3
        written = data[place : place + 3]
        if length >= 6 and len(written) == 3 and written != _ALL_OF_A_BLOCK:
            changes[place] = _ALL_OF_A_BLOCK
        position += 2
    return changes
