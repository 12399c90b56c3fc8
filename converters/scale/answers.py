"""What a float model's answers look like: figures that need no labels, and accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from .candidate import ScaleCandidate

Array = npt.NDArray[Any]

COLUMNS: Final[Mapping[str, str]] = {
    "accuracy": "accuracy",
    "top_score": "top score",
    "entropy": "entropy",
    "largest_class": "largest class",
    "mean": "mean answer",
    "spread": "spread",
    "correlation": "correlation",
    "psnr_db": "PSNR",
}
"""Figures in the order in which they are shown, with their words."""

_SHARES: Final = ("accuracy", "largest_class")


def kind_of_answers(outputs: Sequence[Array], task: str | None) -> str:
    """Return how answers are measured: classes, score, maps, picture, or numbers.

    Args:
        outputs: Of the float model, batch axis first.
        task: From the caller; None means that nothing says it.
    """
    if len(outputs) != 1:
        return "numbers"
    only = outputs[0]
    flat = only.reshape(len(only), -1)
    is_vector = only.ndim == 2 or (only.ndim == 4 and only.shape[1:3] == (1, 1))
    if task == "classification" or (task is None and is_vector):
        return "score" if flat.shape[1] == 1 else "classes"
    if only.ndim == 4 and not is_vector:
        if task == "segmentation":
            return "maps" if only.shape[3] > 1 else "numbers"
        if task in (None, "image") and only.shape[3] in (1, 3):
            return "picture"
        if task is None:
            return "maps"
    return "numbers"


def scores_of(values: Array) -> npt.NDArray[np.float64]:
    """Return scores over the last axis: the values, or the softmax of logits."""
    reals = np.asarray(values, np.float64)
    if reals.min() >= 0 and reals.max() <= 1:
        return reals
    exponents = np.exp(reals - reals.max(axis=-1, keepdims=True))
    scores: npt.NDArray[np.float64] = exponents / exponents.sum(axis=-1, keepdims=True)
    return scores


def classes_of(outputs: Sequence[Array], kind: str) -> npt.NDArray[np.int64] | None:
    """Return the class that each picture gets; None where answers are no classes."""
    flat = outputs[0].reshape(len(outputs[0]), -1)
    if kind == "classes":
        return np.asarray(flat.argmax(axis=1), np.int64)
    if kind == "score":
        limit = 0.5 if flat.min() >= 0 and flat.max() <= 1 else 0.0
        return np.asarray(flat[:, 0] > limit, np.int64)
    return None


def figures_of(
    outputs: Sequence[Array], inputs: Array, candidate: ScaleCandidate, kind: str
) -> dict[str, float]:
    """Return the figures of one candidate, by names of ``COLUMNS``.

    Args:
        outputs: Of the float model, batch axis first.
        inputs: What it was given.
        candidate: How that was scaled.
        kind: From :func:`kind_of_answers`.
    """
    if not all(np.isfinite(output).all() for output in outputs):
        return {}
    only = outputs[0]
    if kind == "classes":
        return _class_figures(only.reshape(len(only), -1))
    if kind == "maps":
        return _class_figures(only.reshape(-1, only.shape[-1]))
    if kind == "score":
        return {"mean": float(only.mean()), "spread": float(only.std())}
    if kind == "picture":
        return _picture_figures(only, inputs, candidate)
    return {"spread": spread(outputs)}


def spread(outputs: Sequence[Array]) -> float:
    """Return how much answers differ from picture to picture, beside their own range.

    0 means that all pictures get the same answer. For several outputs it is the mean.
    """
    shares = []
    for output in outputs:
        rows = np.asarray(output, np.float64).reshape(len(output), -1)
        between = float(np.sqrt(rows.var(axis=0).mean()))
        whole = float(rows.std()) if rows.shape[1] > 1 else float(np.abs(rows).mean())
        shares.append(between / whole if whole else 0.0)
    return float(np.mean(shares))


def text_of(name: str, value: float | None) -> str:
    """Return a figure as the table shows it."""
    if value is None:
        return "-"
    if name in _SHARES:
        return f"{100 * value:.0f} %"
    if name == "psnr_db":
        return f"{value:.1f} dB"
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.3g}"


def _class_figures(rows: Array) -> dict[str, float]:
    scores = scores_of(rows)
    shares = scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12)
    logarithms = np.log(np.maximum(shares, 1e-12))
    entropy = -(shares * logarithms).sum(axis=1) / np.log(max(2, shares.shape[1]))
    counts = np.bincount(rows.argmax(axis=1), minlength=rows.shape[1])
    return {
        "top_score": float(scores.max(axis=1).mean()),
        "entropy": float(entropy.mean()),
        "largest_class": float(counts.max() / len(rows)),
    }


def _picture_figures(
    output: Array, inputs: Array, candidate: ScaleCandidate
) -> dict[str, float]:
    height, width = output.shape[1:3]
    correlations = []
    for answer, picture in zip(output, inputs, strict=True):
        small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        first, second = (
            np.asarray(x, np.float64).reshape(height * width, -1).mean(axis=1)
            for x in (answer, small)
        )
        deviations = first.std() * second.std()
        covariance = ((first - first.mean()) * (second - second.mean())).mean()
        correlations.append(float(covariance / deviations) if deviations else 0.0)
    figures = {"correlation": float(np.mean(correlations)), "spread": spread([output])}
    if output.shape == inputs.shape:
        error = float(np.mean((output.astype(np.float64) - inputs) ** 2))
        peak = 255 / float(np.mean(candidate.std))
        figures["psnr_db"] = float(10 * np.log10(peak**2 / max(error, 1e-10 * peak**2)))
    return figures
