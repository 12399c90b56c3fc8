"""The table of picture formats, against the OpenCV at hand."""

from __future__ import annotations

import cv2
import numpy as np
from edgevision.runtime.image.picture_formats import (
    FILM_SUFFIXES,
    FORMATS,
    PICTURE_SUFFIXES,
    STILL_SUFFIXES,
    WRITABLE_SUFFIXES,
)


def test_a_picture_of_every_format_that_opencv_writes_is_one_that_it_reads(tmp_path):
    """The table against the OpenCV at hand: no suffix stands in it by mistake."""
    picture = np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3)
    gray = {".pbm", ".pgm"}
    for suffix in sorted(PICTURE_SUFFIXES):
        path = tmp_path / f"a{suffix}"
        if not cv2.haveImageWriter(str(path)):
            continue
        assert cv2.imwrite(str(path), picture[:, :, 0] if suffix in gray else picture)
        read = cv2.imread(str(path), cv2.IMREAD_COLOR)
        assert read is not None, suffix
        assert read.shape == picture.shape
    assert set(WRITABLE_SUFFIXES) <= PICTURE_SUFFIXES == set(FORMATS)
    assert STILL_SUFFIXES | FILM_SUFFIXES == PICTURE_SUFFIXES
