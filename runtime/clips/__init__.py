"""Clips: a short video of each event, with the seconds before it, a snapshot and JSON.

What lives here: the ring of the last seconds, the writers of clips, the folder with its
quota. What may not: when an event begins, which rules say, and what is covered. Start
reading at ``recorder.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .best_picture import Sighting
    from .clip_folder import ClipFolder
    from .clip_settings import ClipSettings
    from .clips_stage import Clips
    from .recorder import ClipRecorder
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "best_picture": "Sighting",
            "clip_folder": "ClipFolder",
            "clip_settings": "ClipSettings",
            "clips_stage": "Clips",
            "recorder": "ClipRecorder",
        },
    )
