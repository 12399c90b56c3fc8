"""One-stage detectors: network, targets, losses, augmentation, training.

What lives here: the task and all that only detectors need. What may not: decoding and
scores, which the device's own code does. Start reading at ``task.py``.
"""
# mypy: implicit-reexport

from __future__ import annotations

from typing import TYPE_CHECKING

from ...registry import lazy_names

if TYPE_CHECKING:
    from .job import DetectionPlan, detection_job
    from .network import build_detector
    from .pictures import make_scenes
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "job": "DetectionPlan detection_job",
            "network": "build_detector",
            "pictures": "make_scenes",
        },
    )
