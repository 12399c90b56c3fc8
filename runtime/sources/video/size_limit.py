"""How large the pictures of a video may be, before one is decoded."""

from __future__ import annotations

from typing import Final

from ....devices.memory import available_bytes
from ....errors import SourceError
from ...image.headers import MAX_PIXELS, max_pixels

_LARGEST: Final = 8192 * 8192  # twice of what 8K television has
# The picture as BGR, and as a decoder keeps it with those that others build on.
_BYTES_PER_PIXEL: Final = 3 + 8 * 1.5


def most_pixels() -> int:
    """Return how many pixels a picture of a video may have.

    As many as the user allows, otherwise 67 million, and no more than memory holds. A
    file of 400 kB can hold pictures of 16384x8192 pixels, which take 1.2 GB.
    """
    allowed = max_pixels() or _LARGEST
    return min(allowed, int(available_bytes() / _BYTES_PER_PIXEL))


def check_size(name: str, width: int, height: int) -> None:
    """Refuse a video whose pictures are too large.

    Args:
        name: What the sentence calls the video.
        width: Of its pictures; 0 means that it is not known.
        height: Likewise.

    Raises:
        SourceError: They are too large.
    """
    most = most_pixels()
    if width * height > most:
        raise SourceError(
            f"Cannot read {name}: its pictures have {width}x{height} pixels, and at "
            f"most {most} are decoded here (--max-pixels, {MAX_PIXELS}). Make it "
            "smaller: ffmpeg -i FILE -vf scale=1920:-2 small.mp4"
        )
