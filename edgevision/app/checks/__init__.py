"""What an app's description means with its model, and whether it can be meant.

What lives here: which rules, sinks and sources belong to which camera, and what is
refused before a camera runs. What may not: what runs. Start reading at
``rules_of_camera.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .camera_trial import CameraTrial, try_camera
    from .opening import open_model_of, path_of
    from .redaction_check import check_redaction, open_finder
    from .rules_of_camera import check_rules_of, is_tracked, rules_of
    from .sinks import check_sinks, count_tracks, going_on, sinks_of
    from .source_choice import check_sources, with_sources
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "camera_trial": "CameraTrial try_camera",
            "opening": "open_model_of path_of",
            "redaction_check": "check_redaction open_finder",
            "rules_of_camera": "check_rules_of is_tracked rules_of",
            "sinks": "check_sinks count_tracks going_on sinks_of",
            "source_choice": "check_sources with_sources",
        },
    )
