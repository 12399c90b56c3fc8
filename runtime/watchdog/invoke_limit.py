"""How long one step of a model may take before it counts as hanging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .step import Invoke, Step, Waiting, slowest_invoke

TIMES: Final = 20
"""A step may take so many times as long as the slowest one before it ..."""
LEAST_S: Final = 10.0
"""... and so many seconds in any case."""
FIRST_S: Final = 120.0
"""Seconds for the first invoke, and for a decoder: nothing is known of them. The trial
before a file is opened takes at most a quarter of it."""


@dataclass(frozen=True)
class InvokeLimit:
    """How long an invoke, or the work around it, may take.

    Attributes:
        seconds: The limit; 0 means none, and None means 20 times the slowest invoke of
            the model so far, at least 10 s, and 120 s for the first one.
    """

    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None and not 0 <= self.seconds < float("inf"):
            raise ValueError(
                f"max_invoke must be seconds, or 0 for no limit, got {self.seconds}."
            )

    def of(self, step: Step) -> float:
        """Return the seconds that a step may take; 0 means any number."""
        if isinstance(step, Waiting):
            return 0.0
        if self.seconds is not None:
            return self.seconds
        slowest = slowest_invoke(step.name) if isinstance(step, Invoke) else None
        return FIRST_S if slowest is None else max(LEAST_S, TIMES * slowest)

    def sentences(self, step: Step, seconds: float) -> str:
        """Return what hangs, for people.

        Args:
            step: The step that does not end.
            seconds: How long it has taken.
        """
        if not isinstance(step, Invoke):
            return (
                f"{step.name} hangs: the work beside the interpreter, such as decoding "
                f"the model's answer, has taken {seconds:.3g} s. Mend the decoder, or "
                "pass --max-invoke 0 for no limit."
            )
        slowest = slowest_invoke(step.name)
        known = (
            "It has not answered before."
            if slowest is None
            else f"Its slowest answer so far took {_time(slowest)}."
        )
        longer = max(2 * round(seconds), 1)
        return (
            f"{step.name} hangs: it has not come back from one picture for "
            f"{seconds:.3g} s. {known} If it is only slow, pass --max-invoke "
            f"{longer}s, or 0 for no limit."
        )


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"
