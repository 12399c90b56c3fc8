"""The base class of all sources: closing from any thread, counters, defaults."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import SourceError
from ..closing import Closing
from ..image.jpeg import ReducedDecoding
from ..uri_options import Options, target_arguments
from ..video_packets import PacketTap
from .status import SourceStatus

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..frame import Frame


class Source(Closing):
    """The base class of sources: yields frames until the stream ends or it is closed.

    A subclass needs ``frames`` only: a generator that ends when the stream ends or
    soon after ``closed`` is set, and that raises ``SourceError`` when it fails::

        class Robot(Source):
            def frames(self):
                for index, image in enumerate(robot.pictures()):
                    yield Frame(image, time.monotonic_ns(), index, self.name)

    A source can be iterated once.

    Args:
        name: What the source is called in logs and records, without any password; the
            class's name by default.

    Attributes:
        name: As above.
        live: Frames come whether they are taken or not (a camera).
        status: Counts of reconnects, gaps and unreadable pictures.
        reduction: How small JPEGs may be decoded; a source that has none ignores it.
        packets: Where the packets of a camera's own video go; most sources have none.
        closed: Set when the iteration is to end; ``closed.wait(seconds)`` sleeps.
    """

    name: str
    live: bool = False
    status: SourceStatus
    reduction: ReducedDecoding
    packets: PacketTap
    closed: threading.Event
    _lock: threading.Lock
    _iterating: bool
    _released: bool

    def __new__(cls, *args: Any, **keywords: Any) -> Self:
        """Return one that is whole before ``__init__``: a subclass may forget ours."""
        del args, keywords
        source = super().__new__(cls)
        source.name = cls.__name__
        source.status = SourceStatus()
        source.reduction = ReducedDecoding()
        source.packets = PacketTap()
        source.closed = threading.Event()
        source._lock = threading.Lock()
        source._iterating = False
        source._released = False
        return source

    def __init__(self, name: str = "") -> None:
        self.name = name or type(self).__name__

    @classmethod
    def open(cls, target: str, options: Mapping[str, str], **settings: Any) -> Source:
        """Open a source by the parts of its string.

        The default passes the target to the class, if there is one, and has no options.

        Args:
            target: The path, device or address.
            options: The texts behind the ``?``, by name, without those that every
                source has (``rotate``, ``flip``, ``roi``).
            settings: ``realtime`` and ``give_up_after``; a source takes what it needs.

        Raises:
            SourceError: The source cannot be opened, or an option is not usable.
        """
        del settings
        owner = f"the source {cls.__name__}"
        Options(owner, options).finish()
        return cls(*target_arguments(cls, target, owner=owner, error=SourceError))

    @abstractmethod
    def frames(self) -> Iterator[Frame]:
        """Yield frames until the end, or until soon after ``closed`` is set."""

    def release(self) -> None:
        """Let go of the device or file.

        Called once, and never while ``frames`` runs. The default holds nothing.
        """

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield frames; a second iteration yields none.

        Raises:
            SourceError: ``frames`` yields something else.
        """
        from ..frame import Frame

        with self._lock:
            if self._released or self._iterating:
                return
            self._iterating = True
        try:
            frames = self.frames()
            if not isinstance(frames, Iterable):
                raise self._yields(frames)
            for frame in frames:
                if not isinstance(frame, Frame):
                    raise self._yields(frame)
                yield frame
                if self.closed.is_set():
                    return
        finally:
            with self._lock:
                self._iterating = False
                self._released = True
            self.release()

    def _yields(self, value: object) -> SourceError:
        return SourceError(
            f"The source {self.name} gave {type(value).__name__} where a frame was "
            "expected. Its method frames must yield edgevision.runtime.frame.Frame."
        )

    def close(self) -> None:
        """Ask the iteration to end; may be called twice, and from another thread.

        The thread that iterates releases the device, so that no read loses its device
        while it blocks. Where no thread iterates, the device is released here.
        """
        self.closed.set()
        with self._lock:
            if self._iterating or self._released:
                return
            self._released = True
        self.release()
