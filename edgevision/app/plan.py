"""What an app is going to do, as it is known before the first picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..redaction import hide_secrets


@dataclass(frozen=True)
class CameraPlan:
    """What is done with the pictures of one camera.

    Attributes:
        name: Its name.
        source: Where pictures come from, without passwords.
        max_fps: Frames per second at most; None means all.
        stages: The stages between the model and the sinks, in their order.
        regions: Names of zones and lines.
        rules: Names of the rules that hold here.
        sinks: Where results go.
    """

    name: str
    source: str
    max_fps: float | None = None
    stages: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield it as text."""
        rate = f", at most {self.max_fps:g} frames a second" if self.max_fps else ""
        yield f"camera {self.name}: {self.source}{rate}"
        for title, names in (
            ("regions", self.regions),
            ("rules", self.rules),
            ("steps", ("model", *self.stages)),
            ("sinks", self.sinks or ("the terminal",)),
        ):
            if names:
                yield f"  {title + ':':9}{', '.join(names)}"


@dataclass(frozen=True)
class AppPlan:
    """A whole app before its first picture.

    Attributes:
        model: Name of the model.
        task: What the model does.
        labels: How many labels it has.
        assumptions: A sentence for each choice that nothing proves.
        rules: The text of each rule by its name.
        cameras: Each camera.
    """

    model: str
    task: str
    labels: int
    assumptions: tuple[str, ...]
    rules: dict[str, str]
    cameras: tuple[CameraPlan, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; no password and no secret is in it."""
        return {
            "model": {
                "name": self.model,
                "task": self.task,
                "labels": self.labels,
                "assumptions": list(self.assumptions),
            },
            "rules": {name: hide_secrets(text) for name, text in self.rules.items()},
            "cameras": {
                camera.name: {
                    "source": camera.source,
                    "max_fps": camera.max_fps,
                    "stages": list(camera.stages),
                    "regions": list(camera.regions),
                    "rules": list(camera.rules),
                    "sinks": list(camera.sinks),
                }
                for camera in self.cameras
            },
        }

    def lines(self) -> Iterator[str]:
        """Yield it as text."""
        labels = f", {self.labels} labels" if self.labels else ""
        yield f"model {self.model}: {self.task}{labels}"
        for sentence in self.assumptions:
            yield f"  assumed: {sentence}"
        for name, text in self.rules.items():
            yield f"rule {name}: {hide_secrets(text)}"
        for camera in self.cameras:
            yield from camera.lines()
