"""The sinks of a running app, each opened once, whoever writes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...runtime.closing import Closing
from ...runtime.sinks import Sink, open_sink
from ..checks import going_on
from .shared_sink import SharedSink


class OpenSinks(Closing):
    """Sinks by their strings: opened when they are first wanted, closed with the app.

    Args:
        force: Let sinks replace files that exist; else files of records go on.
        on_note: Called with sentences for the user, from any thread.
    """

    def __init__(self, *, force: bool, on_note: Callable[[str], None]) -> None:
        self._force, self._on_note = force, on_note
        self._sinks: dict[str, SharedSink] = {}

    def door(self, text: str) -> Sink:
        """Return a sink for one camera, and open it where it is not.

        Args:
            text: A sink's string.

        Raises:
            SinkError: It cannot be opened.
            OutputExistsError: Its file exists, and ``force`` was not given.
        """
        if text not in self._sinks:
            opened = open_sink(
                text if self._force else going_on(text), force=self._force
            )
            sink = SharedSink(opened)
            sink.tell(self._on_note)
            self._sinks[text] = sink
            if sink.address:
                self._on_note(f"Open {sink.address} in a browser.")
        return self._sinks[text].door()

    def keep(self, texts: Iterable[str]) -> None:
        """Close all sinks but these: nobody writes to the others any more."""
        wanted = set(texts)
        for text in [text for text in self._sinks if text not in wanted]:
            self._sinks.pop(text).close()

    @property
    def lost(self) -> dict[str, int]:
        """Return by each sink's name how many events it did not keep."""
        return {sink.name: sink.lost for sink in self._sinks.values()}

    def close(self) -> None:
        """Close all; may be called twice."""
        for sink in self._sinks.values():
            sink.close()
