"""PyAV, the extra ``video``: FFmpeg's own libraries, imported only where they are used.

OpenCV has an FFmpeg of its own, without an encoder for H.264 and a decoder for AV1, and
hands on neither decoding errors nor the times of frames that are written.
"""

from __future__ import annotations

import importlib.util
import logging
from typing import Any, Final

from ..errors import MissingDependencyError

logger = logging.getLogger(__name__)

INSTALL: Final = "pip install 'av>=15'"
OLDEST: Final = 15
"""Older releases do not tell how a picture is turned."""


def has_pyav() -> bool:
    """Return whether PyAV can be used; a log entry says so when it is broken or old."""
    if importlib.util.find_spec("av") is None:
        return False
    try:
        import_pyav("Reading and writing videos by PyAV")
    except MissingDependencyError as error:
        logger.warning("%s Until then OpenCV reads and writes videos", error)
        return False
    return True


def import_pyav(purpose: str) -> Any:
    """Return the package ``av``.

    Args:
        purpose: What needs it, as the subject of a sentence: ``Reading srt://``.

    Raises:
        MissingDependencyError: It is absent, broken or too old.
    """
    if importlib.util.find_spec("av") is None:
        raise MissingDependencyError(
            f"{purpose} needs PyAV, which is not installed. Run: {INSTALL}"
        )
    try:
        import av
        import av.video.reformatter
    except (ImportError, OSError) as error:
        raise MissingDependencyError(
            f"{purpose} needs PyAV, which cannot be imported ({error}). Run: {INSTALL}"
        ) from error
    version = av.__version__
    if not version.partition(".")[0].isdecimal() or int(version.split(".")[0]) < OLDEST:
        raise MissingDependencyError(
            f"{purpose} needs PyAV {OLDEST} or newer, and {version} is installed. Run: "
            f"{INSTALL}"
        )
    return av
