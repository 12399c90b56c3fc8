"""Sources that can be lost and come back: reconnecting, waiting, counting the gaps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from ...errors import SourceError
from ..frame import Frame
from ..image.jpeg import DamagedPictureError
from ..late_frame import Stamped, frame_of
from .base import Source

GIVE_UP_AFTER_S: Final = 300.0
_FIRST_WAIT_S: Final = 0.25
_LONGEST_WAIT_S: Final = 10.0
_DAMAGED_FOR_S: Final = 10.0  # longer than the loss of a few packets
_ONLY_DAMAGED: Final = "its pictures arrive damaged, all of them."


class EndOfStreamError(Exception):
    """The stream is over and will not come back; not an error."""


class Grabber(Protocol):
    """One open connection to a camera.

    Attributes:
        mode: The camera's real mode, in words; may be empty.
    """

    mode: str

    def read(self) -> Stamped:
        """Wait for a picture; return it, BGR, with its ``time.monotonic_ns()``.

        Raises:
            DamagedPictureError: The picture arrived damaged; the next one may be whole.
            SourceError: The camera is lost.
            EndOfStreamError: The stream is over.
        """
        ...

    def close(self) -> None:
        """Let go of the camera; called once, by the thread that reads."""
        ...


class LiveSource(Source):
    """A camera that is opened again when it is lost.

    The first opening must succeed, so that a typing error is reported at once. After
    that a loss is reported, and the camera is tried again after 0.25, 0.5, 1 ... 10
    seconds until it is back or ``give_up_after`` has passed. A gap counts from the last
    picture before it to the first one after it. A picture that arrives damaged is
    counted in ``status.damaged`` and left out; its number stays unused. A camera that
    sends no other for ten seconds is lost.

    Args:
        name: Name of the source, without any password.
        connect: Opens the camera, or raises ``SourceError``.
        give_up_after: Seconds after which a lost camera is an error.
        first_wait_s: Seconds before the first new try.
    """

    live = True

    def __init__(
        self,
        name: str,
        connect: Callable[[], Grabber],
        *,
        give_up_after: float = GIVE_UP_AFTER_S,
        first_wait_s: float = _FIRST_WAIT_S,
    ) -> None:
        super().__init__(name)
        self.give_up_after = give_up_after
        self._connect = connect
        self._first_wait_s = self._wait_s = first_wait_s
        self._tries = 0
        self._damaged_since: float | None = None
        self._grabber: Grabber | None = connect()
        self.status.mode = self._grabber.mode

    def frames(self) -> Iterator[Frame]:
        """Yield frames, and open the camera again when it is lost."""
        index = 0
        last_ns = time.monotonic_ns()
        lost_for: SourceError | None = None
        size = (0, 0)
        while not self.closed.is_set():
            if self._grabber is None:
                self._grabber = self._connect_again(last_ns, lost_for)
                if self._grabber is None:
                    return
            try:
                image, stamp = self._grabber.read()
            except EndOfStreamError:
                return
            except DamagedPictureError as error:
                index += 1
                if self._is_bearable(error):
                    continue
                lost_for = self._lose(SourceError(_ONLY_DAMAGED), lost_for)
                continue
            except SourceError as error:
                lost_for = self._lose(error, lost_for)
                continue
            now = time.monotonic_ns()
            self._damaged_since = None
            if lost_for is not None:
                self._count_gap((now - last_ns) / 1e9)
                lost_for = None
            last_ns = now
            frame = frame_of((image, stamp), index, self.name)
            if size not in ((0, 0), frame.size):
                self.status.on_note(
                    f"{self.name} now gives {frame.size[0]}x{frame.size[1]} pixels "
                    f"instead of {size[0]}x{size[1]}."
                )
            size = frame.size
            yield frame
            index += 1

    def _is_bearable(self, error: DamagedPictureError) -> bool:
        """Count a damaged picture; return False when there were no others for long."""
        self.status.damaged += 1
        if self.status.damaged == 1:
            self.status.on_note(
                f"A picture of {self.name} is damaged: {error}. It is skipped. All "
                "such pictures are counted."
            )
        now = time.monotonic()
        if self._damaged_since is None:
            self._damaged_since = now
        return now - self._damaged_since <= _DAMAGED_FOR_S

    def _lose(self, error: SourceError, lost_for: SourceError | None) -> SourceError:
        """Let go of the camera, and report it unless it was lost before."""
        self._let_go()
        if lost_for is None and not self.closed.is_set():
            self._wait_s, self._tries = self._first_wait_s, 0
            self.status.on_note(
                f"{self.name} is lost: {error} Trying again for "
                f"{self.give_up_after:.0f} s."
            )
        return error

    def _connect_again(
        self, last_ns: int, lost_for: SourceError | None
    ) -> Grabber | None:
        """Return a new connection, or None when the source is closed meanwhile."""
        while True:
            # Before each try, and longer each time until a picture comes: a camera that
            # opens and then fails must not spin.
            if self.closed.wait(self._wait_s):
                return None
            self._wait_s = min(self._wait_s * 2, _LONGEST_WAIT_S)
            gone = (time.monotonic_ns() - last_ns) / 1e9
            if self._tries and gone > self.give_up_after:
                raise SourceError(
                    f"{self.name} did not come back within {self.give_up_after:.0f} s: "
                    f"{lost_for} Choose a longer --give-up-after, or let systemd start "
                    "the run again."
                ) from lost_for
            self._tries += 1
            try:
                return self._connect()
            except SourceError as error:
                lost_for = error

    def _count_gap(self, seconds: float) -> None:
        self.status.reconnects += 1
        self.status.gap_s += seconds
        self.status.on_note(f"{self.name} is back after {seconds:.1f} s.")
        if self._grabber is not None and self._grabber.mode != self.status.mode:
            self.status.mode = self._grabber.mode

    def _let_go(self) -> None:
        if self._grabber is not None:
            grabber, self._grabber = self._grabber, None
            self._damaged_since = None
            grabber.close()

    def release(self) -> None:
        """Let go of the camera."""
        self._let_go()
