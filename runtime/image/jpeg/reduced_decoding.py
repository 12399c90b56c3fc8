"""How small a JPEG may be decoded, and the decoding."""

from __future__ import annotations

import functools
from collections.abc import Callable

from ...frame import Image, is_cut_off
from ...late_frame import LatePicture
from .decoding import SCALES, DamagedPictureError, decode_jpeg
from .header import read_header

Rule = Callable[[int, int], int]
"""From width and height of a picture to the largest scale of which a model loses
nothing: one pixel for so many, in both directions."""


class ReducedDecoding:
    """How small the pictures of a source may be decoded.

    It is made with the source. The rule comes later, with the model, and none means
    that pictures are decoded whole.

    Attributes:
        rule: Says for a size how small its picture may be; None means whole.
        used: The largest scale that a picture was decoded with.
    """

    def __init__(self) -> None:
        self.rule: Rule | None = None
        self.used = 1

    def scale(self, width: int, height: int) -> int:
        """Return the scale for a picture: 1, 2, 4 or 8.

        Only what divides width and height comes into question, so that the map between
        the small picture and the full one is exact.
        """
        if self.rule is None or min(width, height) < 1:
            return 1
        most = self.rule(width, height)
        return max(
            scale
            for scale in SCALES
            if scale <= max(1, most) and width % scale == 0 and height % scale == 0
        )

    def reduced(self, data: bytes) -> LatePicture | None:
        """Return the picture of a file where less than all of it is needed.

        Returns:
            The picture; None where it must be decoded whole, and where it is no JPEG or
            a damaged one.
        """
        if self.rule is None or is_cut_off(data):
            return None
        try:
            picture = self.decode(data)
        except DamagedPictureError:
            return None
        return picture if isinstance(picture, LatePicture) else None

    def decode(self, data: bytes) -> Image | LatePicture:
        """Decode a JPEG no larger than the rule asks for.

        Raises:
            DamagedPictureError: As for :func:`decode_jpeg`.
        """
        if self.rule is None:
            return decode_jpeg(data)
        header = read_header(data)
        scale = self.scale(header.width, header.height) if header else 1
        if scale == 1:
            return decode_jpeg(data)
        small = decode_jpeg(data, scale)
        whole = functools.partial(decode_jpeg, data)
        picture = LatePicture(small, scale, whole, jpeg=data)
        # A file may ask to be turned, which exchanges width and height.
        if self.scale(*picture.size) < scale:
            return decode_jpeg(data)
        self.used = max(self.used, scale)
        return picture
