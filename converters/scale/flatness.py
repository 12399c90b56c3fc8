"""Answers that hardly differ between pictures: a model that cannot tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .answers import scores_of, spread

# Measured on 21 networks, each under its own scale: the score of some class changes by
# a factor of 4,000 or more from picture to picture. Networks that were trained on
# 0..255 and are fed 0..1 or -1..1: by 1.1 to 2.6.
_LOGARITHMS: Final = 0.5
_ONE_SCORE: Final = 0.1
_SPREAD: Final = 0.005
# A sure answer may be right for all pictures: they may show one class.
_SURE: Final = 0.9
_FEWEST: Final = 8
_LEVELS: Final = 4.0

Array = npt.NDArray[Any]
TASKS: Final = ("classification", "segmentation", "embedding", "values", "image")


def flat_sentence(
    outputs: Sequence[Array], inputs: Array, std: Sequence[float], task: str
) -> str | None:
    """Return in words how alike the answers are; None where they differ, or may not.

    Args:
        outputs: Of the float model, batch axis first.
        inputs: The pictures that it was given, float (N, H, W, C).
        std: What pixels were divided by before the model.
        task: Of the model; answers of detectors and others are not looked at.
    """
    count = len(inputs)
    if task not in TASKS or len(outputs) != 1 or count < _FEWEST:
        return None
    if float(inputs.std(axis=0).mean()) * float(np.mean(std)) < _LEVELS:
        return None  # the pictures themselves hardly differ
    only = np.asarray(outputs[0], np.float64)
    if not np.isfinite(only).all():
        return f"The float model's answers on {count} pictures are not all finite"
    beginning = f"The float model gives {count} different pictures the same answer"
    rows = only.reshape(count, -1)
    if task == "classification" and rows.shape[1] == 1:
        return _flat_score(rows[:, 0], beginning)
    if task == "classification":
        return _flat_scores(rows, beginning)
    if task == "segmentation" and only.ndim == 4 and only.shape[3] > 1:
        return _flat_scores(only, beginning)
    if task == "embedding":
        return _flat_directions(rows, beginning)
    if spread([rows]) < _SPREAD and rows.any():
        low, high = float(rows.min()), float(rows.max())
        return f"{beginning} (all values lie in {low:.4g} to {high:.4g})"
    return None


def _flat_score(values: Array, beginning: str) -> str | None:
    if values.min() > 0 and values.max() < 1:
        if not 1 - _SURE < float(values.mean()) < _SURE:
            return None
        values = np.log(values / (1 - values))
    if np.ptp(values) >= _ONE_SCORE:
        return None
    scores = 1 / (1 + np.exp(-values))
    return f"{beginning} (scores {scores.min():.3f} to {scores.max():.3f})"


def _flat_scores(values: Array, beginning: str) -> str | None:
    scores = scores_of(values)
    top = scores.max(axis=-1)
    change = np.ptp(np.log(np.maximum(scores, 1e-9)), axis=0)
    if float(top.mean()) >= _SURE or float(change.max()) >= _LOGARITHMS:
        return None
    return (
        f"{beginning} (best score {top.min():.3f} to {top.max():.3f} of "
        f"{scores.shape[-1]} classes)"
    )


def _flat_directions(rows: Array, beginning: str) -> str | None:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not lengths.all():
        return None
    units = rows / lengths
    least = float((units @ units.T).min())
    return f"{beginning} (cosine {least:.4f} or more)" if least > 0.9995 else None
