"""The options of the decoder ``values``: one entry per number, or one for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

from ....errors import shown, unknown_name
from ..options import Numbers, Texts, number_of, numbers_of, texts_of

ACTIVATIONS: Final = ("none", "sigmoid", "tanh", "softmax")

Ranges = str | Sequence[Any]
Pair = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ValuesOptions:
    """Options of the decoder ``values``.

    Several entries are a list, or a text with commas such as ``angle,throttle``.

    Attributes:
        names: One name per number, each once; None means the labels, else ``value``, or
            ``value_0``, ``value_1`` ... for several.
        units: One unit per number, such as ``deg``, and nothing where there is none.
        ranges: The lowest and the highest value per number, such as ``0:100``, or one
            pair for all: for the bar in the picture. They do not limit the values.
        scale: What a number is multiplied by, after the activation, one for all or one
            per number: 100 for a network that was trained on age / 100.
        offset: What is added after that, one for all or one per number.
        activation: none, sigmoid, tanh or, with ``expected``, softmax: what the network
            lacks at its end.
        expected: For scores of bins: the values of the first and of the last bin, such
            as ``0..100`` for 101 years of age. Each output is then one value, the mean
            of its bins weighed by their scores (Rothe and others, 2015).
    """

    names: Texts | None = None
    units: Texts | None = None
    ranges: Ranges | None = None
    scale: Numbers = 1.0
    offset: Numbers = 0.0
    activation: str = "none"
    expected: str | Sequence[float] | None = None

    def __post_init__(self) -> None:
        # Frozen: texts with commas become tuples past the guard of the dataclass.
        for name, value in {
            "names": texts_of("names", self.names),
            "units": texts_of("units", self.units),
            "ranges": ranges_of(self.ranges),
            "scale": numbers_of("scale", self.scale),
            "offset": numbers_of("offset", self.offset),
            "expected": _bins_of(self.expected),
        }.items():
            object.__setattr__(self, name, value)
        if self.activation not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", self.activation, ACTIVATIONS))
        if self.activation == "softmax" and self.expected is None:
            raise ValueError(
                "activation softmax is for expected: scores of bins become one value. "
                "Pass expected, such as 0..100, too."
            )


def ranges_of(value: Any) -> tuple[Pair | None, ...] | None:
    """Return a pair per number, or one pair for all; None means no range.

    Raises:
        ValueError: It is not made of pairs of a lower and a higher number.
    """
    if value is None:
        return None
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",")]
        pairs = [_pair(part.split(":")) if part else None for part in parts]
    elif not isinstance(value, (list, tuple)):
        pairs = []
    elif len(value) == 2 and all(isinstance(entry, Real) for entry in value):
        pairs = [_pair(value)]  # one pair for all
    else:
        pairs = [_pair(entry) for entry in value]
    known = [pair for pair in pairs if pair is not None]
    if not known or not all(-math.inf < low < high < math.inf for low, high in known):
        raise ValueError(
            "ranges must be pairs of a lower and a higher number, such as 0:100 or "
            f"-1:1,0:1, got {shown(value)}."
        )
    return tuple(pairs)


def _bins_of(value: Any) -> Pair | None:
    """Return the values of the first and the last bin.

    Raises:
        ValueError: They are no two numbers.
    """
    if value is None:
        return None
    ends = value.split("..") if isinstance(value, str) else value
    pair = _pair(ends) or (math.nan, math.nan)
    if not all(map(math.isfinite, pair)) or pair[0] == pair[1]:
        raise ValueError(
            "expected must be the values of the first and the last bin, such as "
            f"0..100, got {shown(value)}."
        )
    return pair


def _pair(entry: Any) -> Pair | None:
    if entry is None:
        return None
    if not isinstance(entry, (list, tuple)) or len(entry) != 2:
        return math.nan, math.nan
    return number_of(entry[0]), number_of(entry[1])
