"""A PNG without its texts, which unpack to gigabytes and are no pixels."""

from __future__ import annotations

from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def without_texts(data: bytes) -> bytes:
    """Return a PNG without its chunks of text, and any other file as it is.

    libpng unpacks each of up to a thousand such chunks to 8 MB, keeps them, and OpenCV
    throws them away: a file of 3 MB with 10x10 pixels takes 3 GB and a minute.

    Args:
        data: The file; what is damaged in it is left to the decoder.
    """
    if not data.startswith(_PNG):
        return data
    kept: list[memoryview] = []
    view = memoryview(data)
    begin = position = len(_PNG)
    kept.append(view[:begin])
    while position + 12 <= len(data):
        length = int.from_bytes(view[position : position + 4], "big")
        end = position + 12 + length
        if view[position + 4 : position + 8] in _TEXTS:
            kept.append(view[begin:position])
            begin = end
        position = end
    if len(kept) == 1:
        return data
    return b"".join([*kept, view[begin:]])
