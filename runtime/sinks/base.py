"""The base class of all sinks: what a run calls, with defaults."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import SinkError
from ..closing import Closing
from ..uri_options import Options, target_arguments

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..event import Event
    from ..rule_event import RuleEvent
    from ..video_packets import PacketTap


@dataclass(frozen=True)
class RunContext:
    """The facts about a run that its sinks get before the first event.

    Attributes:
        stop: Ends the run; may be called from any thread.
        model: The model's name; empty when it has none.
        is_live: Frames come whether they are taken or not.
        is_covered: A stage covers parts of pictures: nothing that the source gave may
            be kept as it came.
        packets: Where the packets of a camera's own video come from; None where they
            may not be kept.
    """

    stop: Callable[[], None]
    model: str = ""
    is_live: bool = False
    is_covered: bool = True
    packets: PacketTap | None = None


class Sink(Closing):
    """The base class of sinks: takes the events of a run until it is closed.

    A subclass needs ``write`` only::

        class Lamp(Sink):
            def write(self, event):
                lamp.set(len(event.result) > 0)

    ``write`` and ``close`` are called from one thread. An error of ``write`` must be a
    ``SinkError`` or an ``OSError``: any other one counts as a fault of the code and
    ends the run.

    Args:
        name: What the sink is called in logs and errors; the class's name by default.

    Attributes:
        name: As above.
        address: What to open in a browser, for a sink that serves; else empty.
        lost: How many events the sink did not keep.
        needs_target: Whether the sink's string must say where to.
        needs_pictures: Whether the sink uses the full picture of every event. Others
            get it, too, when they ask for ``event.frame.image``.
        example: A sink string that can be used, for error sentences.
    """

    name: str = "sink"
    address: str = ""
    lost: int = 0
    needs_target: bool = False
    needs_pictures: bool = False
    example: str = ""

    def __init__(self, name: str = "") -> None:
        self.name = name or type(self).__name__

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> Self:
        """Open a sink by the parts of its string, ``KIND:TARGET?option=value``.

        The default passes the target to the class, if there is one, and has no options.

        Args:
            target: The file, folder or address.
            options: The texts behind the ``?``, by name.
            force: Replace what exists.

        Raises:
            SinkError: The sink cannot be opened, or an option is not usable.
        """
        del force
        owner = f"the sink {cls.__name__}"
        Options(owner, options, error=SinkError).finish()
        return cls(*target_arguments(cls, target, owner=owner, error=SinkError))

    def attach(self, run: RunContext) -> None:
        """Take the run's context, before the first event. The default ignores it."""

    def tell(self, on_note: Callable[[str], None]) -> None:
        """Take where sentences for the user go. The default has no sentences.

        Args:
            on_note: Called with one sentence, from any thread.
        """

    @abstractmethod
    def write(self, event: Event) -> None:
        """Take one event.

        Raises:
            SinkError: The event cannot be kept.
        """

    def write_rule_event(self, rule_event: RuleEvent) -> None:
        """Take one report of a rule. The default leaves it to ``event.rule_events``.

        Called before ``write`` gets the event that it came with, and once more for each
        report with which a run ends.

        Args:
            rule_event: The report.

        Raises:
            SinkError: The report cannot be kept.
        """

    def close(self) -> None:
        """Finish what is open; may be called twice. The default has nothing open."""
