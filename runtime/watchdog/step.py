"""What a thread does now, and since when; it costs about half a microsecond."""

from __future__ import annotations

import time
from _thread import get_ident
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

_steps: dict[int, Step] = {}
_slowest: dict[str, float] = {}


class Step:
    """One step of the thread that enters it, for whoever watches that thread.

    A step inside another one takes its place; when the inner one ends, the outer one
    begins anew, since the work has gone on.

    Args:
        name: What is at work, for people.
        subject: The thing that is worked on or with.

    Attributes:
        name: As above.
        subject: As above.
        began: Seconds, as ``time.monotonic``.
        outer: The step around it; None without one.
    """

    __slots__ = ("began", "name", "outer", "subject")

    def __init__(self, name: str, subject: Any = None) -> None:
        self.name = name
        self.subject = subject
        self.began = 0.0
        self.outer: Step | None = None

    def __enter__(self) -> Self:
        thread = get_ident()
        self.outer = _steps.get(thread)
        self.began = time.monotonic()
        _steps[thread] = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        outer = self.outer
        if outer is None:
            del _steps[get_ident()]
        else:
            outer.began = time.monotonic()
            _steps[get_ident()] = outer


class Invoke(Step):
    """The step of an interpreter; the slowest one of each name is remembered."""

    __slots__ = ()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the step."""
        seconds = time.monotonic() - self.began
        if seconds > _slowest.get(self.name, -1.0):
            _slowest[self.name] = seconds
        super().__exit__(kind, error, trace)


class Waiting(Step):
    """The step of a thread that waits for another one; it may take any time."""

    __slots__ = ()


def step_of(thread: int | None) -> Step | None:
    """Return the innermost step of a thread; None while it is in none.

    Args:
        thread: The thread's identifier.
    """
    return None if thread is None else _steps.get(thread)


def slowest_invoke(name: str) -> float | None:
    """Return the seconds of the slowest invoke so far; None before the first one."""
    return _slowest.get(name)
