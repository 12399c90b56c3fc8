"""A model's picture alone, beside its frame, and over it."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.drawing.output_picture import lay_output, side_by_side
from edgevision.runtime.drawing.overlay import draw
from edgevision.runtime.image import read_image
from edgevision.runtime.results.output_image import OutputImage
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import OutputExistsError


def picture(width, height, *, frame, part=None, values=None, level=200):
    image = np.full((height, width, 3), level, np.uint8)
    return OutputImage(image, frame, part or (0, 0, *frame), values)


def test_a_stretched_picture_gets_the_proportions_of_its_frame():
    result = picture(256, 256, frame=(640, 480))
    assert result.proportional().shape == (256, 341, 3)
    assert result.size == (256, 256)


def test_a_larger_picture_keeps_its_pixels():
    result = picture(200, 200, frame=(50, 50))
    assert result.proportional() is result.image
    gray = OutputImage(np.zeros((4, 4), np.uint8), (2, 2), (0, 0, 2, 2))
    assert gray.proportional().shape == (4, 4, 3)


@given(
    st.integers(1, 300), st.integers(1, 300), st.integers(1, 300), st.integers(1, 300)
)
def test_no_pixel_of_the_picture_is_lost(width, height, columns, rows):
    shown = picture(width, height, frame=(columns, rows)).proportional()
    assert shown.shape[0] >= height
    assert shown.shape[1] >= width
    wanted = columns / rows
    # Within one pixel of the exact proportions, on the side that was computed.
    assert (
        abs(shown.shape[1] - shown.shape[0] * wanted) <= 1
        or abs(shown.shape[0] - shown.shape[1] / wanted) <= 1
    )


def test_beside_the_frame_both_are_equally_high():
    frame = np.zeros((30, 40, 3), np.uint8)
    both = side_by_side(frame, picture(80, 60, frame=(40, 30)))
    assert both.shape == (60, 160, 3)
    assert both[:, :80].max() == 0
    assert both[:, 80:].min() == 200
    low = side_by_side(frame, picture(20, 15, frame=(40, 30)))
    assert low.shape == (30, 80, 3)


def test_a_picture_is_laid_over_the_part_that_it_shows():
    frame = np.zeros((10, 20, 3), np.uint8)
    result = picture(4, 4, frame=(20, 10), part=(5, 0, 10, 10))
    drawn = draw(frame, result)
    assert drawn[:, 5:15].min() == 200
    assert drawn[:, :5].max() == drawn[:, 15:].max() == 0
    assert frame.max() == 0
    of_map = picture(
        4, 4, frame=(20, 10), part=(5, 0, 10, 10), values=np.zeros((4, 4), np.float32)
    )
    assert draw(frame, of_map)[0, 7].tolist() == [100, 100, 100]
    with pytest.raises(ValueError, match="belongs to a frame of 20x10, the picture"):
        lay_output(np.zeros((5, 5, 3), np.uint8), result)


def test_a_result_saves_its_picture(tmp_path):
    result = picture(8, 8, frame=(16, 8), level=77)
    result.save(tmp_path / "alone.png")
    alone = read_image(tmp_path / "alone.png")
    assert alone.shape == (8, 16, 3)
    assert alone.min() == alone.max() == 77
    with pytest.raises(OutputExistsError):
        result.save(tmp_path / "alone.png")
    result.save(tmp_path / "over.png", np.zeros((8, 16, 3), np.uint8))
    assert read_image(tmp_path / "over.png").min() == 77
