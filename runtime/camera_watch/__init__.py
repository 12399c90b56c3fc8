"""Whether a camera still shows what it usually shows: not covered, moved, frozen.

What lives here: the learned view of a camera, the comparison of pictures with it, and
the stage that reports what has changed. What may not: what a model answers. Start
reading at ``camera_judge.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .background import ViewComparison
    from .camera_judge import CameraJudge
    from .camera_state import CameraState
    from .settings import WatchSettings
    from .watch_stage import RULE, CameraWatch
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "background": "ViewComparison",
            "camera_judge": "CameraJudge",
            "camera_state": "CameraState",
            "settings": "WatchSettings",
            "watch_stage": "CameraWatch RULE",
        },
    )
