"""The stage of a run that says when a camera no longer shows what it should."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from ..durations import duration_text
from ..event import Event
from ..frame import Frame
from ..rule_event import RuleEvent, new_event_id
from ..stage import Stage
from ..wall_clock import wall_seconds
from .camera_judge import CameraJudge
from .camera_state import CameraState
from .kept_view import load_view, save_view
from .settings import WatchSettings

logger = logging.getLogger(__name__)

RULE: Final = "camera"
"""The rule's name in what the watch reports; the label is the state."""

_SAVE_S: Final = 600.0
_SENTENCES: Final = {
    CameraState.COVERED: "the camera is covered since {}",
    CameraState.DARK: "the picture is dark since {}: no light, or the lens is covered",
    CameraState.BLURRED: "the picture is blurred since {}",
    CameraState.MOVED: "the camera looks at something else since {}",
    CameraState.FROZEN: "the camera sends the same picture since {}",
}


class CameraWatch(Stage):
    """Compares what a camera shows with what it usually shows, twice a second.

    Each event gets the camera's state. A fault is reported as a rule named ``camera``
    would: one start, with the state as its label, and one end. Nobody's model is asked,
    and a picture between two looks costs less than a microsecond.

    Args:
        settings: What to look for; None means all, with the defaults.
        camera: The camera's name, for the reports.

    Raises:
        EdgeVisionError: The settings' file is not one of a camera watch.

    Attributes:
        judge: What decides; its ``comparison`` has the figures of the last look.
    """

    name = "watch"

    def __init__(
        self, settings: WatchSettings | None = None, *, camera: str = ""
    ) -> None:
        self.judge = CameraJudge(settings)
        self._camera = camera
        self._open: RuleEvent | None = None
        self._last: Frame | None = None
        file = self.judge.settings.file
        self._file = Path(file).expanduser() if file else None
        self._saved_s: float | None = None
        if self._file is not None:
            load_view(self.judge, self._file)

    def apply(self, event: Event) -> Event:
        """Return the event with the camera's state, and with what is to be reported."""
        frame = event.frame
        self._last = frame
        if self.judge.wants(frame.time_s):
            self.judge.update(frame.view[0], frame.time_s)
            self._save_sometimes(frame.time_s)
        state = self.judge.state
        is_told = self._open.label if self._open is not None else ""
        reports = event.rule_events
        if is_told != (state.value if state.is_fault else ""):
            reports += self._reports(frame, state)
        return replace(event, camera_state=state, rule_events=reports)

    def end(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """Return what the stages before report, and the end of an open fault."""
        if self._open is None or self._last is None:
            return rule_events
        ended = self._ended(self._open, self._last, "the run has ended")
        return *rule_events, ended

    def close(self) -> None:
        """Keep what was learned, if a file is named; may be called twice."""
        if self._last is not None:
            self._save()
            self._last = None

    def _reports(self, frame: Frame, state: CameraState) -> tuple[RuleEvent, ...]:
        reports = []
        if self._open is not None:
            if state is CameraState.OK:
                now = "it shows its usual view again"
            elif state is CameraState.LEARNING:
                now = "its new view counts as the usual one from now on"
            else:
                now = f"it is {state} now"
            reports.append(self._ended(self._open, frame, now))
        if state.is_fault:
            started_s = self.judge.since_s
            wall_s = _wall_s(frame)
            began_s = wall_s - (frame.time_s - started_s)
            self._open = RuleEvent(
                id=new_event_id(wall_s),
                rule=RULE,
                phase="start",
                time_s=frame.time_s,
                started_s=started_s,
                wall_s=wall_s,
                camera=self._camera,
                label=state.value,
                sentence=_SENTENCES[state].format(_clock(frame, started_s, began_s)),
            )
            reports.append(self._open)
        return tuple(reports)

    def _ended(self, start: RuleEvent, frame: Frame, why: str) -> RuleEvent:
        self._open = None
        lasted = duration_text(float(round(max(frame.time_s - start.started_s, 0.0))))
        return replace(
            start,
            phase="end",
            time_s=frame.time_s,
            wall_s=_wall_s(frame),
            sentence=f"the camera was {start.label} for {lasted}: {why}",
        )

    def _save_sometimes(self, time_s: float) -> None:
        if self._saved_s is None or time_s < self._saved_s:
            self._saved_s = time_s
        if time_s - self._saved_s >= _SAVE_S:
            self._saved_s = time_s
            self._save()

    def _save(self) -> None:
        if self._file is None or not self.judge.has_learned:
            return
        try:
            save_view(self.judge, self._file)
        except OSError as error:
            logger.warning("cannot keep the view of the camera: %s", error)


def _wall_s(frame: Frame) -> float:
    return wall_seconds(frame.timestamp_ns)


def _clock(frame: Frame, time_s: float, wall_s: float) -> str:
    """Return the time of day, or the place in a video file, for people."""
    if frame.position_s is None:
        return f"{datetime.fromtimestamp(wall_s):%H:%M}"
    minutes, seconds = divmod(int(max(time_s, 0.0)), 60)
    return f"{minutes}:{seconds:02d}"
