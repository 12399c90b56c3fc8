"""The time before the first frame: a signal or a model that hangs ends it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import click

from ...errors import EdgeVisionError
from ...runtime.process import end_overhearing
from ...runtime.watchdog import InvokeLimit, Step, Watchdog
from ..terminal import say
from .signals import STOPPED, end_process, is_stopped


@contextlib.contextmanager
def stoppable_opening(max_invoke: float | None) -> Iterator[None]:
    """End the command in order when a signal comes before the first frame.

    Args:
        max_invoke: Seconds that a model may take for one invoke; 0 means any time, and
            None a limit by its own time.

    Raises:
        click.exceptions.Exit: A signal asked for the end.
    """
    try:
        with ending_when_hanging(max_invoke):
            yield
    except EdgeVisionError:
        # Ctrl-C reaches the child that tries the model as well.
        if not is_stopped():
            raise
    if is_stopped():
        say(STOPPED, err=True)
        click.get_current_context().exit(0)


@contextlib.contextmanager
def ending_when_hanging(max_invoke: float | None) -> Iterator[None]:
    """End the process with exit code 1 when a model hangs in the calling thread.

    A thread in a library cannot be interrupted, so nothing behind it is done any more.

    Args:
        max_invoke: As for :func:`stoppable_opening`.
    """
    limit = InvokeLimit(max_invoke)

    def end(step: Step, seconds: float) -> None:
        end_overhearing()
        say(f"Error: {limit.sentences(step, seconds)}", err=True)
        end_process(1)

    with Watchdog(shortest_s=max_invoke or 0.0) as watchdog:
        watchdog.watch(threading.get_ident(), limit.of, end)
        yield
