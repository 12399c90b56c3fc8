"""The accuracy of labels of which several may be true: pure functions over arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def label_average_precision(truth: npt.ArrayLike, scores: npt.ArrayLike) -> Floats:
    """Return the average precision per label, float64 (C,), 0..1.

    The mean of the precision at each rise of recall, pictures with equal scores taken
    together. The mean over all labels is mAP.

    Args:
        truth: (N, C), 0 or 1; NaN where it is not known: such entries do not count.
        scores: (N, C).

    Returns:
        NaN for a label that is never true.

    Raises:
        ValueError: The shapes differ, or are not (N, C).
    """
    true, table = _tables(truth, scores)
    result = np.full(true.shape[1], np.nan)
    for i in range(true.shape[1]):
        known = ~np.isnan(true[:, i])
        right, of_label = true[known, i] > 0.5, table[known, i]
        if not right.any():
            continue
        order = np.argsort(-of_label, kind="stable")
        hits = np.cumsum(right[order])
        # The last of equal scores stands for all of them.
        ends = np.append(np.flatnonzero(np.diff(of_label[order])), len(order) - 1)
        precision = hits[ends] / (ends + 1)
        recall = hits[ends] / hits[-1]
        result[i] = float((np.diff(recall, prepend=0.0) * precision).sum())
    return result


def label_f1(truth: npt.ArrayLike, answers: npt.ArrayLike) -> Floats:
    """Return the F1 score per label, float64 (C,), 0..1; their mean is macro F1.

    Args:
        truth: (N, C), 0 or 1; NaN where it is not known: such entries do not count.
        answers: (N, C), whether the model reports the label.

    Returns:
        NaN for a label that is never true.

    Raises:
        ValueError: The shapes differ, or are not (N, C).
    """
    true, table = _tables(truth, answers)
    known = ~np.isnan(true)
    right, said = known & (true > 0.5), known & (table > 0.5)
    both = (right & said).sum(axis=0)
    total = right.sum(axis=0) + said.sum(axis=0)
    f1 = np.divide(2.0 * both, total, out=np.zeros(len(total)), where=total > 0)
    return np.where(right.any(axis=0), f1, np.nan)


def _tables(truth: npt.ArrayLike, other: npt.ArrayLike) -> tuple[Floats, Floats]:
    one, two = np.asarray(truth, np.float64), np.asarray(other, np.float64)
    if one.ndim != 2 or one.shape != two.shape:
        raise ValueError(
            f"truth and answers must have one shape (N, C), got {one.shape} and "
            f"{two.shape}."
        )
    return one, two
