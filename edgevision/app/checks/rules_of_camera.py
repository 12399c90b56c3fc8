"""Which rules of an app hold for which camera, and whether they can be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ...runtime.regions import Line, Zone
from ...runtime.rules import Rule, RuleError, Scope, fault_of
from ...runtime.tables import FaultList
from ..file import AppFile

if TYPE_CHECKING:
    from ...runtime.model import PictureModel
    from ..description import AppDescription, CameraDescription

_TRACKED: Final = ("detection", "landmarks", "pose")
"""Tasks of models whose answers have boxes, which are tracked."""


def is_tracked(task: str) -> bool:
    """Return whether things that a model finds are known again in the next frame."""
    return task in _TRACKED


def rules_of(said: AppDescription, camera: str) -> tuple[Rule, ...]:
    """Return the rules that hold for a camera.

    A rule that names its cameras holds for these, any other one where all its zones
    and lines are.
    """
    scope = _scope(said, [said.camera[camera]])
    return tuple(
        described.rule(name)
        for name, described in said.rule.items()
        if (
            camera in described.cameras
            if described.cameras
            else _fits(described.rule(name), scope)
        )
    )


def check_rules_of(file: AppFile, model: PictureModel) -> None:
    """Refuse regions and rules that need what neither the model nor a camera has.

    Raises:
        AppFileError: The lines of these regions and rules, and the characters.
    """
    said = file.description
    faults = FaultList()
    if not is_tracked(model.card.task):
        _refuse_regions(faults, said, model)
    for name, described in said.rule.items():
        rule = described.rule(name)
        wanted = described.cameras or tuple(said.camera)
        cameras = [said.camera[each] for each in wanted]
        try:
            rule.check(_scope(said, cameras, model))
            # What it names is somewhere; now at each camera of its own list.
            for camera in cameras if described.cameras else ():
                rule.check(_scope(said, [camera], model))
        except RuleError as error:
            faults.faults.append(fault_of(error, f"rule.{name}"))
            continue
        if not any(_fits(rule, _scope(said, [camera])) for camera in cameras):
            faults.add(
                ("rule", name, "when"),
                "names zones and lines of several cameras, and a rule is about one. "
                "Write a rule for each camera.",
            )
    if faults.faults:
        raise file.error(faults)


def _refuse_regions(
    faults: FaultList, said: AppDescription, model: PictureModel
) -> None:
    for name, camera in said.camera.items():
        if camera.region:
            faults.add(
                ("camera", name, "region"),
                f"needs a model that says where things are, and {model.card.name} is "
                f"one for {model.card.task}. Choose a detector, or remove the regions.",
            )


def _fits(rule: Rule, scope: Scope) -> bool:
    try:
        rule.check(scope)
    except RuleError:
        return False
    return True


def _scope(
    said: AppDescription,
    cameras: list[CameraDescription],
    model: PictureModel | None = None,
) -> Scope:
    """Return what a rule may name at any of some cameras, and with a model."""
    regions = [region for camera in cameras for region in camera.regions]
    names: dict[str, Any] = {
        "zones": {region.name for region in regions if isinstance(region, Zone)},
        "lines": {region.name for region in regions if isinstance(region, Line)},
        "is_watched": any(camera.watch or said.watch for camera in cameras),
    }
    return Scope(**names) if model is None else Scope.of_model(model.card, **names)
