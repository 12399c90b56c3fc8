"""Identities over time: which box of this frame is which object of the frames before.

What lives here: the tracker, its parts, and the stage that gives a run's results their
track ids. What may not: zones, lines, rules. Start reading at ``tracker.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .track_stage import TrackStage
    from .tracker import Tracker
    from .tracks import Track, Tracks
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "track_stage": "TrackStage",
            "tracker": "Tracker",
            "tracks": "Track Tracks",
        },
    )
