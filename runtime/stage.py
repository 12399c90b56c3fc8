"""A step between the model and the sinks: what makes events of frames."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from .closing import Closing

if TYPE_CHECKING:
    from .event import Event
    from .rule_event import RuleEvent
    from .sinks import RunContext

ROWS: Final = ("watch", "track", "regions", "rules", "redact", "clips")
"""The rows of EdgeVision's own stages in the table of times, in their order.

A camera is watched by the picture as it came; what is kept is covered before.
"""


class Stage(Closing):
    """The base class of stages: takes each event of a run and returns it with more.

    A subclass needs a ``name``, its row in the table of times, and ``apply``::

        class Brightness(Stage):
            name = "brightness"

            def apply(self, event):
                lamp.set(event.frame.image.mean())
                return event

    ``apply``, ``end`` and ``close`` are called from the thread of the sinks, so that
    they overlap with the model. An error ends the run.

    Attributes:
        name: As above: lower case, one word.
        needs_pictures: Whether the stage uses the full picture of every event; JPEGs
            are then decoded whole.
        failed: For how many events the stage could not do its work.
        covers: Whether it hides parts of pictures. Then no later stage keeps what the
            source gave, such as a camera's own JPEGs.
        keeps: Whether it keeps pictures that others can see; such a stage must stand
            behind one that covers.
    """

    name: str = "stage"
    needs_pictures: bool = False
    failed: int = 0
    covers: bool = False
    keeps: bool = False

    def attach(self, run: RunContext) -> None:
        """Take the run's context, before the first event. The default ignores it."""

    @abstractmethod
    def apply(self, event: Event) -> Event:
        """Return the event, or a copy of it that holds more or other things.

        ``event.frame.image`` may belong to somebody else: it is not to be changed.

        Args:
            event: The event as the stage before left it. Where
                ``event.timing.is_reused`` holds, its result is that of an older frame.
        """

    def end(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """Return what is to be reported when the run ends.

        Called once, after the last event. The default passes on what it gets.

        Args:
            rule_events: What the stages before report now.
        """
        return rule_events

    def close(self) -> None:
        """Finish what is open; may be called twice. The default has nothing open."""
