"""The choices of a search, and its candidates."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ..request import TrainRequest

MAX_SECONDS: Final = 600.0
_WIDTHS: Final = (0.25, 0.5, 1.0)
_SIZES: Final = (0.5, 0.75, 1.0)
_GRID: Final = 16


@dataclass(frozen=True)
class SearchPlan:
    """The choices of a search.

    Attributes:
        request: All that the candidates have in common; its ``max_seconds`` is for the
            whole search, 600 where it is None.
        max_ms: The budget: median milliseconds per frame on this device, preparation,
            inference and decoding together.
        archs: Names of networks; empty takes the task's usual one.
        widths: Factors on filters; empty takes 0.25, 0.5 and 1.
        input_sizes: Width and height; empty takes a half, three quarters and the whole
            of each network's own.
        threads: Threads of the interpreter; None means the runtime's rule.
    """

    request: TrainRequest
    max_ms: float
    archs: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    input_sizes: tuple[tuple[int, int], ...] = ()
    threads: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.max_ms < float("inf"):
            raise ValueError(f"max_ms must be above 0, got {self.max_ms}.")
        if any(not 0 < width < float("inf") for width in self.widths):
            raise ValueError(f"widths must be above 0, got {self.widths}.")
        if any(min(size) < 1 for size in self.input_sizes):
            raise ValueError(f"input_sizes must be at least 1x1: {self.input_sizes}.")

    @property
    def max_seconds(self) -> float:
        """Return how long the search may take."""
        return self.request.max_seconds or MAX_SECONDS

    @property
    def workspace(self) -> Path:
        """Return the folder of unfinished candidates."""
        return self.request.output.with_suffix(".search")

    @property
    def json(self) -> Path:
        """Return the path of the record."""
        return self.request.output.with_suffix(".search.json")

    @property
    def csv(self) -> Path:
        """Return the path of the table."""
        return self.request.output.with_suffix(".search.csv")

    @property
    def tried_widths(self) -> tuple[float, ...]:
        """Return the factors, rising."""
        # What was trained elsewhere has the width it has.
        usual = _WIDTHS if self.request.weights == "none" else (1.0,)
        return tuple(sorted(set(self.widths or usual)))


@dataclass(frozen=True)
class Candidate:
    """A network that is tried.

    Attributes:
        label: The name of its kind in texts.
        arch: A name among the task's architectures; None means that other choices
            decide.
        width: Factor on filters.
        input_size: Width and height.
    """

    label: str
    arch: str | None
    width: float
    input_size: tuple[int, int]

    @property
    def work(self) -> float:
        """Return a number that grows with what it computes."""
        return self.width**2 * self.input_size[0] * self.input_size[1]

    @property
    def name(self) -> str:
        """Return its name in texts."""
        across, down = self.input_size
        return f"{self.label} {across}x{down} width {self.width:g}"

    @property
    def folder(self) -> str:
        """Return the name of its folder."""
        return re.sub(r"[^\w.-]+", "-", self.name)

    def within(self, other: Candidate) -> bool:
        """Return whether no side and width is larger than those of another."""
        return (
            self.label == other.label
            and self.width <= other.width
            and self.input_size[0] <= other.input_size[0]
            and self.input_size[1] <= other.input_size[1]
        )

    def request(self, plan: SearchPlan) -> TrainRequest:
        """Return the request that trains it alone."""
        return replace(
            plan.request,
            arch=self.arch,
            width=self.width,
            input_size=self.input_size,
            output=plan.workspace / f"{self.folder}.keras",
            max_seconds=None,
            resume=False,
            force=True,
        )


def usual_sizes(own: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Return a half, three quarters and the whole of a network's own input.

    Args:
        own: Width and height in pixels.
    """

    def part(side: int, share: float) -> int:
        if share == 1:
            return side
        # Networks halve their input again and again.
        return max(min(side, _GRID), round(side * share / _GRID) * _GRID)

    sizes = [(part(own[0], s), part(own[1], s)) for s in _SIZES]
    return tuple(dict.fromkeys(sizes))
