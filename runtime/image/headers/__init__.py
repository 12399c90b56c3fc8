"""Headers of picture files: their size, before they are decoded.

What lives here: a reader for each format that OpenCV decodes, and the limit that they
are held against. What may not: pixels. Start reading at ``picture_header.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .jpeg_frame import too_many_scans
    from .picture_header import (
        READERS,
        At,
        PictureHeader,
        in_bytes,
        in_file,
        read_header,
    )
    from .png_texts import without_texts
    from .size_limit import MAX_PIXELS, max_pixels, parse_pixels, size_problem
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "jpeg_frame": "too_many_scans",
            "picture_header": "At PictureHeader READERS in_bytes in_file read_header",
            "png_texts": "without_texts",
            "size_limit": "MAX_PIXELS max_pixels parse_pixels size_problem",
        },
    )
