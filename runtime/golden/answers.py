"""How much a model's answers differ, and how much they may."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from ..tensors import TensorSpec
from .inputs import COUNT

SAMPLE: Final = 64
# A tolerance is a quarter of what the best wrong answer scores; where healthy kernels
# need more, three times their difference, up to half.
SHARE: Final = 0.25
MARGIN: Final = 3.0
MOST: Final = 0.5
# Class numbers flip as a whole where two classes nearly tie: on arm64 a seventh of a
# segmentation's stored pixels, none between the kernels of one x86.
SHARE_OF_CLASSES: Final = 0.5
# An answer that no wrong one differs from by two steps says nothing.
LEAST: Final = 2.0
STEPS: Final = 255

Matrix = npt.NDArray[np.float64]


def telling_positions(every: Matrix) -> npt.NDArray[np.int64]:
    """Choose at most 64 positions: those that stand out, then an even spread."""
    size = every.shape[1]
    if size <= SAMPLE:
        return np.arange(size)
    usual = np.nan_to_num(np.median(every))
    apart = np.nan_to_num(np.abs(every - usual))
    order = np.argsort(-apart, axis=1, kind="stable")[:, : SAMPLE // COUNT]
    apart_most = np.unique(order)
    spread = np.linspace(0, size - 1, SAMPLE).astype(np.int64)
    rest = spread[~np.isin(spread, apart_most)][: SAMPLE - len(apart_most)]
    return np.sort(np.concatenate([apart_most, rest]))


def step_of(spec: TensorSpec, expected: Matrix) -> float:
    """Return what counts as one step; 0 for class numbers, which are equal or not."""
    if spec.is_quantized:
        return 1.0
    if spec.dtype.kind != "f":
        return 0.0
    finite = expected[np.isfinite(expected)]
    spread = float(finite.max() - finite.min()) if finite.size else 0.0
    return float(f"{spread / STEPS:.6g}") or 1.0


def difference(expected: Matrix, got: Matrix, step: float) -> Matrix:
    """Return the difference per value in steps; a class that differs counts as 255."""
    if step == 0:
        return np.where(expected == got, 0.0, float(STEPS))
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(expected - got) / step
    # NaN is the worst answer, and one enormous value must not hide behind infinity.
    return np.where(np.isfinite(apart), np.minimum(apart, 1e6), 1e6)


def wrong_answers(expected: Matrix, spec: TensorSpec, step: float) -> Matrix:
    """Return how wrong answers score per input: one row for each kind of wrong."""
    flat = expected.reshape(-1)
    finite = flat[np.isfinite(flat)]
    middle = float(np.median(finite)) if finite.size else 0.0
    answers = [
        np.zeros_like(expected),
        np.full_like(expected, spec.zero_point),
        np.full_like(expected, middle),
        np.roll(flat, flat.size // 2 + 1).reshape(expected.shape),
    ]
    return np.stack([difference(expected, a, step).mean(axis=1) for a in answers])


def tolerance_of(kernels: float, wrong: float, step: float) -> float | None:
    """Return what is allowed, in steps; None where right and wrong are too close."""
    share = SHARE if step else SHARE_OF_CLASSES
    allowed = max(share * wrong, MARGIN * kernels)
    if wrong < LEAST or allowed > MOST * wrong:
        return None
    return round(allowed, 4)


def mean_of(values: Matrix) -> float:
    """Return the mean, 0 of nothing."""
    return float(np.mean(values)) if values.size else 0.0
