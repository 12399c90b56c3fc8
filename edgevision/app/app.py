"""An app: cameras that share a model, and what becomes of their pictures."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..redaction import redact_address
from ..runtime.closing import Closing
from .checks import (
    CameraTrial,
    check_redaction,
    check_rules_of,
    check_sinks,
    check_sources,
    open_model_of,
    try_camera,
    with_sources,
)
from .description import AppDescription
from .file import AppFile, read_app_file
from .plan import AppPlan, CameraPlan
from .running import CameraSetup, names_of_stages, setups_of
from .words import with_keys

if TYPE_CHECKING:
    from ..runtime.event import Event
    from ..runtime.model import PictureModel
    from .running import RunningApp

logger = logging.getLogger(__name__)


class App(Closing):
    """An app that can be checked and run; it opens its model when it first needs it.

    Use it as a context manager, or call :meth:`close`.

    Args:
        description: What it does: a description, or a file that was read.
        sources: By a camera's name another source for it, such as a video to try the
            rules on.

    Attributes:
        file: What it does, and where that is written.

    Raises:
        AppFileError: What it says cannot be meant.
        ValueError: There is no camera of a name in ``sources``.
    """

    def __init__(
        self,
        description: AppDescription | AppFile,
        *,
        sources: Mapping[str, str] | None = None,
    ) -> None:
        file = description
        if isinstance(file, AppDescription):
            file = AppFile(file)
        self.file = replace(
            file, description=with_sources(file.description, sources or {})
        )
        self._sources = dict(sources or {})
        self._model: PictureModel | None = None
        self._running: RunningApp | None = None
        self._reloading = threading.Lock()
        check_sources(self.file)
        check_sinks(self.file)

    @property
    def running(self) -> RunningApp:
        """Return what runs.

        Raises:
            ValueError: The app does not run yet.
        """
        if self._running is None:
            raise ValueError("The app does not run yet; call run() first.")
        return self._running

    @property
    def description(self) -> AppDescription:
        """Return what the app does."""
        return self.file.description

    @property
    def model(self) -> PictureModel:
        """Return the model, opened.

        Raises:
            AppFileError: The model's file is not usable, or the app's file names what
                the model does not have.
        """
        if self._model is None:
            self._model = open_model_of(self.file)
        return self._model

    def plan(self) -> AppPlan:
        """Return what the app is going to do; the model is opened, and no camera.

        Raises:
            AppFileError: The model's file is not usable, or something in the app's file
                does not fit it.
        """
        model = self.model
        check_rules_of(self.file, model)
        check_redaction(self.file, model)
        task = model.card.task
        return AppPlan(
            model=model.card.name,
            task=task,
            labels=len(model.labels),
            assumptions=tuple(map(with_keys, model.assumptions)),
            rules={name: rule.when for name, rule in self.description.rule.items()},
            cameras=tuple(
                CameraPlan(
                    name=name,
                    source=redact_address(setup.camera.source),
                    max_fps=setup.camera.max_fps,
                    stages=names_of_stages(setup, task),
                    regions=tuple(setup.camera.region),
                    rules=tuple(rule.name for rule in setup.rules),
                    sinks=tuple(map(redact_address, setup.sinks)),
                )
                for name, setup in setups_of(self.file).items()
            ),
        )

    def try_cameras(self) -> dict[str, CameraTrial]:
        """Take one picture from each camera, and return by name what came."""
        return {
            name: try_camera(each.source)
            for name, each in self.description.camera.items()
        }

    def run(
        self,
        *,
        force: bool = False,
        max_frames: int | None = None,
        on_note: Callable[[str], None] | None = None,
    ) -> RunningApp:
        """Open cameras and sinks, and return what yields ``(camera, event)``.

        Nothing runs before the iteration. What is returned is closed with the app.

        Args:
            force: Let sinks replace files that exist.
            max_frames: Each camera ends after so many frames.
            on_note: Called with sentences for the user, from any thread; None means
                the log.

        Raises:
            SourceError: A file cannot be opened; a camera that is away is tried again.
            SinkError: A sink cannot be opened.
            ValueError: The app runs already.
        """
        return self._begin(
            setups_of(self.file), force=force, max_frames=max_frames, on_note=on_note
        )

    def explain(
        self,
        *,
        began: datetime | None = None,
        on_note: Callable[[str], None] | None = None,
    ) -> RunningApp:
        """Open the cameras alone, to see what the rules believe.

        No sink, no clip and no redaction is there. Iterate over what is returned; its
        ``timelines`` have then what each camera's rules believed.

        Args:
            began: The local time of the first frames, for recordings; None means now.
            on_note: As for :meth:`run`.

        Raises:
            SourceError: A file cannot be opened.
            ValueError: The app runs already, or has no rules.
        """
        if not self.description.rule:
            raise ValueError("The app has no rules, so there is nothing to explain.")
        setups = setups_of(self.file)
        return self._begin(
            {name: setup.explained(began) for name, setup in setups.items()},
            on_note=on_note,
        )

    def __iter__(self) -> Iterator[tuple[str, Event]]:
        """Run, and yield the name of a camera and its event."""
        yield from self._running or self.run()

    def reload(self) -> str:
        """Read the file again, and change the cameras of which it says other things.

        The other cameras lose no frame. A file with faults changes nothing.

        Returns:
            What changed, as one sentence.

        Raises:
            AppFileError: The file has faults, or its model is not usable; all goes on
                as before.
            ValueError: The app has no file, or does not run.
        """
        if self._running is None or self.file.path is None:
            raise ValueError("Only an app of a file that runs can be loaded again.")
        with self._reloading:
            new = App(read_app_file(self.file.path), sources=self._sources)
            is_same_model = new.description.model == self.description.model
            if is_same_model:
                new._model = self._model
            try:
                new.plan()
            except BaseException:
                if not is_same_model:
                    new.close()
                raise
            old, self._model, self.file = self._model, new._model, new.file
            words = self._running.change(self.model, setups_of(self.file))
            if old is not None and old is not self._model:
                old.close()
            return words

    def _begin(
        self,
        setups: dict[str, CameraSetup],
        *,
        on_note: Callable[[str], None] | None,
        force: bool = False,
        max_frames: int | None = None,
    ) -> RunningApp:
        if self._running is not None:
            raise ValueError("The app runs already; make a new one.")
        from .running import RunningApp

        self.plan()  # refuses what does not fit the model
        self._running = RunningApp(
            self.model,
            setups,
            force=force,
            max_frames=max_frames,
            on_note=on_note or logger.warning,
        )
        return self._running

    def stop(self) -> None:
        """End the run soon; safe from any thread."""
        if self._running is not None:
            self._running.stop()

    def close(self) -> None:
        """End the run and close the model; may be called twice."""
        if self._running is not None:
            self._running.close()
        if self._model is not None:
            self._model.close()


def load_app(
    path: str | os.PathLike[str], *, sources: Mapping[str, str] | None = None
) -> App:
    """Return the app of a file.

    Args:
        path: A TOML file; see docs/reference/app.md.
        sources: By a camera's name another source for it.

    Raises:
        AppFileError: The file cannot be read, or says what cannot be meant: all faults
            at once, each with its line and a cure.
        ValueError: There is no camera of a name in ``sources``.
    """
    return App(read_app_file(path), sources=sources)
