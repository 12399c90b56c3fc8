"""Numbers: how far those of two models are apart, in their own units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ....runtime.decoders.values import ValuesDecoder, ValuesOptions
from ....runtime.geometry import Letterbox
from ....runtime.metrics import mean_absolute_error, r_squared
from ....runtime.tensors import TensorSpec
from ..similarity import mean_interval
from ..verification import KERNELS, Verification
from .tally import Outputs, Tally

MOST_PARTS: Final = 20
"""Of more values than this a card has only the worst."""

COARSE: Final = 0.01
"""Share of the answers' range from which on one step of a value is coarse."""

_STILL: Final = 1e-3
_EXPLAINED: Final = 0.8

Matrix = npt.NDArray[np.float64]


class ValueTally(Tally):
    """Compare numbers by their mean absolute error.

    The agreement of a value is 1 - (mean absolute error / range of the float model's
    answers), at least 0. The model's is that of its worst value. The range is taken as
    one step of the file where it is smaller.

    Args:
        labels: Names of the values, where the options have none.
        options: Of the decoder ``values``.
        floats: The float model's outputs.
        tensors: The file's outputs.
        scales: The quantization step of each output of the file, before a conversion
            to float at its end; 0 where it computes in float.
        truth: float64 (N, C), the true values, NaN where one is not known; None means
            that none are.
    """

    metric = "agreement of values (1 - mean error / range, the worst value)"

    def __init__(
        self,
        labels: tuple[str, ...],
        options: ValuesOptions,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        scales: Sequence[float],
        truth: Matrix | None,
    ) -> None:
        self._float, self._file = (
            ValuesDecoder(specs, labels=labels, options=options)
            for specs in (floats, tensors)
        )
        self._steps = self._file.steps(scales)
        self._truth = truth
        self._floats: list[npt.NDArray[np.float32]] = []
        self._answers: dict[str, list[npt.NDArray[np.float32]]] = {
            name: [] for name in KERNELS
        }

    def read_float(
        self, outputs: Outputs, letterbox: Letterbox
    ) -> npt.NDArray[np.float32]:
        """Return the float model's numbers."""
        return self._float.decode(outputs, letterbox).values

    def read(self, outputs: Outputs, letterbox: Letterbox) -> npt.NDArray[np.float32]:
        """Return the file's numbers."""
        return self._file.decode(outputs, letterbox).values

    def reference(self, reading: npt.NDArray[np.float32]) -> None:
        """Add the float model's numbers of the next sample."""
        self._floats.append(reading)

    def add(self, name: str, reference: Any, other: npt.NDArray[np.float32]) -> None:
        """Add the numbers of one set of kernels of the same sample."""
        self._answers[name].append(other)

    def result(self, source: str) -> Verification:
        """Return the figures; of both sets of kernels the lower one counts."""
        floats = self._matrix(self._floats)
        answers = {name: self._matrix(rows) for name, rows in self._answers.items()}
        shares = {name: self._shares(floats, rows) for name, rows in answers.items()}
        agreements = {name: _agreements(rows) for name, rows in shares.items()}
        worst = min(KERNELS, key=lambda name: agreements[name].min())
        value = int(agreements[worst].argmin())
        kernels = {
            name: {
                "agreement": float(agreements[name].min()),
                "mean_error_of_range": float(shares[name].mean(axis=0).max())
                if len(floats)
                else 0.0,
            }
            for name in KERNELS
        }
        truth = self._truth
        before = None if truth is None else mean_r_squared(truth, floats)
        after = None
        if truth is not None and before is not None:
            scores = {name: mean_r_squared(truth, answers[name]) for name in KERNELS}
            for name, score in scores.items():
                kernels[name]["accuracy"] = score or 0.0
            after = min(score or 0.0 for score in scores.values())
        return Verification(
            metric=self.metric,
            count=len(floats),
            agreement=float(agreements[worst].min()),
            interval=mean_interval(
                np.clip(1 - shares[worst][:, value], 0.0, 1.0).tolist()
            ),
            kernels=kernels,
            float_accuracy=before,
            accuracy=after,
            accuracy_name="accuracy" if before is None else "R²",
            details={"mean_error_of_range": kernels[worst]["mean_error_of_range"]},
            source=source,
            parts=tuple(
                self._part(i, floats, answers[worst], float(agreements[worst][i]))
                for i in np.argsort(agreements[worst], kind="stable")[
                    :MOST_PARTS
                ].tolist()
            ),
        )

    def warnings(self) -> tuple[str, ...]:
        """Return which values are wrong, hardly vary, or have coarse steps."""
        floats = self._matrix(self._floats)
        if len(floats) < 2:
            return ()
        wrong = () if self._truth is None else self._wrong(floats, self._truth)
        return (*wrong, *self._oddities(floats))

    def _wrong(self, floats: Matrix, truth: Matrix) -> tuple[str, ...]:
        """Return a sentence when a value is no better than the truth's mean."""
        scores = r_squared(truth, floats)
        poor = np.isfinite(scores) & (scores <= 0)
        if not poor.any():
            return ()
        i = int(np.argmin(np.where(poor, scores, 1.0)))
        error = mean_absolute_error(truth, floats)[i]
        cure = "Check --normalize, --color and the table of true values."
        line = fitted_line(floats[:, i], truth[:, i])
        if line is not None:
            cure = (
                f"The truth is about {line[0]:.3g} times the answer {line[1]:+.2g}: if "
                "the network was trained on scaled values, undo that by --option scale "
                "and offset."
            )
        return (
            f"The float model itself is off by {error:.3g} in the mean for "
            f"{self._names(poor)} (R² {scores[i]:.3g}), no better than always "
            f"answering the mean of the true values. {cure}",
        )

    def _oddities(self, floats: Matrix) -> tuple[str, ...]:
        spread, steps = np.ptp(floats, axis=0), self._steps
        size = np.abs(floats.mean(axis=0))
        still = spread <= np.maximum(_STILL * size, 2 * steps)
        coarse = ~still & (steps > COARSE * spread)
        texts = []
        if still.any():
            i = int(np.flatnonzero(still)[0])
            texts.append(
                f"The float model answers {floats[:, i].min():.4g} to "
                f"{floats[:, i].max():.4g} for {self._names(still)} on all "
                f"{len(floats)} samples: it hardly varies, so the agreement says "
                "little. Check --normalize, or pass --verify with pictures that differ."
            )
        if coarse.any():
            i = int(np.argmax(np.where(coarse, steps / np.maximum(spread, 1e-30), 0)))
            unit = f" {self._file.units[i]}" if self._file.units[i] else ""
            texts.append(
                f"One step of the file's output is {steps[i]:.3g}{unit} for "
                f"{self._names(coarse)}, {steps[i] / spread[i]:.1%} of the range of "
                f"the float answers ({floats[:, i].min():.4g} to "
                f"{floats[:, i].max():.4g}): smaller changes are lost. Pass --recipe "
                "int16x8 for finer steps."
            )
        return tuple(texts)

    def _names(self, chosen: npt.NDArray[np.bool_]) -> str:
        names = [f"'{self._file.names[i]}'" for i in np.flatnonzero(chosen).tolist()]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return ", ".join(names[:3]) + more

    def _matrix(self, rows: Sequence[npt.NDArray[np.float32]]) -> Matrix:
        table = np.asarray(rows, np.float64)
        return table.reshape(len(rows), len(self._file.names))

    def _shares(self, floats: Matrix, answers: Matrix) -> Matrix:
        """Return the errors as shares of the float answers' range, (N, C)."""
        if not len(floats):
            return floats
        scale = np.maximum(np.ptp(floats, axis=0), self._steps)
        gaps = np.abs(answers - floats)
        # Answers that are all one number agree wholly, or not at all.
        return np.asarray(np.divide(gaps, scale, out=np.sign(gaps), where=scale > 0))

    def _part(
        self, i: int, floats: Matrix, answers: Matrix, agreement: float
    ) -> dict[str, Any]:
        one, other = floats[:, i : i + 1], answers[:, i : i + 1]
        gaps = np.abs(other - one)
        part: dict[str, Any] = {
            "name": self._file.names[i],
            **({"unit": self._file.units[i]} if self._file.units[i] else {}),
            "agreement": round(agreement, 6),
            "mean_error": short_number(gaps.mean()) if len(gaps) else 0.0,
            "largest_error": short_number(gaps.max()) if len(gaps) else 0.0,
            "r2": _one(r_squared(one, other)),
            "float_low": short_number(one.min()) if len(gaps) else None,
            "float_high": short_number(one.max()) if len(gaps) else None,
            "step": short_number(self._steps[i]),
        }
        if self._truth is not None:
            truth = self._truth[:, i : i + 1]
            part |= {
                "true_n": int((~np.isnan(truth)).sum()),
                "float_true_error": _one(mean_absolute_error(truth, one)),
                "true_error": _one(mean_absolute_error(truth, other)),
                "float_true_r2": _one(r_squared(truth, one)),
                "true_r2": _one(r_squared(truth, other)),
            }
        return part


def fitted_line(
    answers: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]
) -> tuple[float, float] | None:
    """Return factor and offset from answers to the truth, where a line explains it.

    Args:
        answers: (N,).
        truth: (N,); NaN where it is not known.

    Returns:
        None where the answers do not vary, or the line leaves more than a fifth of the
        truth's variance.
    """
    known = ~np.isnan(truth)
    x, y = answers[known], truth[known]
    if len(x) < 3 or not np.ptp(x):
        return None
    factor, offset = np.polyfit(x, y, 1)
    left = r_squared(y[:, None], (factor * x + offset)[:, None])[0]
    return (float(factor), float(offset)) if left > _EXPLAINED else None


def mean_r_squared(truth: Matrix, values: Matrix) -> float | None:
    """Return the mean R² of all values whose truth varies; None where none does."""
    scores = r_squared(truth, values)
    known = scores[np.isfinite(scores)]
    return float(known.mean()) if len(known) else None


def _agreements(shares: Matrix) -> Matrix:
    """Return the agreement per value, (C,); 1 without any sample."""
    if not len(shares):
        return np.ones(shares.shape[1])
    return np.asarray(np.maximum(0.0, 1.0 - shares.mean(axis=0)))


def _one(figures: Matrix) -> float | None:
    return short_number(figures[0]) if np.isfinite(figures[0]) else None


def short_number(value: Any) -> float:
    """Return a number with six significant digits, for a card."""
    return float(f"{float(value):.6g}")
