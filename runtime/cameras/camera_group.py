"""Several cameras that share one model, each with a pipeline of its own."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping

from ...devices.health import HealthLog
from ..closing import Closing
from ..pipeline import Pipeline, Runner, RunSummary, open_stream
from ..sources import Source
from ..turns import Turn, Turns
from .camera import Camera
from .group_summary import GroupSummary
from .member import Item, Member
from .merge import Merge
from .reopened_source import open_camera

logger = logging.getLogger(__name__)


class CameraGroup(Closing):
    """Run one model over several cameras and yield ``(name, event)`` pairs.

    Use it as a context manager and iterate over it once. The cameras take turns at the
    model: who has waited longest comes first and takes its newest frame, and who has no
    frame does not wait. Each camera has a pipeline of its own, with its own drops, ages
    and sinks. A camera that fails, hangs or ends leaves the others as they are; one can
    be added, replaced or removed meanwhile. A model that hangs ends all of them.

    Args:
        runner: Returns what runs over the frames of one camera, for its turn:
            ``model.in_turn``.
        model: The model's name, for the sinks.
        reduction: As for :func:`~edgevision.runtime.pipeline.open_stream`.
        max_invoke: The same.

    Attributes:
        health: The board's health, read once for all cameras.
        on_note: Called with a camera's name and a sentence about it, from any thread;
            None means the log.
    """

    def __init__(
        self,
        runner: Callable[[Turn], Runner],
        *,
        model: str = "",
        reduction: Callable[[int, int], int] | None = None,
        max_invoke: float | None = None,
    ) -> None:
        self.health = HealthLog()
        self.on_note: Callable[[str, str], None] | None = None
        self._runner, self._model = runner, model
        self._reduction, self._max_invoke = reduction, max_invoke
        self._turns = Turns()
        self._merge: Merge[Item] = Merge()
        self._members: dict[str, Member] = {}
        self._changing = threading.RLock()  # held while cameras come and go
        self._started = self._closed = False
        self._stopping = threading.Event()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the cameras, in the order in which they were added."""
        return tuple(self._members)

    def pipeline(self, name: str) -> Pipeline:
        """Return the pipeline of a camera: its source, sinks and figures.

        Raises:
            ValueError: No camera has this name.
        """
        return self._member(name).pipeline

    def add(self, name: str, camera: Camera) -> None:
        """Open a camera; it runs as soon as the group does.

        Args:
            name: What it is called in events and summaries.
            camera: Its settings.

        Raises:
            SourceError: Its file cannot be opened; a camera that is not there is no
                error, and tried again.
            SinkError: A sink cannot be opened.
            ValueError: The name is empty or taken, or the group was closed.
        """
        with self._changing:
            if not name:
                raise ValueError("A camera needs a name, got an empty text.")
            if name in self._members:
                raise ValueError(
                    f"There is a camera {name!r} already. Choose another name, or use "
                    "replace."
                )
            if self._stopping.is_set():
                raise ValueError("The group was stopped; make a new one.")
            if not self.health.is_running:
                self.health.start()
            member = Member(name, self._open(name, camera), self._merge)
            self._members[name] = member
            if self._started:
                member.start()
            if self._stopping.is_set():  # by now: stop() may not know this one
                member.stop()

    def remove(self, name: str) -> RunSummary:
        """End a camera and close it; the others do not notice.

        Returns:
            Its figures.

        Raises:
            ValueError: No camera has this name.
        """
        with self._changing:
            member = self._member(name)
            member.close()
            del self._members[name]
            return member.pipeline.summary()

    def replace(self, name: str, camera: Camera) -> RunSummary:
        """Close a camera and open it with other settings; the others do not notice.

        The old one is closed first: a device is opened once only.

        Args:
            name: The camera.
            camera: Its new settings.

        Returns:
            The figures of the old one.

        Raises:
            SourceError: As for :meth:`add`; the group is then without this camera.
            SinkError: The same.
            ValueError: No camera has this name.
        """
        with self._changing:
            self._merge.enter()  # the iteration goes on while there is no camera
            try:
                summary = self.remove(name)
                self.add(name, camera)
            finally:
                self._merge.leave()
            return summary

    def __iter__(self) -> Iterator[Item]:
        """Yield a camera's name and its event, until all have ended or ``stop``.

        Raises:
            ModelError: The model hangs.
            EdgeVisionError: All cameras have failed; this is the first one's error.
        """
        with self._changing:
            if self._started or self._closed:
                raise ValueError("A group can be iterated once; make a new one.")
            self._started = True
            for member in self._members.values():
                member.start()
        try:
            while (item := self._merge.get()) is not None:
                yield item
        finally:
            self.close()
        if self._turns.error is not None:
            raise self._turns.error
        errors = [member.error for member in self._members.values()]
        if errors and errors[0] is not None and None not in errors:
            raise errors[0]

    def stop(self) -> None:
        """End all cameras soon; safe from any thread, as ``Pipeline.stop``."""
        self._stopping.set()
        for member in tuple(self._members.values()):
            member.stop()

    def close(self) -> None:
        """End all cameras, let their sinks finish, and wait; may be called twice."""
        self.stop()
        self._merge.abort()
        with self._changing:
            if self._closed:
                return
            self._closed = True
            for member in self._members.values():
                member.close()
        self.health.close()

    def summary(self) -> GroupSummary:
        """Return the figures of all cameras so far."""
        members = tuple(self._members.values())
        return GroupSummary(
            runs={member.name: member.pipeline.summary() for member in members},
            states={member.name: member.state for member in members},
            errors={
                member.name: str(member.error)
                for member in members
                if member.error is not None
            },
        )

    def _member(self, name: str) -> Member:
        member = self._members.get(name)
        if member is None:
            raise ValueError(
                f"There is no camera {name!r}. There are: "
                f"{', '.join(map(repr, self._members)) or 'none'}."
            )
        return member

    def _open(self, name: str, camera: Camera) -> Pipeline:
        turn = self._turns.member()
        try:
            source = open_camera(name, camera)
            source.status.on_note = lambda text: self._note(name, text)
            return open_stream(
                self._runner(turn),
                source,
                sinks=camera.sinks,
                stages=camera.stages,
                max_frames=camera.max_frames,
                max_fps=camera.max_fps,
                when_motion=camera.when_motion,
                max_answer_age=camera.max_answer_age,
                full_decode=camera.full_decode,
                reduction=self._reduction,
                force=camera.force,
                model=self._model,
                max_invoke=self._max_invoke,
                turn=turn,
                health=self.health,
                camera=name,
            )
        except BaseException:
            turn.leave()
            raise

    def _note(self, name: str, text: str) -> None:
        if self.on_note is not None:
            self.on_note(name, text)
        else:
            logger.warning("%s: %s", name, text)


def open_cameras(
    runner: Callable[[Turn], Runner],
    cameras: Mapping[str, str | os.PathLike[str] | Source | Camera],
    *,
    model: str = "",
    reduction: Callable[[int, int], int] | None = None,
    max_invoke: float | None = None,
) -> CameraGroup:
    """Open several cameras for one model; nothing runs before iteration.

    Args:
        runner: As for :class:`CameraGroup`, and so are the others.
        cameras: By name a source's string, a source, or its settings.
        model: The model's name.
        reduction: How small a frame may be decoded.
        max_invoke: Seconds after which a model hangs that has not answered.

    Raises:
        SourceError: A file cannot be opened.
        SinkError: A sink cannot be opened.
        ValueError: There is no camera.
    """
    if not cameras:
        raise ValueError("There is no camera. Pass names with their sources.")
    group = CameraGroup(runner, model=model, reduction=reduction, max_invoke=max_invoke)
    try:
        for name, camera in cameras.items():
            group.add(name, camera if isinstance(camera, Camera) else Camera(camera))
    except BaseException:
        group.close()
        raise
    return group
