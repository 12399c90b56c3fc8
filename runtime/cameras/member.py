"""One camera of a group: its pipeline, and the thread that takes its events."""

from __future__ import annotations

import logging
import threading

from ...errors import EdgeVisionError
from ..event import Event
from ..pipeline import Pipeline
from .merge import Merge

logger = logging.getLogger(__name__)

Item = tuple[str, Event]


class Member:
    """A camera that runs until it ends, fails or is closed; the others do not notice.

    Args:
        name: The camera's name.
        pipeline: Its pipeline, which is closed here.
        merge: Where its events go.

    Attributes:
        name: The camera's name.
        pipeline: Its pipeline.
        error: Why it ended, where that was an error.
    """

    def __init__(self, name: str, pipeline: Pipeline, merge: Merge[Item]) -> None:
        self.name = name
        self.pipeline = pipeline
        self.error: BaseException | None = None
        self._merge = merge
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> str:
        """Return where it is: waiting, running, ended or failed."""
        if self.error is not None:
            return "failed"
        if self._thread is None:
            return "waiting"
        return "running" if self._thread.is_alive() else "ended"

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._merge.enter()
        thread = threading.Thread(
            target=self._run, name=f"edgevision-camera-{self.name}", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            self._merge.leave(self)
            raise
        self._thread = thread

    def stop(self) -> None:
        """End soon; safe from any thread."""
        self.pipeline.stop()

    def close(self) -> None:
        """End, and wait for it; may be called twice."""
        self._merge.refuse(self)
        self.pipeline.stop()
        if self._thread is not None:
            self._thread.join()
        else:
            self.pipeline.close()

    def _run(self) -> None:
        try:
            with self.pipeline:
                for event in self.pipeline:
                    if not self._merge.put(self, (self.name, event)):
                        break
        except BaseException as error:
            self.error = error
            # A fault of the code needs its place, an error of a camera does not.
            is_plain = isinstance(error, (EdgeVisionError, OSError))
            logger.warning(
                "camera %s has ended: %s",
                self.name,
                error,
                exc_info=None if is_plain else error,
            )
        finally:
            self._merge.leave(self)
