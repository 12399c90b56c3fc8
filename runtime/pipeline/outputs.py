"""What follows the model: the stages of a run, and then its sinks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ..closing import Closing
from ..event import Event
from ..rule_event import RuleEvent
from ..sinks import RunContext
from ..sources import Source
from ..stage import Stage
from ..watchdog import Step
from .sink_writer import SinkWriter


class Stages(Closing):
    """Several stages as one; all calls are from one thread.

    Args:
        stages: The stages, in their order; closed here.

    Raises:
        ValueError: Two stages have one name, which is the name of a row of times. Or
            one that keeps pictures stands before one that covers parts of them.
        TypeError: One of them does not derive from the base class.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        for stage in stages:
            if not isinstance(stage, Stage):
                raise TypeError(
                    "a stage must derive from edgevision.runtime.stage.Stage, got "
                    f"{type(stage).__name__}."
                )
        names = [stage.name for stage in stages]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(
                    f"There are {names.count(name)} stages named {name!r}: give each a "
                    "name of its own, it is its row in the table of times."
                )
        for place, stage in enumerate(stages):
            kept = [one.name for one in stages[:place] if one.keeps]
            if stage.covers and kept:
                raise ValueError(
                    f"The stage {kept[0]!r} keeps pictures and stands before "
                    f"{stage.name!r}, which covers parts of them. Put it behind."
                )
        self._stages = tuple(stages)
        self._open = list(stages)
        self._has_ended = False

    def __iter__(self) -> Iterator[Stage]:
        return iter(self._stages)

    def context(
        self, stop: Callable[[], None], model: str, source: Source
    ) -> RunContext:
        """Return what stages and sinks are told about a run."""
        is_covered = any(one.covers for one in self._stages)
        return RunContext(
            stop,
            model,
            is_live=source.live,
            is_covered=is_covered,
            packets=None if is_covered else source.packets,
        )

    def apply(self, event: Event) -> Event:
        """Return the event as the last stage leaves it, with the times of all."""
        if not self._stages:
            return event
        spent: dict[str, float] = {}
        for stage in self._stages:
            started = time.perf_counter_ns()
            with Step(stage.name, stage):
                event = stage.apply(event)
            spent[stage.name] = (time.perf_counter_ns() - started) / 1e6
        return replace(event, timing=replace(event.timing, stage_ms=spent))

    def end(self) -> tuple[RuleEvent, ...]:
        """Return what is reported because the run ends; nothing the second time."""
        rule_events: tuple[RuleEvent, ...] = ()
        if self._has_ended:
            return rule_events
        self._has_ended = True
        for stage in self._stages:
            with Step(stage.name, stage):
                rule_events = stage.end(rule_events)
        return rule_events

    def close(self) -> None:
        """Close all stages, even if one fails; then raise its error."""
        failure: BaseException | None = None
        while self._open:
            stage = self._open.pop(0)
            try:
                with Step(stage.name, stage):
                    stage.close()
            except BaseException as error:
                failure = failure or error
        if failure is not None:
            raise failure


class Outputs(Closing):
    """The stages and the sinks of a run, in the thread of the sinks.

    Args:
        stages: The stages.
        writer: The sinks.

    Attributes:
        last_reports: What the stages reported when the run had ended.
    """

    def __init__(self, stages: Stages, writer: SinkWriter) -> None:
        self.last_reports: tuple[RuleEvent, ...] = ()
        self._stages, self._writer = stages, writer

    def take(self, event: Event) -> Event:
        """Return the event as the stages leave it, after the sinks have got it."""
        return self._writer.write(self._stages.apply(event))

    def finish(self) -> None:
        """Report what ends with the run, and close all."""
        try:
            self.last_reports = self._stages.end()
            self._writer.report(self.last_reports)
        finally:
            self.close()

    def close(self) -> None:
        """Close stages and sinks; they report nothing more."""
        try:
            self._stages.close()
        finally:
            self._writer.close()
