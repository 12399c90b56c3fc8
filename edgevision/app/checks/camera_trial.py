"""One picture of a camera, to know that it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...errors import SourceError
from ...runtime.sources import open_source

_PATIENCE_S: Final = 10.0


@dataclass(frozen=True)
class CameraTrial:
    """What came when a camera was asked for a picture.

    Attributes:
        is_there: A picture came.
        words: Its size, or why none came.
    """

    is_there: bool
    words: str


def try_camera(source: str) -> CameraTrial:
    """Return what comes from a source; it is closed again.

    Args:
        source: A source's string.
    """
    try:
        with open_source(source, give_up_after=_PATIENCE_S) as opened:
            for frame in opened:
                width, height = frame.size
                return CameraTrial(True, f"{width}x{height}")
    except SourceError as error:
        return CameraTrial(False, error.sentence)
    return CameraTrial(False, "the source ended before its first picture")
