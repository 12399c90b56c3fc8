"""What is to be covered in the pictures of a run, and how."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ..tables import Between, PositiveSeconds, Seconds, read_table
from .cover import CELLS, Cover
from .held_boxes import HOLD_S
from .time_limited_model import LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Mapping

ZonePoints = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RedactionSettings:
    """What a run covers before anything leaves the process; a table of an app's file.

    Attributes:
        labels: Things that are covered: labels of the model, ``face`` also for the head
            of a person of whom the model gives keypoints, ``all`` for everything that
            the model finds.
        zones: Polygons that are always covered: three or more points, x and y as shares
            of the picture, 0..1.
        style: ``blur``, ``fill`` or ``pixelate``.
        cells: For ``blur`` and ``pixelate``: colours that stay of an area along its
            longer side.
        color: For ``fill``: B, G, R, 0..255.
        margin: Added to a box on each side, as a share of its longer side.
        hold: For how long a thing stays covered that the model misses.
        model: A model that finds what is to be covered, if it is not the run's own.
        answer_within: How long that model may take for one picture; then the picture is
            not shown.
    """

    labels: tuple[str, ...] = ()
    zones: tuple[ZonePoints, ...] = ()
    style: Literal["blur", "fill", "pixelate"] = "fill"
    cells: Annotated[int, Between(1, 32, whole=True)] = CELLS
    color: tuple[int, int, int] = (0, 0, 0)
    margin: Annotated[float, Between(0, 2)] = 0.15
    hold: Seconds = HOLD_S
    model: str = ""
    answer_within: PositiveSeconds = LIMIT_S

    def __post_init__(self) -> None:
        if not self.labels and not self.zones:
            raise ValueError(
                'nothing is to be covered: write labels = ["face"], or zones.'
            )
        if "" in self.labels:
            raise ValueError("labels has an empty text: leave it out.")
        if self.model and not self.labels:
            raise ValueError(
                'model finds what has a label: write labels = ["face"] as well.'
            )
        for number, zone in enumerate(self.zones, 1):
            _check_zone(zone, f"zone {number}")
        if not 0 <= self.margin <= 2:
            raise ValueError(f"margin must be 0..2, got {self.margin}.")
        if not 0 <= self.hold <= 3600:
            raise ValueError(f"hold must be at most an hour, got {self.hold} s.")
        Cover(self.style, self.cells, self.color)  # refuses what cannot be

    @classmethod
    def from_table(cls, table: Mapping[str, Any], where: str = "") -> RedactionSettings:
        """Return the settings of a table ``[redact]``.

        Args:
            table: As a TOML reader returns it.
            where: The path of the table, for the sentences.

        Raises:
            TableError: A key is unknown, or a value is wrong.
        """
        return read_table(cls, table, where)

    @property
    def cover(self) -> Cover:
        """Return what is painted."""
        return Cover(self.style, self.cells, self.color)


def read_zone(text: str) -> ZonePoints:
    """Return a zone of a text: ``X1,Y1,X2,Y2`` or points ``X,Y X,Y X,Y``.

    Args:
        text: Shares of the picture, 0..1: two opposite corners of a rectangle, or the
            corners of any polygon.

    Raises:
        ValueError: The text is no zone.

    Example:
        >>> read_zone("0,0,0.5,1")
        ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
        >>> read_zone("0,0 1,0 0.5,1")
        ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0))
    """
    try:
        groups = [[float(v) for v in part.split(",")] for part in text.split()]
    except ValueError:
        groups = []
    if len(groups) == 1 and len(groups[0]) == 4:
        left, top, right, bottom = groups[0]
        zone: ZonePoints = ((left, top), (right, top), (right, bottom), (left, bottom))
    elif groups and all(len(group) == 2 for group in groups):
        zone = tuple((x, y) for x, y in groups)
    else:
        raise ValueError(
            f"{text!r} is no zone. Write two corners as 0,0,0.5,1 (x and y, shares of "
            "the picture), or points as '0,0 1,0 0.5,1'."
        )
    _check_zone(zone, f"the zone {text!r}")
    return zone


def _check_zone(zone: ZonePoints, name: str) -> None:
    if len(zone) < 3:
        raise ValueError(f"{name} has {len(zone)} points, expected three or more.")
    for x, y in zone:
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError(
                f"{name} has the point {x:g}, {y:g}, expected shares of the picture, "
                "0..1."
            )
    ends = zip(zone, (*zone[1:], zone[0]), strict=True)
    if math.isclose(sum(a[0] * b[1] - b[0] * a[1] for a, b in ends), 0, abs_tol=1e-9):
        raise ValueError(f"{name} has no area: its points lie on a line.")
