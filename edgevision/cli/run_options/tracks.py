"""Options of ``run`` that follow objects over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..options import common

if TYPE_CHECKING:
    from ...runtime.stage import Stage

Command = Callable[..., Any]


def track_options(command: Command) -> Command:
    """Add ``--track`` to a command."""
    return common(
        "--track",
        is_flag=True,
        help="Follow objects over time: each has a number that it keeps, in records, "
        "rows and pictures.",
    )(command)


def track_stages(*, track: bool) -> tuple[Stage, ...]:
    """Return the stages that the options ask for."""
    if not track:
        return ()
    from ...runtime.tracking import TrackStage

    return (TrackStage(),)
