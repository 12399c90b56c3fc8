"""Which scorer and which tally a task has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ...runtime.decoders import ClassifierOptions, read_heads
from ...runtime.decoders.values import ValuesOptions
from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan, head_plans, is_multi_label
from .box_scorer import BoxScorer
from .class_scorer import ClassScorer
from .mask_scorer import MaskScorer
from .picture_scorer import MapScorer, PictureScorer
from .scorer import Scorer
from .tallies import HeadTally, LabelTally, ScoreTally, Tally, ValueTally
from .tensor_scorer import EmbeddingScorer, ImageScorer, TensorScorer
from .text_scorer import TextScorer


def tally_for(
    plan: OutputPlan,
    float_shapes: Sequence[tuple[int, ...]],
    tensors: Sequence[TensorSpec],
    model_size: tuple[int, int],
    *,
    scales: Sequence[float],
    classes: Sequence[int] = (),
    values: npt.NDArray[np.float64] | None = None,
    labels: npt.NDArray[np.float64] | None = None,
) -> Tally:
    """Return the tally of a task.

    Args:
        plan: Task and decoder.
        float_shapes: The float model's output shapes, batch axis included.
        tensors: The file's output tensors.
        model_size: Width and height of the input; (1, 1) where there is no picture.
        scales: The quantization step of each output of the file; 0 where it computes
            in float.
        classes: Each sample's true class, or nothing.
        values: float64 (N, C), each sample's true values; None means that none are
            known.
        labels: float64 (N, C), 1 where a label is true of a sample; None means that
            none are known.
    """
    if plan.decoder == "heads":
        heads = read_heads(plan.options["heads"])
        return HeadTally(
            {
                head.name: (
                    tally_for(
                        part,
                        [float_shapes[i] for i in positions],
                        [tensors[i] for i in positions],
                        model_size,
                        scales=[scales[i] for i in positions],
                    ),
                    positions,
                )
                for head, (part, positions) in zip(
                    heads, head_plans(plan, float_shapes), strict=True
                )
            }
        )
    floats = _float_specs(float_shapes)
    if is_multi_label(plan):
        several = ClassifierOptions(**plan.options)
        return LabelTally(plan.labels, several, floats, tensors, labels)
    if plan.decoder == "values":
        options = ValuesOptions(**plan.options)
        return ValueTally(plan.labels, options, floats, tensors, scales, values)
    return ScoreTally(scorer_for(plan, float_shapes, tensors, model_size), classes)


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
    floats = _float_specs(float_shapes)
    if tensors is None:
        tensors = floats
    if plan.task == "classification" and plan.decoder == "classifier":
        return ClassScorer(plan, floats, tensors, model_size)
    if plan.task == "detection":
        return BoxScorer(plan, floats, tensors, model_size)
    if plan.task == "embedding" and len(tensors) == 1:
        return EmbeddingScorer(tensors)
    if plan.task == "image" and plan.decoder == "image":
        is_map = plan.options.get("kind") == "map"
        kind = MapScorer if is_map else PictureScorer
        return kind(plan, floats, tensors, model_size)
    if plan.task == "generation" and plan.decoder == "image":
        return ImageScorer(tensors, std=float(plan.options["std"]))
    if plan.task == "segmentation" and plan.decoder == "segmentation":
        return MaskScorer(plan, floats, tensors, model_size)
    if plan.decoder == "text":
        return TextScorer(plan, floats, tensors, model_size)
    return TensorScorer(tensors)


def _float_specs(shapes: Sequence[tuple[int, ...]]) -> list[TensorSpec]:
    return [
        TensorSpec("", i, shape, np.dtype(np.float32)) for i, shape in enumerate(shapes)
    ]
