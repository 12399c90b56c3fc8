"""Run the float model under each candidate for the scale, and compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..keras import SourceModel, StatisticsReader
from .answers import classes_of, figures_of, kind_of_answers
from .candidate import ScaleCandidate, candidates, in_other_order
from .evidence import CLEARLY, ScaleEvidence, ScaleRow, ranked
from .evidence_table import FITS

PICTURES: Final = 32
_FEW: Final = 8
# Of pictures with 224x224 pixels so many are looked at; large ones cost time.
_PIXELS: Final = 12 * 224 * 224

Pixels = npt.NDArray[np.uint8]
Predict = Callable[[Sequence[npt.NDArray[Any]]], list[npt.NDArray[Any]]]
Truth = Callable[[int], Sequence[int]]


def weigh_scales(
    model: SourceModel,
    predict: Predict,
    pixels: Pixels,
    *,
    task: str | None = None,
    truth: Truth = lambda classes: (),
    has_own: bool = False,
) -> ScaleEvidence:
    """Return what the float model says under each candidate.

    Args:
        model: A model with one picture as input.
        predict: Runs it on a batch.
        pixels: uint8 (N, H, W, C) at the model's size, RGB or gray.
        task: From the caller; None means that nothing says it.
        truth: Called with the number of classes; returns each picture's true class, or
            nothing.
        has_own: Whether the model's own layers normalize again.
    """
    count = int(_PIXELS // np.prod(pixels.shape[1:3]))
    pixels = pixels[: min(PICTURES, max(_FEW, count))]
    look = _Look(model, predict, pixels, task, truth, has_own=has_own)
    rows = [look.row(candidate) for candidate in candidates(pixels.shape[3])]
    best = look.ranked(rows).rows[0].candidate
    # The order of the channels is a question of its own, asked of the best scale only.
    swapped = in_other_order(best)
    if swapped is not None:
        rows.append(look.row(swapped))
    return look.ranked(rows)


class _Look:
    """The float model's answers under one candidate after another."""

    def __init__(
        self,
        model: SourceModel,
        predict: Predict | None,
        pixels: Pixels,
        task: str | None = None,
        truth: Truth = lambda classes: (),
        *,
        has_own: bool,
    ) -> None:
        self._has_own = has_own
        self._predict = predict
        self._pixels = pixels
        self._task = task
        self._truth = truth
        self._reader = StatisticsReader(model)
        self._layer = ""
        self._is_frozen = False

    def row(self, candidate: ScaleCandidate) -> ScaleRow:
        """Return what one candidate leads to."""
        inputs = candidate.inputs(self._pixels)
        distance = self._distance(inputs)
        if self._predict is None:
            return ScaleRow(candidate, distance)
        outputs = self._predict([inputs])
        kind = kind_of_answers(outputs, self._task)
        figures = figures_of(outputs, inputs, candidate, kind)
        named = classes_of(outputs, kind) if figures else None
        right: tuple[bool, ...] = ()
        if named is not None:
            classes = max(2, outputs[0].reshape(len(named), -1).shape[1])
            known = list(self._truth(classes))[: len(named)]
            right = tuple(bool(a == b) for a, b in zip(named, known, strict=False))
        if right:
            figures = {"accuracy": float(np.mean(right)), **figures}
        return ScaleRow(candidate, distance, figures, right)

    def ranked(self, rows: Sequence[ScaleRow]) -> ScaleEvidence:
        """Return the rows as evidence, the best first."""
        count = len(self._pixels)
        return ranked(
            rows,
            count,
            self._layer,
            is_frozen=self._is_frozen,
            has_own=self._has_own,
        )

    def _distance(self, inputs: npt.NDArray[np.float32]) -> float | None:
        reached = self._reader.read(inputs)
        if reached is None or not reached[0].is_trained:
            return None
        self._layer, self._is_frozen = reached[0].layer, reached[0].is_frozen
        return reached[0].distance(reached[1])


def fitting_scale(
    model: SourceModel,
    pixels: Pixels,
    current: ScaleCandidate,
    *,
    has_own: bool = False,
) -> tuple[ScaleRow, ScaleRow, ScaleEvidence] | None:
    """Return a scale that fits the first normalizing layer where the current does not.

    It need not be the only one that fits. Only the layers in front of that one are run,
    which costs little.

    Args:
        model: A model with one picture as input.
        pixels: uint8 (N, H, W, C) at the model's size, RGB or gray.
        current: The scale that is going to be used.
        has_own: Whether the model's own layers normalize again.

    Returns:
        The row of the other scale, the row of the current one, and all candidates; None
        means that the statistics do not contradict the current scale, or that the layer
        was frozen.
    """
    look = _Look(model, None, pixels[:_FEW], has_own=has_own)
    mine = look.row(current)
    if mine.distance is None:
        return None
    rows = [look.row(item) for item in candidates(pixels.shape[3])]
    evidence = look.ranked(rows)
    nearest = min(row.distance or 0.0 for row in rows)
    if evidence.is_frozen or nearest > FITS or mine.distance < 2 * CLEARLY * nearest:
        return None
    if mine.distance <= FITS:
        return None
    # Of those that fit alike, the simplest.
    best = next(row for row in rows if (row.distance or 0.0) <= CLEARLY * nearest)
    return best, mine, evidence
