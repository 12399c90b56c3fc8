"""Ribbon-cable cameras (CSI): picamera2 or rpicam-vid on a Pi, Argus on a Jetson.

What lives here: the source, and one file per way to read a camera. What may not: other
kinds of source. Start reading at ``csi_source.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ....registry import lazy_names

if TYPE_CHECKING:
    from .csi_source import CsiSource, has_camera
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "csi_source": "CsiSource has_camera",
        },
    )
