"""The values that one output tensor can take, and where a threshold falls among them.

A quantized tensor has 256 or 65,536 values, and their real values are computed once.
A threshold is looked up among them and becomes an integer that separates exactly the
same values; only values that pass are dequantized.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..tensors import TensorSpec

Floats = npt.NDArray[np.float32]

ACTIVATIONS: Final = ("none", "sigmoid")
_SMALLEST_SCORE: Final = -0.01
LARGEST_SCORE: Final = 1.5
"""No score 0..1 is larger, however it was quantized: what is, is a logit."""


class Levels:
    """Turn a tensor's raw values into reals, and a real threshold into a raw one.

    Attributes:
        low: The smallest real that the tensor can hold; None means it holds floats.
        high: The largest real that the tensor can hold; None means it holds floats.
    """

    def __init__(self, spec: TensorSpec, *, activation: str = "none") -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"activation must be {' or '.join(ACTIVATIONS)}, got {activation!r}."
            )
        self._spec = spec
        self._sigmoid = activation == "sigmoid"
        self._table: Floats | None = None
        self.low: float | None = None
        self.high: float | None = None
        if spec.dtype.kind not in "iuf":
            raise UnsupportedModelError(
                f"output '{spec.name}' has dtype {spec.dtype}; expected a float or an "
                "integer."
            )
        if spec.dtype.kind in "iu" and spec.dtype.itemsize <= 2:
            limits = np.iinfo(spec.dtype)
            self._first = int(limits.min)
            raw = np.arange(limits.min, limits.max + 1, dtype=np.int32)
            reals = raw.astype(np.float32)
            if spec.is_quantized:
                shifted = (raw - spec.zero_point).astype(np.float32)
                reals = shifted * np.float32(spec.scale)
            self.low, self.high = float(reals[0]), float(reals[-1])
            self._table = _sigmoid(reals) if self._sigmoid else reals
            # The same table, with the raw value itself as the index: negative ones
            # count from the end.
            self._by_raw = np.roll(self._table, self._first)

    def floor(self, threshold: float) -> float | int:
        """Return the smallest raw value whose real value is at least ``threshold``.

        For integers, ``raw >= floor(t)`` holds exactly where ``real(raw) >= t`` does;
        the answer lies above every value that the dtype has when none reaches ``t``.
        For floats behind a sigmoid it is a lower bound: compare again with the reals.
        """
        if self._table is not None:
            wanted = np.float32(threshold)
            return self._first + int(np.searchsorted(self._table, wanted, side="left"))
        if not self._sigmoid:
            return float(np.float32(threshold))
        if threshold <= 0.0:
            return -np.inf
        if threshold >= 1.0:
            return 15.0  # float32 rounds sigmoid(17) to 1
        return float(np.log(threshold / (1.0 - threshold))) - 1e-3

    def real(self, raw: npt.NDArray[Any]) -> Floats:
        """Return the reals of raw values, float32 of the same shape, always a copy."""
        if self._table is not None:
            return self._by_raw.take(raw)
        values = raw.astype(np.float32)
        if self._spec.is_quantized:
            values = (raw.astype(np.int64) - self._spec.zero_point).astype(np.float32)
            values *= np.float32(self._spec.scale)
        return _sigmoid(values) if self._sigmoid else values


def holds_scores(spec: TensorSpec) -> bool:
    """Return whether the range of a quantized tensor proves scores, 0..1."""
    levels = Levels(spec)
    if levels.low is None or levels.high is None or not spec.is_quantized:
        return False
    return levels.low >= _SMALLEST_SCORE and levels.high <= LARGEST_SCORE


def refuse_logits(highest: float, *, activations: str = "sigmoid") -> None:
    """Refuse what is read as scores and is none.

    Args:
        highest: The best score of a frame.
        activations: What may turn such logits into scores, for the sentence.

    Raises:
        UnsupportedModelError: It is far above 1.
    """
    if highest > LARGEST_SCORE:
        raise UnsupportedModelError(
            f"A score is {highest:.3g}, and 0..1 was expected: these are logits. "
            f"Pass --option activation={activations}."
        )


def _sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow, float32."""
    small = np.exp(-np.abs(values))
    return np.asarray(
        np.where(values >= 0, 1.0, small) / (1.0 + small), dtype=np.float32
    )
