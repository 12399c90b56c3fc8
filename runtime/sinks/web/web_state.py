"""The figures of the web page: counted per event, put together when somebody asks."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from ....devices.health import Health
from ...event import Event
from ...rule_event import RuleEvent
from ...timing import LatencyTable
from ..text import describe
from .contents import contents_of

SECONDS: Final = 120
_FRESH_S: Final = 0.4  # all viewers share one status for so long
HEAT_SECONDS: Final = 1800
_HEAT_STEP_S: Final = 15  # a chip warms up over minutes
_HEAT_STEPS: Final = HEAT_SECONDS // _HEAT_STEP_S
_RATE_SECONDS: Final = 5
EVENTS_SHOWN: Final = 10


@dataclass
class _Second:
    """The sums of one second of events."""

    number: int
    frames: int = 0
    dropped: int = 0
    latency_sum: float = 0.0
    latency_max: float = 0.0
    age_sum: float = 0.0
    age_max: float = 0.0


class WebState:
    """The last two minutes by the second, and the table of the whole run.

    Attributes:
        model: The model's name; empty while it is not known.
        has_heat_map: Whether there is a heat map to show.
    """

    def __init__(self) -> None:
        self.model = ""
        self.has_heat_map = False
        self._lock = threading.Lock()
        self._table = LatencyTable()
        self._seconds: deque[_Second] = deque(maxlen=SECONDS)
        self._last: Event | None = None
        self._last_s = 0.0
        self._began_s = time.monotonic()
        self._status = b""
        self._status_s = -_FRESH_S
        self._heat: deque[tuple[int, Health]] = deque(maxlen=_HEAT_STEPS)
        self._reports: dict[str, RuleEvent] = {}  # the newest of each happening

    def add(self, event: Event) -> None:
        """Count one event."""
        now = time.monotonic()
        timing = event.timing
        with self._lock:
            self._table.add(timing)
            before = self._last.dropped if self._last is not None else 0
            if not self._seconds or self._seconds[-1].number != int(now):
                self._seconds.append(_Second(int(now)))
            second = self._seconds[-1]
            second.frames += 1
            second.dropped += max(event.dropped - before, 0)
            second.latency_sum += timing.model_ms
            second.latency_max = max(second.latency_max, timing.model_ms)
            second.age_sum += timing.age_ms
            second.age_max = max(second.age_max, timing.age_ms)
            self._last = event
            self._last_s = now
            if event.health is not None:
                self._add_heat(int(now) // _HEAT_STEP_S, event.health)

    def add_report(self, report: RuleEvent) -> None:
        """Keep what a rule reports, in place of what it said before of the same."""
        with self._lock:
            self._reports[report.id] = report
            for old in list(self._reports)[:-EVENTS_SHOWN]:
                del self._reports[old]

    def status(self) -> bytes:
        """Return the status as JSON; it changes a few times per second at most."""
        now = time.monotonic()
        if now - self._status_s >= _FRESH_S:
            with self._lock:
                data = self._data(now)
            self._status = json.dumps(data, separators=(",", ":")).encode()
            self._status_s = now
        return self._status

    def _add_heat(self, step: int, health: Health) -> None:
        """Keep one reading per step: the last, unless an earlier one was limited."""
        if self._heat and self._heat[-1][0] == step:
            if self._heat[-1][1].limits and not health.limits:
                return
            self._heat.pop()
        self._heat.append((step, health))

    def _data(self, now: float) -> dict[str, Any]:
        last = self._last
        recent = [s for s in self._seconds if 0 < int(now) - s.number <= _RATE_SECONDS]
        span = min(_RATE_SECONDS, int(now) - int(self._began_s)) or 1
        result = last.result.to_dict() if last is not None else {}
        return {
            "model": self.model,
            "source": last.frame.source if last is not None else "",
            "index": last.frame.index if last is not None else None,
            "has_heat_map": self.has_heat_map and last is not None,
            "uptime_s": round(now - self._began_s, 1),
            "since_last_s": round(now - self._last_s, 2) if last is not None else None,
            "fps": round(sum(s.frames for s in recent) / span, 2),
            "latency_ms": round(last.timing.model_ms, 3) if last is not None else None,
            "age_ms": round(last.timing.age_ms, 3) if last is not None else None,
            "dropped": last.dropped if last is not None else 0,
            "reconnects": last.reconnects if last is not None else 0,
            "gap_s": round(last.gap_s, 1) if last is not None else 0.0,
            "damaged": last.damaged if last is not None else 0,
            "redaction_failed": last.redaction_failed if last is not None else None,
            "camera_state": _camera_state(last),
            "events": [one.to_dict() for one in reversed(self._reports.values())],
            "found": describe(last.result) if last is not None else "",
            "contents": contents_of(last) if last is not None else None,
            "result": result,
            **self._table.to_dict(),
            "history": self._history(int(now)),
            "health": self._health(int(now)),
        }

    def _health(self, now: int) -> dict[str, Any]:
        last = self._last.health if self._last is not None else None
        if last is None:
            return {}
        by_step = dict(self._heat)
        end = now // _HEAT_STEP_S + 1
        line = [by_step.get(step) for step in range(end - _HEAT_STEPS, end)]
        heats = [health.temperature_c if health else None for health in line]
        return {
            **last.summary(),
            "limits": list(last.limits),
            "limits_seen": list(last.limits_seen),
            "seconds": HEAT_SECONDS,
            "temperature": heats,
            "limited": [
                heat if health is not None and health.limits else None
                for heat, health in zip(heats, line, strict=True)
            ],
        }

    def _history(self, now: int) -> dict[str, Any]:
        by_number = {second.number: second for second in self._seconds}
        first = now - SECONDS
        line = [by_number.get(number) for number in range(first, now)]
        began = int(self._began_s)
        idle = [0 if number >= began else None for number in range(first, now)]
        return {
            "seconds": SECONDS,
            "frames": [s.frames if s else i for s, i in zip(line, idle, strict=True)],
            "dropped": [s.dropped if s else i for s, i in zip(line, idle, strict=True)],
            "latency_mean": [
                round(s.latency_sum / s.frames, 2) if s else None for s in line
            ],
            "latency_max": [round(s.latency_max, 2) if s else None for s in line],
            "age_mean": [round(s.age_sum / s.frames, 2) if s else None for s in line],
            "age_max": [round(s.age_max, 2) if s else None for s in line],
        }


def _camera_state(event: Event | None) -> str | None:
    """Return what the camera watch believes; None where nobody watches."""
    if event is None or event.camera_state is None:
        return None
    return event.camera_state.value
