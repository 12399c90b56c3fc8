"""Several cameras at one model.

What lives here: the group of pipelines that share a model, the description of one of
its cameras, and a camera that is opened again and again. What may not: whose turn it is
(``turns``), and what a pipeline does. Start reading at ``camera_group.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .camera import Camera
    from .camera_group import CameraGroup, open_cameras
    from .group_summary import GroupSummary
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "camera": "Camera",
            "camera_group": "CameraGroup open_cameras",
            "group_summary": "GroupSummary",
        },
    )
