"""One frame with its result and its timing: what a stream yields and a sink takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ..devices.health import Health
from .frame import Frame
from .results import Result
from .timing import Timing

if TYPE_CHECKING:
    from .camera_watch import CameraState
    from .regions import RegionSnapshot
    from .rule_event import RuleEvent
    from .tracking import Tracks

_UNKNOWN: Final = Health()


@dataclass(frozen=True)
class Event:
    """A frame, its result and its timing.

    Attributes:
        frame: The picture.
        result: What the model's decoder returned for it.
        timing: Milliseconds per stage.
        dropped: Frames that a live source dropped since the stream began.
        reconnects: How often the source had to be opened again.
        gap_s: Seconds without pictures because the source was lost, all together.
        damaged: Pictures that arrived damaged and were skipped, all together.
        health: The last health reading of the board, at most some seconds old; None
            means that none is taken.
        tracks: The identities over time, also of what is not seen in this frame; None
            where nobody tracks.
        regions: Who is in which zone, and who crossed which line with this frame; None
            where there are no regions.
        rule_events: What the rules report with this frame.
        redaction_failed: Frames whose redaction failed, so that they show nothing, all
            together; None means that nothing is redacted.
        camera_state: What the camera watch believes; None where nobody watches.
        camera: Name of the camera, where several share a model; empty otherwise.
    """

    frame: Frame
    result: Result
    timing: Timing
    dropped: int = 0
    reconnects: int = 0
    gap_s: float = 0.0
    damaged: int = 0
    health: Health | None = None
    tracks: Tracks | None = None
    regions: RegionSnapshot | None = None
    rule_events: tuple[RuleEvent, ...] = ()
    redaction_failed: int | None = None
    camera_state: CameraState | None = None
    camera: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return a record of plain JSON types, without the picture itself."""
        width, height = self.frame.size
        position = self.frame.position_s
        return {
            **({"camera": self.camera} if self.camera else {}),
            "index": self.frame.index,
            "source": self.frame.source,
            "position_s": None if position is None else round(position, 3),
            "width": width,
            "height": height,
            **self.result.to_dict(),
            **self._reports(),
            "timing": self.timing.to_dict(),
            "dropped": self.dropped,
            "reconnects": self.reconnects,
            "gap_s": round(self.gap_s, 3),
            "damaged": self.damaged,
            "health": (self.health or _UNKNOWN).summary(),
        }

    def _reports(self) -> dict[str, Any]:
        """Return what the stages found out; nothing in a run without them."""
        reports: dict[str, Any] = {} if self.tracks is None else self.tracks.to_dict()
        if self.regions is not None:
            reports |= self.regions.to_dict()
        if self.camera_state is not None:
            reports["camera_state"] = self.camera_state.value
        if self.rule_events:
            reports["events"] = [one.to_dict() for one in self.rule_events]
        if self.redaction_failed is not None:
            reports["redaction_failed"] = self.redaction_failed
        return reports
