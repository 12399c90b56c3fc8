"""One place where results of an app go."""

from __future__ import annotations

from dataclasses import dataclass, field

CAMERA = "{camera}"
"""What stands for the camera's name in a sink's text."""


@dataclass(frozen=True)
class SinkDescription:
    """Where results go.

    Attributes:
        to: All that ``edgevision run --sink`` takes: ``web:8080`` for a page,
            ``jsonl:events.jsonl?what=events`` for one line per event. ``{camera}`` in
            it is the camera's name: each camera has a sink of its own then.
        cameras: Only these cameras; without it all.
    """

    to: str = field(metadata={"example": '"web:8080"'})
    cameras: tuple[str, ...] = ()
