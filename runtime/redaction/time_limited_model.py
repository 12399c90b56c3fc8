"""A model in a thread of its own, from which an answer comes in time or not at all."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from ...errors import RedactionError
from ..closing import Closing
from ..frame import Image

if TYPE_CHECKING:
    from ..results import Result

LIMIT_S: Final = 5.0
_FIRST_LIMIT_S: Final = 60.0  # the first invoke also sets the interpreter up


class ThingFinder(Protocol):
    """What returns a result for a picture, such as a model."""

    def __call__(self, image: Image) -> Result:
        """Return the result for one picture, uint8 (H, W, 3) BGR."""
        ...


class TimeLimitedModel(Closing):
    """Ask a model, and raise an error when it does not answer in time.

    While it still works on an older picture, no newer one is shown to it, and asking is
    an error at once.

    Args:
        model: Returns a result for a picture; closed here where it is ``Closing``.
        limit_s: Seconds for an answer; the first one may take a minute.
    """

    def __init__(self, model: ThingFinder, *, limit_s: float = LIMIT_S) -> None:
        if not limit_s > 0:
            raise ValueError(f"limit_s must be above 0 seconds, got {limit_s}.")
        self._model = model
        self._limit_s = limit_s
        self._has_answered = False
        self._asked_s: float | None = None
        self._pictures: queue.SimpleQueue[Image | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, image: Image) -> Result:
        """Return the model's result for a picture.

        Args:
            image: uint8 (H, W, 3) BGR.

        Raises:
            RedactionError: The model fails, takes too long, or has not come back yet.
        """
        if self._closed:
            raise RedactionError("The model for redaction is closed.")
        if self._asked_s is not None and not self._take_late_answer():
            raise RedactionError(
                "The model for redaction has not come back from one picture for "
                f"{time.monotonic() - self._asked_s:.0f} s."
            )
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._work, name="edgevision-redaction", daemon=True
            )
            self._thread.start()
        self._asked_s = time.monotonic()
        self._pictures.put(image)
        limit = self._limit_s
        if not self._has_answered:
            limit = max(limit, _FIRST_LIMIT_S)
        try:
            answer = self._answers.get(timeout=limit)
        except queue.Empty:
            raise RedactionError(
                f"The model for redaction has not answered within {limit:g} s."
            ) from None
        self._asked_s = None
        if isinstance(answer, BaseException):
            raise RedactionError(
                f"The model for redaction fails: {type(answer).__name__}: {answer}"
            ) from answer
        self._has_answered = True
        result: Result = answer
        return result

    def close(self) -> None:
        """End the thread and close the model; one that hangs is left as it is."""
        if self._closed:
            return
        self._closed = True
        if self._thread is not None:
            self._pictures.put(None)
            self._thread.join(self._limit_s)
            if self._thread.is_alive():
                return  # closing it under its own work would crash the process
        if isinstance(self._model, Closing):
            self._model.close()

    def _take_late_answer(self) -> bool:
        """Throw the answer for an older picture away; return whether there is one."""
        try:
            self._answers.get_nowait()
        except queue.Empty:
            return False
        self._asked_s = None
        return True

    def _work(self) -> None:
        while (image := self._pictures.get()) is not None:
            try:
                answer: Any = self._model(image)
            # Whatever happens here belongs to whoever waits for the answer.
            except BaseException as error:
                answer = error
            self._answers.put(answer)
