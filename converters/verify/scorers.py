"""Which scorer a task has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan
from .box_scorer import BoxScorer
from .class_scorer import ClassScorer
from .scorer import Scorer
from .tensor_scorer import ClassMapScorer, EmbeddingScorer, ImageScorer, TensorScorer


def scorer_for(
    plan: OutputPlan,
    float_shapes: Sequence[tuple[int, ...]],
    tensors: Sequence[TensorSpec] | None,
    model_size: tuple[int, int],
) -> Scorer:
    """Return the scorer of a task.

    Args:
        plan: Task and decoder.
        float_shapes: The float model's output shapes, batch axis included.
        tensors: The file's output tensors; None when only the float model is read.
        model_size: Width and height of the input; (1, 1) where there is no picture.
    """
    floats = [
        TensorSpec("", i, shape, np.dtype(np.float32))
        for i, shape in enumerate(float_shapes)
    ]
    if tensors is None:
        tensors = floats
    if plan.task == "classification" and plan.decoder == "classifier":
        return ClassScorer(plan, floats, tensors, model_size)
    if plan.task == "detection":
        return BoxScorer(plan, floats, tensors, model_size)
    if plan.task == "embedding" and len(tensors) == 1:
        return EmbeddingScorer(tensors)
    if plan.decoder == "image" and "std" in plan.options:
        return ImageScorer(tensors, std=float(plan.options["std"]))
    if plan.task == "segmentation" and len(tensors) == 1:
        return ClassMapScorer(tensors)
    return TensorScorer(tensors)
