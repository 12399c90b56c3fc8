"""The stage of a run that says who is in which zone, and who crossed which line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...errors import ModelError
from ..event import Event
from ..stage import Stage
from .counter import RegionCounter
from .line import Line
from .snapshot import RegionCrossing
from .zone import Zone


class RegionStage(Stage):
    """Puts ``regions`` into events, by their ``tracks``: it stands behind ``track``.

    Args:
        regions: Zones and lines, of different names.

    Attributes:
        last: Crossings that became certain because the run ended; known after ``close``
            and empty before.

    Raises:
        ValueError: Two regions have one name.
    """

    name = "regions"

    def __init__(self, regions: Sequence[Zone | Line]) -> None:
        self._counter = RegionCounter(regions)
        self.last: tuple[RegionCrossing, ...] = ()

    @property
    def regions(self) -> tuple[Zone | Line, ...]:
        """Return the zones and lines."""
        return self._counter.regions

    def apply(self, event: Event) -> Event:
        """Return the event with the state of all regions.

        Raises:
            ModelError: Nobody tracks, or a region counts a keypoint that the model does
                not have.
        """
        if event.tracks is None:
            raise ModelError(
                "Zones and lines count tracks, and this run has none. Add --track, or "
                "in Python a TrackStage before the RegionStage."
            )
        try:
            snapshot = self._counter.update(
                event.tracks, event.frame.size, event.result
            )
        except ValueError as error:
            raise ModelError(f"Cannot count regions: {error}") from error
        return replace(event, regions=snapshot)

    def close(self) -> None:
        """Count what becomes certain because nothing more comes."""
        self.last += self._counter.finish()
