"""Options of ``run`` that leave a picture out in which nothing moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ..options import speed

Command = Callable[..., Any]


def motion_options(command: Command) -> Command:
    """Add ``--when-motion`` and ``--max-answer-age`` to a command."""
    command = speed(
        "--max-answer-age",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="With --when-motion: look again after so long in any case.",
        shown_default="5",
    )(command)
    return speed(
        "--when-motion",
        is_flag=True,
        help="Run the model only on pictures that differ from the one it looked at "
        "last; otherwise its answer is used again, and records tell its age.",
    )(command)


def refuse_age_alone(*, when_motion: bool, max_answer_age: float | None) -> None:
    """Refuse ``--max-answer-age`` where every picture is looked at.

    Raises:
        click.UsageError: It goes with ``--when-motion``.
    """
    if max_answer_age is not None and not when_motion:
        raise click.UsageError("--max-answer-age goes with --when-motion.")
