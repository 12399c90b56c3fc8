"""One camera of several: where its pictures come from, and what becomes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..sinks import Sink
from ..sources import GIVE_UP_AFTER_S, Source
from ..stage import Stage


@dataclass(frozen=True)
class Camera:
    """The settings of one camera of a group.

    Attributes:
        source: A source's string, the path of a file or folder, a source, or what
            returns one each time that the camera is opened.
        sinks: Where its events go: sink strings, or sinks, whose errors end this
            camera.
        stages: What is done with each of its events before the sinks get it; they
            belong to this camera alone.
        max_frames: Stop after so many frames.
        max_fps: At most so many frames per second.
        realtime: Play a file at the pace at which it was taken, dropping frames.
        give_up_after: Seconds after which a lost camera is closed. It is then opened
            anew, after pauses that grow.
        when_motion: Ask the model only when a picture differs from the one that it
            looked at last. A still camera leaves its turns to the others.
        max_answer_age: Seconds after which the model looks again in any case; None
            means 5.
        full_decode: Decode JPEGs whole, also where the model needs less.
        force: Let sinks replace files that exist.
    """

    source: str | os.PathLike[str] | Source | Callable[[], Source]
    sinks: Sequence[str | Sink] = ()
    stages: Sequence[Stage] = ()
    max_frames: int | None = None
    max_fps: float | None = None
    realtime: bool = False
    give_up_after: float = GIVE_UP_AFTER_S
    when_motion: bool = False
    max_answer_age: float | None = None
    full_decode: bool = False
    force: bool = False
