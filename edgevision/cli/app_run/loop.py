"""An app on a terminal: its events, its notes, and the figures of each camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import EdgeVisionError, SinkError
from ..process import StandardOutput, on_reload, on_stop
from ..terminal import say

if TYPE_CHECKING:
    from ...app import App
    from ...app.running import RunningApp
    from ...runtime.cameras import GroupSummary


def note(text: str) -> None:
    """Print a sentence for the user."""
    say(text, err=True)


def drive_app(
    app: App, running: RunningApp, *, shows_frames: bool, quiet: bool, as_json: bool
) -> GroupSummary:
    """Run an app and print its events, then its figures, however it ends.

    SIGHUP loads the file again.

    Args:
        app: The app.
        running: What it runs; it is closed at the end.
        shows_frames: Print a line per frame as well.
        quiet: Print neither frames nor events.
        as_json: Print JSON lines instead of text.

    Raises:
        SinkError: Lines could not be printed; all else got the events.
    """
    output = StandardOutput(as_json=as_json, is_only=False)
    output.tell(note)
    health = running.group.health
    try:
        with on_stop(running.stop), on_reload(lambda: _reload(app)), running:
            for name, event in running:
                output.camera = name
                if not quiet:
                    if not (as_json and shows_frames):  # a frame's record has them
                        for rule_event in event.rule_events:
                            output.write_rule_event(rule_event)
                    if shows_frames:
                        output.write(event)
                news = health.news()
                if news:
                    note(news)
    finally:
        summary = running.summary()
        if not quiet:
            for rule_event in running.last_reports:
                output.write_rule_event(rule_event)
        output.close()
        say(*summary.lines(), err=True)
        for name, lost in running.lost.items():
            if lost:
                note(f"{name} lost {lost} events")
    if output.lost:
        raise SinkError(f"{output.name} lost {output.lost} lines; the reason is above.")
    return summary


def refuse_lost_events(running: RunningApp) -> None:
    """Raise an error when events were lost, so that a script notices it.

    Raises:
        SinkError: A sink lost events.
    """
    for name, lost in running.lost.items():
        if lost:
            raise SinkError(f"{name} lost {lost} events; the reason is above.")


def _reload(app: App) -> None:
    """Load the file again; what is wrong with it is said, and the old one runs on."""
    name = app.file.name
    try:
        note(f"{name} was read again: {app.reload()}.")
    except (EdgeVisionError, ValueError, OSError) as error:
        words = (
            f"{name} was read again and is not used; the app runs as before. {error}"
        )
        say(*words.splitlines(), err=True)
