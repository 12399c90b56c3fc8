"""JPEG to pixels, with a word about damage; at a smaller size where that is enough.

OpenCV returns a damaged JPEG as if it were whole, with gray or torn rows that a model
takes for things. libjpeg, which every build of OpenCV has, writes one line about it to
the error stream before it returns, and that is read here.

No decoder sees all damage: codes of variable length fall into step again, and what is
left is a file that another picture could have. Of 200 pictures each with 40 bytes set
to zero in the middle, libjpeg notices about half; with 20 flipped bits 19 of 20, with
one flipped bit one of six, and of pictures that end early or lack a packet's 1400 bytes
all. A count of the bits that are left over at the end found no more.
"""

from __future__ import annotations

import functools
import logging
import re
from typing import Final

import cv2
import numpy as np

from ....errors import SourceError
from ...frame import Image, as_bgr
from ...process import overhear, pass_on
from ..headers import in_bytes, size_problem, too_many_scans
from ..headers import read_header as read_size
from .header import read_header
from .plain_header import plain_header

_FLAGS: Final = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
SCALES: Final = tuple(_FLAGS)
"""A picture is decoded to one pixel for so many, in both directions."""

_DAMAGE: Final = (b"Corrupt JPEG data", b"Premature end of JPEG")
# About the header alone; the pixels are as the camera sent them.
_HARMLESS: Final = (
    b"Warning: unknown JFIF",
    b"Warning: thumbnail",
    b"Unknown Adobe color transform",
    b"Invalid SOS parameters",
    b"Inconsistent progression",
)
_LEFT_OVER: Final = re.compile(rb"Corrupt JPEG data: (\d+) extraneous bytes .*d9")
# With the standard tables, so many bytes of zeros say that 42 values in a row are -1:
# a hole that nobody filled.
_HOLE: Final = bytes(16)


class DamagedPictureError(SourceError):
    """A picture that arrived damaged; the source goes on with the next one."""


def decode_jpeg(data: bytes, scale: int = 1) -> Image:
    """Return a JPEG file as pixels, turned upright by its EXIF tag.

    One thread decodes at a time; see :func:`~edgevision.runtime.process.overhear`.

    Args:
        data: The file.
        scale: One of :data:`SCALES`: the side of the square that becomes one pixel. An
            odd column or row at the edge counts as whole.

    Returns:
        uint8 (ceil(H / scale), ceil(W / scale), 3) BGR.

    Raises:
        DamagedPictureError: It is no JPEG, it is damaged, or it takes too much memory.
    """
    size = read_size(in_bytes(data))
    problem = size and (size_problem(size, len(data)) or too_many_scans(data, size))
    if problem:
        raise DamagedPictureError(problem.rstrip("."))
    data = plain_header(data)
    with overhear() as words:
        try:
            image = cv2.imdecode(np.frombuffer(data, np.uint8), _FLAGS[scale])
        except cv2.error:  # no bytes, or too many pixels
            image = None
    damage = _damage(data, words.text) if words.text else False
    if image is None:
        raise DamagedPictureError("it is no JPEG that OpenCV can decode")
    if damage or _has_hole(data):
        raise DamagedPictureError("its data is broken or ends early")
    return as_bgr(np.asarray(image, np.uint8))


@functools.lru_cache(maxsize=1)
def reports_damage() -> bool:
    """Return whether this build of OpenCV says so when a JPEG is damaged.

    A build with another decoder than libjpeg, or a process without an error stream,
    does not; damage is then seen only where a file breaks off. The log warns of it.
    """
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    file = cv2.imencode(".jpg", noise)[1].tobytes()
    try:
        decode_jpeg(file[: len(file) // 2] + b"\xff\xd9")
    except DamagedPictureError:
        return True
    logging.getLogger(__name__).warning(
        "this OpenCV does not say when a JPEG is damaged, so that damaged pictures may "
        "be used; one that does: pip install opencv-python-headless"
    )
    return False


def _damage(data: bytes, text: bytes) -> bool:
    """Return whether libjpeg speaks of damage; words of others are passed on."""
    is_damaged = False
    for line in text.splitlines(keepends=True):
        if line.startswith(_DAMAGE):
            is_damaged = is_damaged or not _is_padding(data, line)
        elif not line.startswith(_HARMLESS):
            pass_on(line)
    return is_damaged


def _is_padding(data: bytes, line: bytes) -> bool:
    """Return whether bytes between the pixels and the end are a camera's filling.

    Many USB cameras fill up their pictures; what a damage leaves over is not all one
    value.
    """
    match = _LEFT_OVER.match(line)
    end = data.rfind(b"\xff\xd9")
    rest = data[end - int(match[1]) : end] if match and end > int(match[1]) else b""
    return bool(rest) and rest == rest[:1] * len(rest)


def _has_hole(data: bytes) -> bool:
    """Return whether bytes were never filled in, which decode to something."""
    if _HOLE not in data:
        return False
    header = read_header(data)
    if not (header and header.is_sequential and header.has_standard_tables):
        return False
    hole = data.find(_HOLE, header.pixels_at)
    # A camera may fill up its pictures with zeros.
    return hole >= 0 and data[hole : data.rfind(b"\xff\xd9")].strip(b"\0") != b""
