"""Kinds of values in a table: what a type hint cannot say."""

from __future__ import annotations

import re
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, Final

from ...errors import shown

_UNITS: Final = {"": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_DURATION: Final = r"^ *([0-9.]+ *(d|h|min|m|ms|s) *)+$"
_BYTES: Final = r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*(|[kMGT]B)\s*"


class ValueKind(ABC):
    """How one value is read; it stands in ``Annotated[...]`` of a field's hint."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """Return the value as the program uses it.

        Raises:
            ValueError: The value is wrong; the sentence says what was expected.
        """

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of the value as it stands in a file."""


@dataclass(frozen=True)
class Between(ValueKind):
    """A number in a range.

    Attributes:
        low: The smallest.
        high: The largest.
        above: The smallest is not one of them.
        whole: Only whole numbers.
    """

    low: float
    high: float = float("inf")
    above: bool = False
    whole: bool = False

    def read(self, value: Any) -> float:
        """Return the number."""
        kinds = (int,) if self.whole else (int, float)
        highest = min(self.high, sys.float_info.max)
        fits = type(value) in kinds and self.low <= value <= highest
        if fits and (value > self.low or not self.above):
            return value if self.whole else float(value)
        what = "a whole number" if self.whole else "a number"
        end = "" if self.high == float("inf") else f" and at most {self.high:g}"
        sign = "above" if self.above else "of at least"
        is_quoted = isinstance(value, str) and re.fullmatch(r"[0-9.]+", value)
        cure = f" Write {value} without quotes." if is_quoted else ""
        raise ValueError(
            f"is {shown(value)}, expected {what} {sign} {self.low:g}{end}.{cure}"
        )

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        low = "exclusiveMinimum" if self.above else "minimum"
        kind = "integer" if self.whole else "number"
        high = {} if self.high == float("inf") else {"maximum": self.high}
        return {"type": kind, low: self.low, **high}


@dataclass(frozen=True)
class DurationText(ValueKind):
    """A duration such as ``"1m30s"``, read as seconds.

    Attributes:
        above: A duration of 0 is refused.
    """

    above: bool = False

    def read(self, value: Any) -> float:
        """Return seconds."""
        if not isinstance(value, str):
            cure = f' Write "{value}s".' if type(value) in (int, float) else ""
            raise ValueError(
                f'is {shown(value)}, expected a duration in quotes such as "5s".{cure}'
            )
        from ..durations import seconds

        try:
            number = seconds(value)
        except ValueError as error:
            raise ValueError(str(error)) from None
        if self.above and not number:
            raise ValueError(f"is {shown(value)}, expected a duration above 0.")
        return number

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        return {"type": "string", "pattern": _DURATION}


@dataclass(frozen=True)
class ByteCountText(ValueKind):
    """A number of bytes such as ``"2GB"``."""

    def read(self, value: Any) -> int:
        """Return bytes."""
        match = re.fullmatch(
            r"\s*([0-9]{1,12}(?:\.[0-9]+)?)\s*(|[kMGT]B)\s*", str(value)
        )
        count = int(float(match[1]) * _UNITS[match[2]]) if match else 0
        if not count or not isinstance(value, str):
            raise ValueError(
                f"is {shown(value)}, expected a number of bytes in quotes such as "
                '"2GB" (kB, MB, GB, TB).'
            )
        return count

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema."""
        return {"type": "string", "pattern": r"^ *[0-9.]+ *([kMGT]B)? *$"}


@dataclass(frozen=True)
class TableOf(ValueKind):
    """A table that another room reads; its code is imported only when there is one.

    Attributes:
        target: ``"module:class"`` of a dataclass with a class method ``from_table``: it
            takes the table and its path as ``camera.yard.region.lawn``, and raises a
            ``ValueError`` whose sentence may begin with the path of the wrong key.
    """

    target: str

    def read(self, value: Any) -> Any:
        """Return the value as it is; :func:`.read_table` lets the class read it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema; :func:`.schema_of` asks the class."""
        return {"type": "object"}


Seconds = Annotated[float, DurationText()]
"""A duration in a file, seconds in the program."""
PositiveSeconds = Annotated[float, DurationText(above=True)]
"""A duration above 0."""
ByteCount = Annotated[int, ByteCountText()]
"""A size in a file, bytes in the program."""
Share = Annotated[float, Between(0, 1)]
"""A number from 0 to 1."""
Positive = Annotated[float, Between(0, above=True)]
"""A number above 0."""
Count = Annotated[int, Between(1, whole=True)]
"""A whole number of at least 1."""
