"""The scores of a head with anchors: which anchors pass, with which class.

The threshold is compared with raw values, all in one pass over the tensor's memory;
what follows works on the few rows that pass.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...results import ClassIds, Scores
from ...tensors import TensorSpec
from ..tensor_values import Levels

Rows = npt.NDArray[np.intp]
Picked = tuple[Rows, Scores, ClassIds]
"""Rows, each one's best score, and its class."""

ACTIVATIONS: Final = ("none", "sigmoid", "softmax")


class HeadScores:
    """Find the anchors of one tensor of scores that reach a threshold.

    Args:
        spec: The tensor: rows of ``columns`` numbers.
        columns: Scores of an anchor.
        first: Column of the first class: 1 behind a background.
        activation: A name from :data:`ACTIVATIONS`.
        threshold: Smallest score that passes, 0..1.
    """

    def __init__(
        self,
        spec: TensorSpec,
        *,
        columns: int,
        first: int,
        activation: str,
        threshold: float,
    ) -> None:
        self._columns, self._first = columns, first
        self._softmax = activation == "softmax"
        one = "sigmoid" if activation == "sigmoid" else "none"
        self._levels = Levels(spec, activation=one)
        self._step = spec.scale if spec.is_quantized else 1.0
        self._threshold = np.float32(threshold)
        self._floor = self._levels.floor(threshold)
        share = min(max(threshold, 1e-6), 1 - 1e-6)
        self._needed = np.log(share / (1.0 - share)) - 1e-3

    def pick(self, tensor: npt.NDArray[Any]) -> Picked:
        """Return the anchors whose best class passes, in rising order.

        Args:
            tensor: The raw scores.
        """
        raw = tensor.reshape(-1, self._columns)
        where, scores, class_ids = (
            self._by_softmax(raw) if self._softmax else self._by_score(raw)
        )
        # NaN fails this comparison; infinite scores are dropped as well.
        passing = (scores >= self._threshold) & np.isfinite(scores)
        return where[passing], scores[passing], class_ids[passing]

    def _by_score(self, raw: npt.NDArray[Any]) -> Picked:
        # One comparison over the whole memory: a maximum per row takes three times as
        # long, because a row is short.
        hits = raw.reshape(-1) >= self._floor
        if np.count_nonzero(hits) > len(raw):
            hits = hits.reshape(raw.shape)[:, self._first :]
            rows = np.flatnonzero(hits.any(axis=1))
        else:
            rows, columns = np.divmod(np.flatnonzero(hits), self._columns)
            if self._first:
                rows = rows[columns >= self._first]
            rows = rows[np.flatnonzero(np.diff(rows, prepend=-1))]
        classes = raw[rows, self._first :]
        class_ids = classes.argmax(axis=1).astype(np.int64)
        best = np.take_along_axis(classes, class_ids[:, None], axis=1)[:, 0]
        return rows, self._levels.real(best), class_ids

    def _by_softmax(self, raw: npt.NDArray[Any]) -> Picked:
        """Apply softmax only to the anchors that can pass.

        A softmax over two columns is never lower than one over all of them, so the
        difference of two raw values rules most anchors out.
        """
        kind = np.int32 if raw.dtype.kind in "iu" else np.float32
        if self._first:
            best = raw[:, self._first :].max(axis=1).astype(kind)
            ahead = (best - raw[:, 0].astype(kind)) * self._step
            where = np.flatnonzero(ahead >= self._needed)
        else:
            where = np.arange(len(raw))
        reals = self._levels.real(raw[where])
        reals -= reals.max(axis=1, keepdims=True, initial=-np.inf)
        shares = np.exp(reals)
        shares /= shares.sum(axis=1, keepdims=True)
        shares = shares[:, self._first :]
        class_ids = shares.argmax(axis=1).astype(np.int64)
        return where, shares.max(axis=1, initial=0.0), class_ids
