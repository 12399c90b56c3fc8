"""An app that runs: the group of its cameras, its sinks, and what a reload changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ...errors import EdgeVisionError, ModelError
from ...runtime.cameras import Camera, CameraGroup, GroupSummary
from ...runtime.closing import Closing
from ...runtime.event import Event
from ...runtime.rule_event import RuleEvent
from ...runtime.rules import Timeline
from ...runtime.turns import Turn
from ..words import with_keys
from .camera_setup import CameraSetup
from .camera_stages import stages_of
from .explained_rules import ExplainedRules
from .open_sinks import OpenSinks

if TYPE_CHECKING:
    from ...runtime.clips import ClipFolder
    from ...runtime.model import PictureModel
    from ...runtime.pipeline import Runner


class RunningApp(Closing):
    """Cameras that run with one model, each by its setup.

    Args:
        model: The model; it is not closed here.
        setups: Each camera by its name.
        force: Let sinks replace files that exist.
        max_frames: Each camera ends after so many frames; None means no limit.
        on_note: Called with sentences for the user, from any thread.

    Raises:
        SourceError: A file cannot be opened.
        SinkError: A sink cannot be opened.
    """

    def __init__(
        self,
        model: PictureModel,
        setups: Mapping[str, CameraSetup],
        *,
        force: bool = False,
        max_frames: int | None = None,
        on_note: Callable[[str], None],
    ) -> None:
        self._model = model
        self._setups = dict(setups)
        self._max_frames = max_frames
        self._changing = threading.Lock()
        self._timelines: dict[str, Timeline] = {}
        self._folders: dict[str, ClipFolder] = {}
        self._removed: tuple[RuleEvent, ...] = ()
        self._on_note = on_note
        self._sinks = OpenSinks(force=force, on_note=on_note)
        # By way of functions: a reload may bring another model.
        self._group = CameraGroup(
            self._runner,
            model=model.card.name,
            reduction=lambda width, height: self._model.reduction(width, height),
            max_invoke=next(iter(setups.values())).model.max_invoke,
        )
        self._group.on_note = lambda name, text: on_note(f"{name}: {text}")
        try:
            for name, setup in setups.items():
                self._group.add(name, self._camera(setup))
        except BaseException:
            self.close()
            raise

    @property
    def group(self) -> CameraGroup:
        """Return the group of the cameras."""
        return self._group

    def __iter__(self) -> Iterator[tuple[str, Event]]:
        """Yield the name of a camera and its event, until all end or ``stop``."""
        try:
            yield from self._group
        except ModelError as error:
            error.args = (with_keys(str(error)),)
            raise

    def change(self, model: PictureModel, setups: Mapping[str, CameraSetup]) -> str:
        """Run by other setups; cameras whose setup is the same do not notice.

        Args:
            model: The model; it may be the same one. The old one may be closed then.
            setups: All cameras.

        Returns:
            What changed, as one sentence.
        """
        with self._changing:
            before, self._setups = self._setups, dict(setups)
            self._model = model
            words: list[str] = []
            for name in [name for name in before if name not in setups]:
                pipeline = self._group.pipeline(name)
                self._group.remove(name)
                self._removed += pipeline.last_reports
                words.append(f"{name} removed")
            for name, setup in setups.items():
                if name in before and before[name] == setup:
                    continue
                words.append(self._put(name, setup, before.get(name)))
            self._close_unused()
        return ", ".join(words) or "nothing changed"

    @property
    def last_reports(self) -> tuple[RuleEvent, ...]:
        """Return what the rules reported when cameras ended."""
        pipelines = map(self._group.pipeline, self._group.names)
        return (*self._removed, *(r for p in pipelines for r in p.last_reports))

    @property
    def timelines(self) -> dict[str, Timeline]:
        """Return by camera what its rules believed, where that is recorded."""
        return dict(self._timelines)

    def stop(self) -> None:
        """End soon; safe from any thread."""
        self._group.stop()

    def summary(self) -> GroupSummary:
        """Return the figures of each camera so far."""
        return self._group.summary()

    @property
    def lost(self) -> dict[str, int]:
        """Return by each sink's name how many events it did not keep."""
        return self._sinks.lost

    def close(self) -> None:
        """End all cameras, then close the sinks; may be called twice."""
        try:
            self._group.close()
        finally:
            self._sinks.close()
            for folder in self._folders.values():
                folder.close()

    def _put(self, name: str, setup: CameraSetup, before: CameraSetup | None) -> str:
        """Add a camera or replace it, and return what was done or why not."""
        is_there = name in self._group.names
        camera: Camera | None = None
        try:
            camera = self._camera(setup)
            if is_there:
                pipeline = self._group.pipeline(name)
                try:
                    self._group.replace(name, camera)
                finally:
                    self._removed += pipeline.last_reports
            else:
                self._group.add(name, camera)
        except EdgeVisionError as error:
            for stage in camera.stages if camera is not None else ():
                stage.close()
            del self._setups[name]  # the next reload tries it again
            if before is None or name not in self._group.names:
                return f"{name} cannot be run: {error.sentence}"
            self._setups[name] = before
            return f"{name} runs as before: {error.sentence}"
        return f"{name} {'changed' if is_there else 'added'}"

    def _runner(self, turn: Turn) -> Runner:
        return self._model.in_turn(turn)

    def _camera(self, setup: CameraSetup) -> Camera:
        said = setup.camera
        stages = stages_of(
            setup,
            self._model,
            clip_folder=self._folder_of(setup.clips),
            on_note=self._on_note,
        )
        for stage in stages:
            if isinstance(stage, ExplainedRules):
                self._timelines[setup.name] = stage.timeline
        return Camera(
            source=said.source,
            sinks=[self._sinks.door(text) for text in setup.sinks],
            max_frames=self._max_frames,
            max_fps=said.max_fps,
            realtime=said.realtime,
            give_up_after=said.give_up_after,
            when_motion=said.when_motion,
            max_answer_age=said.max_answer_age,
            full_decode=said.full_decode,
            stages=stages,
        )

    def _folder_of(self, settings: Any) -> ClipFolder | None:
        """Return the folder of clips, opened once for all cameras."""
        if settings is None:
            return None
        from ...runtime.clips import ClipFolder

        folder = self._folders.get(settings.folder)
        if folder is None:
            folder = self._folders[settings.folder] = ClipFolder(
                settings.folder,
                quota=settings.quota,
                keep_days=settings.keep_days,
                on_note=self._on_note,
            )
        folder.limit(settings.quota, settings.keep_days)
        return folder

    def _close_unused(self) -> None:
        """Close the sinks and folders to which no camera writes any more."""
        setups = self._setups.values()
        self._sinks.keep(sink for setup in setups for sink in setup.sinks)
        used = {setup.clips.folder for setup in setups if setup.clips is not None}
        for path in [path for path in self._folders if path not in used]:
            self._folders.pop(path).close()
