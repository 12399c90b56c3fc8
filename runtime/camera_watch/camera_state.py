"""The states of a camera: what the watch believes about it."""

from __future__ import annotations

from enum import Enum


class CameraState(str, Enum):
    """The state of a camera, as records and pages show it.

    ``learning`` and ``ok`` are no faults; the others are.
    """

    LEARNING = "learning"
    OK = "ok"
    COVERED = "covered"
    DARK = "dark"
    BLURRED = "blurred"
    MOVED = "moved"
    FROZEN = "frozen"

    def __str__(self) -> str:
        """Return the name that stands in records."""
        return self.value

    @property
    def is_fault(self) -> bool:
        """Return whether the camera does not show what it should."""
        return self not in (CameraState.LEARNING, CameraState.OK)
