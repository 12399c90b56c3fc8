"""The stages of one camera of an app, in their order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from ...runtime.stage import Stage
from ..checks import count_tracks, is_tracked, open_finder
from .camera_setup import CameraSetup

if TYPE_CHECKING:
    from ...runtime.clips import ClipFolder
    from ...runtime.model import PictureModel


def names_of_stages(setup: CameraSetup, task: str) -> tuple[str, ...]:
    """Return the names of the stages that a camera needs, in their order.

    Args:
        setup: The camera.
        task: What the app's model does.
    """
    has_use = bool(setup.camera.regions or setup.rules) or count_tracks(setup.sinks)
    needs = {
        "watch": setup.watch is not None,
        "track": has_use and is_tracked(task),
        "regions": bool(setup.camera.regions),
        "rules": bool(setup.rules),
        "redact": setup.redact is not None,
        "clips": setup.clips is not None,
    }
    return tuple(name for name, is_needed in needs.items() if is_needed)


def stages_of(
    setup: CameraSetup,
    model: PictureModel,
    *,
    clip_folder: ClipFolder | None = None,
    on_note: Callable[[str], None] | None = None,
) -> tuple[Stage, ...]:
    """Return the stages that a camera needs, opened.

    Args:
        setup: The camera.
        model: The model of the app.
        clip_folder: The folder of clips that all cameras share.
        on_note: Called with sentences for the user, from any thread.

    Raises:
        ModelError: A model for redaction cannot be opened.
        SinkError: Clips cannot be written.
    """
    if setup.clips is not None:
        from ...runtime.clips import Clips
    with ExitStack() as stack:
        stages: list[Stage] = []
        for name in names_of_stages(setup, model.card.task):
            if name == "clips":
                stage: Stage = Clips(setup.clips, folder=clip_folder, on_note=on_note)
            else:
                stage = _OPENERS[name](setup, model)
            stack.callback(stage.close)
            stages.append(stage)
        stack.pop_all()
    return tuple(stages)


def _watch(setup: CameraSetup, _model: PictureModel) -> Stage:
    from ...runtime.camera_watch import CameraWatch

    return CameraWatch(setup.watch, camera=setup.name)


def _track(_setup: CameraSetup, _model: PictureModel) -> Stage:
    from ...runtime.tracking import TrackStage

    return TrackStage()


def _regions(setup: CameraSetup, _model: PictureModel) -> Stage:
    from ...runtime.regions import RegionStage

    return RegionStage(setup.camera.regions)


def _rules(setup: CameraSetup, _model: PictureModel) -> Stage:
    from ...runtime.rules import RulesStage

    stage = RulesStage(setup.rules, camera=setup.name, began=setup.began)
    if not setup.is_explained:
        return stage
    from .explained_rules import ExplainedRules

    return ExplainedRules(stage)


def _redact(setup: CameraSetup, model: PictureModel) -> Stage:
    from ...runtime.redaction import RedactStage, most_things

    settings = setup.redact
    finder = open_finder(settings) if settings.model else None
    try:
        return RedactStage(settings, finder, most=most_things(finder or model))
    except BaseException:
        if finder is not None:
            finder.close()
        raise


_OPENERS: Final[dict[str, Callable[[CameraSetup, PictureModel], Stage]]] = {
    "watch": _watch,
    "track": _track,
    "regions": _regions,
    "rules": _rules,
    "redact": _redact,
}
