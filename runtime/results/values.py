"""Numbers that a model reads from a picture: an age, a steering angle, a count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from .drawable import Drawable

Range = tuple[float, float]


@dataclass(frozen=True)
class Value:
    """One number.

    Attributes:
        name: What it measures.
        value: The number, in ``unit``.
        unit: Its unit; empty where none is known.
        range: The lowest and the highest value that are expected; None where they are
            not known.
    """

    name: str
    value: float
    unit: str = ""
    range: Range | None = None


@dataclass(frozen=True)
class Values(Drawable):
    """The numbers of one picture, in the model's order.

    Attributes:
        values: float32 (N,), finite.
        names: N texts, each once.
        units: N texts; an empty one means that no unit is known.
        ranges: N pairs of the lowest and the highest value that are expected; None
            where they are not known.
    """

    values: npt.NDArray[np.float32]
    names: tuple[str, ...]
    units: tuple[str, ...] = ()
    ranges: tuple[Range | None, ...] = field(default=())

    def __post_init__(self) -> None:
        count = len(self.names)
        if self.values.shape != (count,):
            raise ValueError(
                f"values must have shape ({count},), got {self.values.shape}."
            )
        # Frozen: what was left out is completed past the guard of the dataclass.
        if not self.units:
            object.__setattr__(self, "units", ("",) * count)
        if not self.ranges:
            object.__setattr__(self, "ranges", (None,) * count)
        if len(self.units) != count or len(self.ranges) != count:
            raise ValueError(
                f"units and ranges must be {count}, got {len(self.units)} and "
                f"{len(self.ranges)}."
            )

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Value]:
        for name, value, unit, limits in zip(
            self.names, self.values.tolist(), self.units, self.ranges, strict=True
        ):
            yield Value(name, value, unit, limits)

    @overload
    def __getitem__(self, item: int | str) -> Value: ...

    @overload
    def __getitem__(
        self, item: slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Values: ...

    def __getitem__(
        self, item: int | str | slice | npt.NDArray[np.bool_] | Sequence[int]
    ) -> Value | Values:
        """Return one number by position or name, or some by slice, mask or positions.

        Raises:
            KeyError: No value has that name.
        """
        if isinstance(item, str):
            if item not in self.names:
                raise KeyError(item)
            item = self.names.index(item)
        if isinstance(item, (int, np.integer)):
            return Value(
                self.names[item],
                float(self.values[item]),
                self.units[item],
                self.ranges[item],
            )
        positions = np.arange(len(self))[item]
        return Values(
            self.values[positions],
            *(
                tuple(column[i] for i in positions)
                for column in (self.names, self.units, self.ranges)
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"values": [{"name", "value", "unit", "range"} ...]}``.

        ``unit`` and ``range`` are left out where they are not known.
        """
        return {
            "values": [
                {
                    "name": item.name,
                    "value": round(item.value, 6),
                    **({"unit": item.unit} if item.unit else {}),
                    **({"range": list(item.range)} if item.range else {}),
                }
                for item in self
            ]
        }


def value_text(item: Value) -> str:
    """Return a number with its unit, with four significant digits."""
    size = abs(item.value)
    number = f"{item.value:.0f}" if 1e4 <= size < 1e15 else f"{item.value:.4g}"
    return f"{number} {item.unit}" if item.unit else number
