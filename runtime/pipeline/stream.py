"""Open a stream of events by strings: a model, a source and any number of sinks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...devices.health import HealthLog
from ..sinks import Sink, open_sink
from ..sources import GIVE_UP_AFTER_S, Source, open_source
from ..stage import Stage
from .outputs import Stages
from .pipeline import Pipeline
from .runner import Runner

if TYPE_CHECKING:
    from ..turns import Turn


def open_stream(
    runner: Runner,
    source: str | os.PathLike[str] | Source,
    *,
    sinks: Sequence[str | Sink] = (),
    stages: Sequence[Stage] = (),
    max_frames: int | None = None,
    max_fps: float | None = None,
    realtime: bool = False,
    give_up_after: float = GIVE_UP_AFTER_S,
    when_motion: bool = False,
    max_answer_age: float | None = None,
    full_decode: bool = False,
    reduction: Callable[[int, int], int] | None = None,
    force: bool = False,
    model: str = "",
    max_invoke: float | None = None,
    turn: Turn | None = None,
    health: HealthLog | None = None,
    camera: str = "",
) -> Pipeline:
    """Open source and sinks and join them with a model; nothing runs before iteration.

    Args:
        runner: The model.
        source: A source, its string (see ``edgevision.runtime.sources.open``), or the
            path of a file or folder.
        sinks: Sink strings, each kept from stopping the run by its own policy, or
            sinks, whose errors end the run.
        stages: What is done with each event before the sinks get it, in this order.
        max_frames: Stop after so many frames.
        max_fps: At most so many frames per second.
        realtime: Play a file at the pace at which it was taken, dropping frames.
        give_up_after: Seconds after which a lost camera is an error.
        when_motion: Ask the model only when a picture differs from the one that it
            looked at last; otherwise its last answer is used again, and its age is in
            the timing.
        max_answer_age: Seconds after which the model looks again in any case; None
            means 5.
        full_decode: Decode JPEGs whole, also where the model needs less.
        reduction: Returns for the size of a frame how small it may be decoded for the
            model; None means whole. It is not asked when a sink needs every picture.
        force: Let sinks replace files that exist.
        model: The model's name, for the sinks that show it.
        max_invoke: Seconds after which a model hangs that has not answered: the
            iteration ends with a ``ModelError``, and the thread in the model is left
            behind. 0 means no limit, and None 20 times its slowest answer so far, at
            least 10 s.
        turn: When a frame may be taken, where several streams share a model.
        health: The board's health, where somebody reads it already.
        camera: The name of the source among those, for ``Event.camera``.

    Raises:
        ValueError: ``max_answer_age`` is not above 0, or comes without ``when_motion``.
        TypeError: A source or sink is neither a string nor derived from the base class,
            or a stage is not derived from its own.
        SourceError: The source cannot be opened.
        SinkError: A sink cannot be opened.
        OutputExistsError: A sink's file exists and ``force`` is not given.
    """
    if isinstance(sinks, (str, Sink)):
        raise TypeError(
            f"sinks must be a list, got {sinks if isinstance(sinks, str) else 'a sink'}"
            ". Write it in brackets: sinks=[...]."
        )
    if when_motion:
        from ..motion import MAX_ANSWER_AGE_S, WhenMotion

        oldest = MAX_ANSWER_AGE_S if max_answer_age is None else max_answer_age
        runner = WhenMotion(runner, max_answer_age=oldest)
    elif max_answer_age is not None:
        raise ValueError("max_answer_age goes with when_motion=True.")
    with contextlib.ExitStack() as stack:
        opened = (
            open_source(
                os.fspath(source), realtime=realtime, give_up_after=give_up_after
            )
            if isinstance(source, (str, os.PathLike))
            else source
        )
        if not isinstance(opened, Source):
            raise TypeError(
                "source must be a string or derive from edgevision.runtime.sources."
                f"Source, got {type(opened).__name__}."
            )
        stack.callback(opened.close)
        outputs: list[Sink] = []
        for sink in sinks:
            output = open_sink(sink, force=force) if isinstance(sink, str) else sink
            if not isinstance(output, Sink):
                raise TypeError(
                    "a sink must be a string or derive from edgevision.runtime.sinks."
                    f"Sink, got {type(output).__name__}."
                )
            stack.callback(output.close)
            outputs.append(output)
        for stage in Stages(stages):
            stack.callback(stage.close)
        users: list[Sink | Stage] = [*outputs, *stages]
        if not full_decode and not any(user.needs_pictures for user in users):
            opened.reduction.rule = reduction
        if health is None:
            health = HealthLog()
            stack.callback(health.close)
        pipeline = Pipeline(
            opened,
            runner,
            outputs,
            stages=stages,
            max_frames=max_frames,
            max_fps=max_fps,
            health=health,
            model=model,
            max_invoke=max_invoke,
            turn=turn,
            camera=camera,
        )
        stack.pop_all()
        return pipeline
