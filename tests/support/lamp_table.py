"""A dataclass with a field of every kind that a table can hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from edgevision.runtime.tables import (
    ByteCount,
    Count,
    Positive,
    PositiveSeconds,
    Seconds,
    Share,
    TableOf,
)


@dataclass(frozen=True)
class Spot:
    """A point, read as a room reads its own table by the contract."""

    at: tuple[int, int]

    @classmethod
    def from_table(cls, table: Any, where: str) -> Spot:
        if not isinstance(table["at"], list):
            raise ValueError(f"{where}.at: expected two numbers.")
        if table["at"] == [0, 0]:
            raise ValueError(f"{where}: the point is at the corner.")
        if not table["at"]:
            raise ValueError("the point is nowhere.")
        return cls(tuple(table["at"]))


@dataclass(frozen=True)
class Part:
    """A part of a lamp."""

    place: str = field(metadata={"example": '"kitchen"'})


@dataclass(frozen=True)
class Lamp:
    """A lamp.

    Attributes:
        place: Where.
        color: Its color.
        power: Watts.
        dim: A share.
        after: How long it waits.
        off: Seconds until it is off.
        room_for: Bytes.
        size: Width and height.
        names: Its names.
        on: Whether it shines.
        steps: How many.
        parts: What it is made of.
        points: Points by name.
        more: Anything.
    """

    place: str = field(metadata={"example": '"kitchen"'})
    color: Literal["red", "green"] = "red"
    power: Positive | None = None
    dim: Share = 1.0
    after: Seconds = 0.0
    off: PositiveSeconds = 1.0
    room_for: ByteCount | None = None
    size: tuple[int, int] = (1, 1)
    names: tuple[str, ...] = ()
    on: bool = True
    steps: Count = 1
    parts: dict[str, Part] = field(default_factory=dict)
    points: dict[str, Annotated[Any, TableOf(f"{__name__}:Spot")]] = field(
        default_factory=dict
    )
    more: Any = None

    def __post_init__(self) -> None:
        if self.place == "nowhere":
            raise ValueError("a lamp must be somewhere.")
