"""A whole app: cameras, a model, rules, and where what happens goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

from ...runtime.rules import RuleError, fault_of
from ...runtime.tables import FaultList, TableOf, TablePath, nearest
from .camera_description import CameraDescription
from .kinds import CLIPS, REDACTION, WATCH
from .model_description import ModelDescription
from .rule_description import RuleDescription
from .sink_description import CAMERA, SinkDescription


@dataclass(frozen=True)
class AppDescription:
    """Everything that an app's file can say.

    Attributes:
        model: The model that looks at the pictures.
        camera: Each camera by its name.
        rule: What is to be reported, by name.
        redact: What is covered before anything leaves the process.
        clips: Short videos of what happened.
        watch: Report a camera that is covered, dark, blurred, moved or frozen.
        sink: Where results go; without one, events are lines on the terminal.
    """

    model: ModelDescription = field(
        metadata={"example": '[model], and below it file = "detector.tflite"'}
    )
    camera: dict[str, CameraDescription] = field(
        metadata={"example": '[camera.NAME], and below it source = "auto"'}
    )
    rule: dict[str, RuleDescription] = field(default_factory=dict)
    redact: Annotated[Any, TableOf(REDACTION)] = None
    clips: Annotated[Any, TableOf(CLIPS)] = None
    watch: Annotated[Any, TableOf(WATCH)] = None
    sink: tuple[SinkDescription, ...] = ()

    def __post_init__(self) -> None:
        faults = FaultList()
        if not self.camera:
            faults.add(
                ("camera",),
                'has no camera. Write [camera.NAME], and below it source = "auto".',
                is_of_table=True,
            )
        for name, camera in self.camera.items():
            _check_regions(faults, name, camera)
        for index, sink in enumerate(self.sink):
            self._check_cameras(faults, ("sink", index), sink.cameras)
        for name, rule in self.rule.items():
            self._check_cameras(faults, ("rule", name), rule.cameras)
            _check_rule(faults, name, rule)
        if self.clips is not None:
            known = [*self.rule, "camera"]
            _check_names(faults, ("clips", "rules"), "rule", self.clips.rules, known)
        view = self.watch.file if self.watch is not None else ""
        if view and CAMERA not in view and len(self.camera) > 1:
            faults.add(
                ("watch", "file"),
                f"is one file for {len(self.camera)} cameras. Put {CAMERA} into its "
                f'name: file = "{CAMERA}.npz"',
            )
        faults.refuse()

    def _check_cameras(
        self, faults: FaultList, path: TablePath, names: Iterable[str]
    ) -> None:
        _check_names(faults, (*path, "cameras"), "camera", names, self.camera)


def _check_names(
    faults: FaultList,
    path: TablePath,
    kind: str,
    names: Iterable[str],
    known: Iterable[str],
) -> None:
    all_known = list(known)
    for number, name in enumerate(names):
        if name not in all_known:
            faults.add(
                (*path, number), f"no {kind} {name!r}. {nearest(name, all_known)}"
            )


def _check_regions(faults: FaultList, name: str, camera: CameraDescription) -> None:
    for own_name, region in camera.region.items():
        try:
            region.region(own_name)
        except ValueError as error:
            path = ("camera", name, "region", own_name)
            faults.add(path, str(error), is_of_table=True)


def _check_rule(faults: FaultList, name: str, rule: RuleDescription) -> None:
    try:
        rule.rule(name)
    except RuleError as error:
        faults.faults.append(fault_of(error, f"rule.{name}"))
    except ValueError as error:
        faults.add(("rule", name), str(error), is_of_table=True)
