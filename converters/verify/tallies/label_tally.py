"""Labels of which several may be true: which two models report alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ....runtime.decoders import ClassifierDecoder, ClassifierOptions
from ....runtime.geometry import Letterbox
from ....runtime.labels import label_of
from ....runtime.metrics import label_average_precision, label_f1
from ....runtime.tensors import TensorSpec
from ..similarity import mean_interval
from ..verification import KERNELS, Verification
from .tally import Outputs, Tally
from .value_tally import MOST_PARTS, short_number

Matrix = npt.NDArray[np.float64]


class LabelTally(Tally):
    """Compare the labels that are reported, each at its threshold.

    The agreement of a label is the share of samples on which both models report it, or
    both do not. The model's is the mean of its labels'.

    Args:
        labels: One text per label; a missing one is shown as its number.
        options: Of the decoder ``classifier``, with ``multi_label``.
        floats: The float model's output.
        tensors: The file's output.
        truth: float64 (N, C), 1 where a label is true, 0 where not, NaN where it is not
            known; None means that none is.
    """

    metric = "agreement of labels at their thresholds"

    def __init__(
        self,
        labels: tuple[str, ...],
        options: ClassifierOptions,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        truth: Matrix | None,
    ) -> None:
        self._float, self._file = (
            ClassifierDecoder(specs, labels=labels, options=options)
            for specs in (floats, tensors)
        )
        self._labels = labels
        self._each = np.asarray(self._file.thresholds, np.float32)
        self._truth = truth
        self._floats: list[npt.NDArray[np.float32]] = []
        self._answers: dict[str, list[npt.NDArray[np.float32]]] = {
            name: [] for name in KERNELS
        }

    def read_float(
        self, outputs: Outputs, letterbox: Letterbox
    ) -> npt.NDArray[np.float32]:
        """Return the float model's scores."""
        return self._float.scores(outputs)

    def read(self, outputs: Outputs, letterbox: Letterbox) -> npt.NDArray[np.float32]:
        """Return the file's scores."""
        return self._file.scores(outputs)

    def reference(self, reading: npt.NDArray[np.float32]) -> None:
        """Add the float model's scores of the next sample."""
        self._floats.append(reading)

    def add(self, name: str, reference: Any, other: npt.NDArray[np.float32]) -> None:
        """Add the scores of one set of kernels of the same sample."""
        self._answers[name].append(other)

    def result(self, source: str) -> Verification:
        """Return the figures; of both sets of kernels the lower one counts."""
        floats = self._matrix(self._floats)
        answers = {name: self._matrix(rows) for name, rows in self._answers.items()}
        same = {name: self._same(floats, rows) for name, rows in answers.items()}
        worst = min(KERNELS, key=lambda name: _mean(same[name]))
        truth = self._truth
        kernels = {
            name: {
                "agreement": _mean(same[name], 1.0),
                "mean_score_error": _mean(np.abs(answers[name] - floats)),
            }
            for name in KERNELS
        }
        details = {
            "mean_score_error": max(k["mean_score_error"] for k in kernels.values()),
            "reported_by_both": self._shared(floats, answers[worst]),
        }
        precision = label_average_precision
        before = None if truth is None else _known(precision, truth, floats)
        after = None
        if truth is not None and before is not None:
            for name in KERNELS:
                score = _known(precision, truth, answers[name])
                kernels[name]["accuracy"] = score or 0.0
            after = min(kernels[name]["accuracy"] for name in KERNELS)
            for key, scores in (
                ("float_macro_f1", floats),
                ("macro_f1", answers[worst]),
            ):
                details[key] = _known(label_f1, truth, self._reports(scores)) or 0.0
        parts = [self._part(i, floats, answers[worst]) for i in range(len(self._each))]
        parts.sort(key=lambda part: part["agreement"])
        return Verification(
            metric=self.metric,
            count=len(floats),
            agreement=kernels[worst]["agreement"],
            interval=mean_interval(same[worst].mean(axis=1).tolist()),
            kernels=kernels,
            float_accuracy=before,
            accuracy=after,
            accuracy_name="accuracy" if before is None else "mAP",
            details=details,
            source=source,
            parts=tuple(parts[:MOST_PARTS]),
        )

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence where the float model reports nothing, or everything."""
        reported = self._reports(self._matrix(self._floats))
        if not len(reported) or 0 < reported.mean() < 1:
            return ()
        what = "every label" if reported.all() else "no label"
        return (
            f"The float model reports {what} on all {len(reported)} samples, so the "
            "agreement says little. Check --normalize, --option activation and "
            "thresholds, or pass --verify with other pictures.",
        )

    def _matrix(self, rows: Sequence[npt.NDArray[np.float32]]) -> Matrix:
        table = np.asarray(rows, np.float32).astype(np.float64)
        return table.reshape(len(rows), len(self._each))

    def _reports(self, scores: Matrix) -> npt.NDArray[np.bool_]:
        return np.asarray(scores.astype(np.float32) >= self._each)

    def _same(self, floats: Matrix, answers: Matrix) -> Matrix:
        same = self._reports(floats) == self._reports(answers)
        return np.asarray(same, np.float64)

    def _shared(self, floats: Matrix, answers: Matrix) -> float:
        """Return the share of the labels that either reports which both report."""
        one, other = self._reports(floats), self._reports(answers)
        either = int((one | other).sum())
        return float((one & other).sum() / either) if either else 1.0

    def _part(self, i: int, floats: Matrix, answers: Matrix) -> dict[str, Any]:
        one, other = floats[:, i : i + 1], answers[:, i : i + 1]
        said = self._reports(floats)[:, i : i + 1]
        heard = self._reports(answers)[:, i : i + 1]
        part: dict[str, Any] = {
            "name": label_of(self._labels, i),
            "agreement": short_number(_mean((said == heard).astype(np.float64), 1.0)),
            "threshold": short_number(self._each[i]),
            "mean_score_error": short_number(_mean(np.abs(one - other))),
            "float_reported": int(said.sum()),
            "reported": int(heard.sum()),
        }
        if self._truth is not None:
            truth = self._truth[:, i : i + 1]
            part |= {
                "true_n": int(np.nansum(truth)),
                "float_ap": _short(_known(label_average_precision, truth, one)),
                "ap": _short(_known(label_average_precision, truth, other)),
                "float_f1": _short(_known(label_f1, truth, said)),
                "f1": _short(_known(label_f1, truth, heard)),
            }
        return part


def _mean(table: Matrix, of_nothing: float = 0.0) -> float:
    return float(table.mean()) if table.size else of_nothing


def _known(metric: Any, truth: Matrix, table: Any) -> float | None:
    """Return the mean of a metric over the labels that have one; None without any."""
    figures = metric(truth, table)
    known = figures[np.isfinite(figures)]
    return float(known.mean()) if len(known) else None


def _short(value: float | None) -> float | None:
    return None if value is None else short_number(value)
