"""The candidates for the scale, compared: a table for people, and what is proven."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import comb
from typing import Any, Final

from ...runtime.image import NORMALIZATIONS
from .candidate import ScaleCandidate
from .evidence_table import FITS, evidence_lines

# Measured on 30 networks and pictures like and unlike those of their training: the
# right scale lies at 0.09 to 0.4, up to 0.71 on pictures of another kind, and the next
# one 1.4 to 20 times as far (docs/guides/convert.md).
CLEARLY: Final = 1.5
_NEARLY_FITS: Final = 0.8
_MUCH: Final = 3.0
# Of the two orders of the channels the right one is 0.9 to 2.2 times as near.
_PERHAPS: Final = 1.15
_CHANCE: Final = 0.01
_FEWEST: Final = 4


@dataclass(frozen=True)
class ScaleRow:
    """What one candidate leads to.

    Attributes:
        candidate: The scale and the order of the channels.
        distance: How far the first normalizing layer is from its training, 0 or more;
            None where there is no such layer.
        figures: By names of ``COLUMNS``.
        right: Per picture whether its class is right; empty without true classes.
    """

    candidate: ScaleCandidate
    distance: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    right: tuple[bool, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        distance = {} if self.distance is None else {"statistics": self.distance}
        figures = {**distance, **self.figures}
        return {
            "normalize": self.candidate.normalize,
            "color": self.candidate.color,
            **{name: round(value, 4) for name, value in figures.items()},
        }


@dataclass(frozen=True)
class ScaleEvidence:
    """All candidates, the best first.

    Attributes:
        rows: One per candidate.
        count: How many pictures were looked at.
        layer: Name of the layer whose statistics are compared; "" without one.
        is_frozen: Whether the last training left that layer as it was.
        has_own: Whether the model's own layers normalize again.
    """

    rows: tuple[ScaleRow, ...]
    count: int
    layer: str = ""
    is_frozen: bool = False
    has_own: bool = False

    def option(self, row: ScaleRow) -> str:
        """Return what to type for a row."""
        candidate = row.candidate
        if not self.has_own:
            return candidate.option
        if candidate.normalize == "raw":
            return candidate.option.replace("raw", "own", 1)
        return f"{candidate.option} --stacked"

    @property
    def proven(self) -> ScaleRow | None:
        """Return the candidate that is beyond doubt, or None."""
        if self.count < _FEWEST:
            return None
        by_layer, by_truth = self._by_statistics(), self._by_accuracy()
        if by_layer is not None and by_truth is not None:
            return by_layer if _same_scale(by_layer, by_truth) else None
        if by_layer is not None:
            better = any(
                _is_better(row.right, by_layer.right) for row in self._others(by_layer)
            )
            return None if better else by_layer
        return by_truth

    @property
    def fitting(self) -> ScaleRow | None:
        """Return the candidate that the layer's statistics alone prove, or None."""
        return self._by_statistics()

    def more_accurate_than(
        self, mean: Sequence[float], std: Sequence[float]
    ) -> ScaleRow | None:
        """Return the simplest of the most accurate rows, or None.

        It beats the scale, and none beats it, each beyond chance.

        Args:
            mean: Of the scale, in pixel units; it is one of the rows, or nothing beats
                it.
            std: The same.
        """
        known = [row for row in self.rows if row.right and row.candidate.is_usual]
        same = [row for row in known if row.candidate.has(mean, std)]
        if not same:
            return None
        best = max(known, key=lambda row: sum(row.right))
        names = list(NORMALIZATIONS)
        simplest = [
            row
            for name in names
            for row in known
            if row.candidate.normalize == name
            and not _is_better(best.right, row.right)
            and _is_better(row.right, same[0].right)
        ]
        return simplest[0] if simplest else None

    def reason(self, row: ScaleRow) -> str:
        """Return in words why a row is the best."""
        others = self._others(row)
        if row.distance is not None and row == self._by_statistics():
            rest = [other for other in others if other.distance is not None]
            second = min(rest, key=lambda other: other.distance or 0.0)
            return (
                f"layer '{self.layer}' gets what it got in training (distance "
                f"{row.distance:.2f}; the next, {second.candidate.normalize}, has "
                f"{second.distance:.2f})"
            )
        second = max(others, key=lambda other: other.figures.get("accuracy", 0.0))
        return (
            f"right on {row.figures['accuracy']:.0%} of {self.count} pictures (the "
            f"next, {second.candidate.normalize}, on "
            f"{second.figures.get('accuracy', 0.0):.0%})"
        )

    def lines(self) -> tuple[str, ...]:
        """Return the table, aligned, with a heading and the words for its columns."""
        return evidence_lines(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "pictures": self.count,
            "layer": self.layer or None,
            "frozen": self.is_frozen,
            "candidates": [row.to_dict() for row in self.rows],
        }

    def _by_statistics(self) -> ScaleRow | None:
        rows = [row for row in self.rows if row.distance is not None]
        if not rows or self.is_frozen:
            return None
        best = min(rows, key=_distance)
        others = [_distance(row) for row in self._others(best) if row in rows]
        near, second = _distance(best), min(others)
        if (near <= FITS and second >= CLEARLY * near) or (
            near <= _NEARLY_FITS and second >= _MUCH * near
        ):
            return self._with_usual_color(best, rows)
        return None

    def _with_usual_color(
        self, best: ScaleRow, rows: Sequence[ScaleRow]
    ) -> ScaleRow | None:
        """Return the row of the usual order of channels, unless another is proven."""
        if best.candidate.is_usual:
            return best
        usual = next(
            row for row in rows if row.candidate.is_usual and _same_scale(row, best)
        )
        if _distance(usual) >= CLEARLY * _distance(best):
            return best
        return usual if _distance(usual) <= _PERHAPS * _distance(best) else None

    def _by_accuracy(self) -> ScaleRow | None:
        rows = [row for row in self.rows if row.right]
        if not rows or len(set(rows[0].right)) < 1:
            return None
        best = max(rows, key=lambda row: (sum(row.right), row.candidate.is_usual))
        if not best.candidate.is_usual:
            usual = next(
                row for row in rows if row.candidate.is_usual and _same_scale(row, best)
            )
            if not _is_better(best.right, usual.right):
                return None
        if all(_is_better(best.right, row.right) for row in self._others(best)):
            return best
        return None

    def _others(self, row: ScaleRow) -> list[ScaleRow]:
        return [other for other in self.rows if not _same_scale(other, row)]


def ranked(
    rows: Sequence[ScaleRow],
    count: int,
    layer: str,
    *,
    is_frozen: bool,
    has_own: bool = False,
) -> ScaleEvidence:
    """Return the evidence with the best candidate first.

    What is proven comes first; then true classes count more than the statistics of a
    layer, and these more than answers that are sure and differ between pictures.
    """
    evidence = ScaleEvidence(tuple(rows), count, layer, is_frozen)
    first = evidence.proven
    by_layer = evidence.fitting is not None or not any(row.right for row in rows)

    def key(row: ScaleRow) -> tuple[Any, ...]:
        distance = float("inf") if row.distance is None else row.distance
        accuracy = row.figures.get("accuracy", 0.0)
        order = (distance, -accuracy) if by_layer else (-accuracy, distance)
        return (row != first, *order, -_liveliness(row))

    return ScaleEvidence(tuple(sorted(rows, key=key)), count, layer, is_frozen, has_own)


def _liveliness(row: ScaleRow) -> float:
    """Return how much the answers tell pictures apart: 0 where all are alike."""
    figures = row.figures
    if "largest_class" in figures:
        return (1 - figures["largest_class"]) * (1 - figures["entropy"])
    return figures.get("psnr_db", figures.get("correlation", figures.get("spread", 0)))


def _distance(row: ScaleRow) -> float:
    return float("inf") if row.distance is None else row.distance


def _same_scale(a: ScaleRow, b: ScaleRow) -> bool:
    return a.candidate.normalize == b.candidate.normalize


def _is_better(first: Sequence[bool], second: Sequence[bool]) -> bool:
    """Return whether a row is right more often than another, beyond chance.

    McNemar's exact test, one-sided, on the pictures that only one of them has right.
    """
    wins = sum(a and not b for a, b in zip(first, second, strict=True))
    losses = sum(b and not a for a, b in zip(first, second, strict=True))
    total = wins + losses
    if not total:
        return False
    tail = sum(comb(total, k) for k in range(losses + 1)) / 2**total
    return wins > losses and tail < _CHANCE
