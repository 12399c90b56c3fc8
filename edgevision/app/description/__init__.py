"""What an app is, as frozen dataclasses: what its file holds, and what Python passes.

What lives here: one dataclass per table of the file, and the JSON schema of all. What
may not: opening anything. Start reading at ``app_description.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .app_description import AppDescription
    from .camera_description import CameraDescription
    from .model_description import ModelDescription, SecondModel
    from .region_description import RegionDescription
    from .rule_description import RuleDescription
    from .sink_description import CAMERA, SinkDescription
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "app_description": "AppDescription",
            "camera_description": "CameraDescription",
            "model_description": "ModelDescription SecondModel",
            "region_description": "RegionDescription",
            "rule_description": "RuleDescription",
            "sink_description": "CAMERA SinkDescription",
        },
    )
