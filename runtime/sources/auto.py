"""The source ``auto``: the camera that this machine has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import SourceError
from . import Source
from .csi import CsiSource, has_camera
from .v4l2 import V4l2Source, cameras


class AutoSource:
    """Choose a CSI camera where there is one, else the first V4L2 camera."""

    @staticmethod
    def open(target: str, options: Mapping[str, str], **settings: Any) -> Source:
        """Open by ``auto``; the options go to the camera that is chosen.

        Raises:
            SourceError: There is no camera.
        """
        del target
        if has_camera():
            return CsiSource.open("", options, **settings)
        found = cameras()
        if not found:
            raise SourceError(
                "No camera was found: libcamera sees none, and no /dev/video* gives "
                "pictures. Name a --source, for instance synthetic: or clip.mp4, or "
                "look at 'edgevision doctor'."
            )
        return V4l2Source.open(found[0], options, **settings)
