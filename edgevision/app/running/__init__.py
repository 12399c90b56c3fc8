"""An app that runs: cameras with their stages and sinks, and what a reload changes.

What lives here: what is opened for each camera, and shared by them. What may not: the
file. Start reading at ``running_app.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .camera_setup import CameraSetup, setups_of
    from .camera_stages import names_of_stages, stages_of
    from .running_app import RunningApp
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "camera_setup": "CameraSetup setups_of",
            "camera_stages": "names_of_stages stages_of",
            "running_app": "RunningApp",
        },
    )
