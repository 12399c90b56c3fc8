"""What the rules of an app believe about a video, printed."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import TYPE_CHECKING

import click

from ..options import echo_json
from ..process import on_stop, stoppable_opening
from ..terminal import say
from .loop import note

if TYPE_CHECKING:
    from ...app import App


def explain_app(app: App, *, began: datetime | None, as_json: bool) -> None:
    """Run the cameras of an app, and print what each rule believed and reported.

    Args:
        app: The app.
        began: The local time of the first frames; None means now.
        as_json: Print the reports of each camera as JSON.
    """
    if not app.description.rule:
        raise click.UsageError(
            f"{app.file.name} has no rules, so there is nothing to explain. Write "
            '[rule.NAME], and below it when = "...".'
        )
    if began is None and any(
        _has_clock(one.when) for one in app.description.rule.values()
    ):
        note(
            "Rules with a time of day take the video as one that begins now, at "
            f"{datetime.now():%H:%M}. Pass --began 22:15 for another time."
        )
    with stoppable_opening(app.description.model.max_invoke):
        running = app.explain(began=began, on_note=note)
    with on_stop(running.stop), running:
        for _ in running:
            pass
    if as_json:
        echo_json(
            {
                name: [report.to_dict() for report in timeline.reports]
                for name, timeline in running.timelines.items()
            }
        )
        return
    width = shutil.get_terminal_size((100, 24)).columns
    for name, timeline in running.timelines.items():
        say(f"camera {name}", *timeline.lines(max(width, 40)))


def _has_clock(when: str) -> bool:
    """Return whether a rule asks for the time of day, or the day of the week."""
    from ...runtime.rules.language import TimeIn, WeekdayIn, parse, walk

    return any(isinstance(part, (TimeIn, WeekdayIn)) for part in walk(parse(when)))
