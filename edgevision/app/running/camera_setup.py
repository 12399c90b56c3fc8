"""All that decides how one camera of an app is run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ...runtime.rules import Rule
from ..checks import rules_of, sinks_of
from ..description import CAMERA, CameraDescription, ModelDescription
from ..file import AppFile


@dataclass(frozen=True)
class CameraSetup:
    """What one camera gets of an app's file; two that are equal run alike.

    Attributes:
        name: The camera's name.
        model: The model.
        camera: The camera.
        rules: The rules that hold here.
        sinks: Where its events go.
        redact: What is covered; None means nothing.
        clips: Which clips are kept; None means none.
        watch: What is watched at the camera itself; None means nothing.
        is_explained: What the rules believe is recorded.
        began: The local time of the first frame, for a recording; None means now.
    """

    name: str
    model: ModelDescription
    camera: CameraDescription
    rules: tuple[Rule, ...] = ()
    sinks: tuple[str, ...] = ()
    redact: Any = None
    clips: Any = None
    watch: Any = None
    is_explained: bool = False
    began: datetime | None = None

    def explained(self, began: datetime | None) -> CameraSetup:
        """Return the setup that only tries the rules: nothing is kept or sent."""
        return replace(
            self, sinks=(), redact=None, clips=None, is_explained=True, began=began
        )


def setups_of(file: AppFile) -> dict[str, CameraSetup]:
    """Return the setup of each camera by its name, in the order of the file."""
    said = file.description
    return {
        name: CameraSetup(
            name=name,
            model=said.model,
            camera=camera,
            rules=rules_of(said, name),
            sinks=sinks_of(file, name),
            redact=camera.redact or said.redact,
            clips=said.clips,
            watch=_watch(camera.watch or said.watch, name),
        )
        for name, camera in said.camera.items()
    }


def _watch(settings: Any, camera: str) -> Any:
    if settings is None:
        return None
    return replace(settings, file=settings.file.replace(CAMERA, camera))
