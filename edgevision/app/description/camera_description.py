"""One camera of an app."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from ...runtime.regions import Line, Zone
from ...runtime.tables import Positive, PositiveSeconds, TableOf
from .kinds import REDACTION, WATCH
from .region_description import RegionDescription


@dataclass(frozen=True)
class CameraDescription:
    """Where pictures come from, and what is special about this place.

    Attributes:
        source: ``auto``, ``csi:``, ``0``, ``rtsp://...``, a video, a folder: all that
            ``edgevision run --source`` takes.
        max_fps: Frames per second at most: saves heat, and leaves time for others.
        region: Zones and lines of the picture, by name.
        when_motion: Ask the model only when a picture differs from the last one.
        max_answer_age: With ``when_motion``: the model looks again after so long.
        realtime: Play a video file at the pace at which it was taken.
        give_up_after: A camera that is away for so long is closed, and opened anew
            after pauses that grow.
        full_decode: Decode JPEGs whole, also where the model needs less.
        redact: What is covered in the pictures of this camera, instead of ``[redact]``.
        watch: What is watched at this camera, instead of ``[watch]``.
    """

    source: str = field(metadata={"example": '"auto"'})
    max_fps: Positive | None = None
    region: dict[str, RegionDescription] = field(default_factory=dict)
    when_motion: bool = False
    max_answer_age: PositiveSeconds | None = None
    realtime: bool = False
    give_up_after: PositiveSeconds = 300.0
    full_decode: bool = False
    redact: Annotated[Any, TableOf(REDACTION)] = None
    watch: Annotated[Any, TableOf(WATCH)] = None

    def __post_init__(self) -> None:
        if self.max_answer_age is not None and not self.when_motion:
            raise ValueError(
                "max_answer_age goes with when_motion = true, which is not there."
            )

    @property
    def regions(self) -> tuple[Zone | Line, ...]:
        """Return the zones and lines."""
        return tuple(each.region(name) for name, each in self.region.items())
