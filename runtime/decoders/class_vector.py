"""The options of a classifier, and whether its one output holds scores or logits."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError, unknown_name
from ..labels import ClassNames, Level
from ..tensors import TensorSpec
from .options import Numbers, check_count, check_share, numbers_of

ACTIVATIONS: Final = ("none", "softmax", "sigmoid")
_TYPES: Final = ("uint8", "int8", "int16", "float32", "float16")
MULTI_LABEL_THRESHOLD: Final = 0.5
TOP_K: Final = 5


@dataclass(frozen=True, kw_only=True)
class ClassifierOptions:
    """Options of the decoder ``classifier``.

    Attributes:
        activation: none, softmax or sigmoid; None asks the tensor.
        top_k: Most classes that are reported, best first; None means 5, and with
            ``multi_label`` all that reach their threshold.
        score_threshold: Smallest score that is reported, 0..1.
        multi_label: Several labels may be true, or none: each is reported from its own
            threshold on, however many they are. For networks that end in a sigmoid per
            label, or in the logits before it.
        thresholds: With ``multi_label``, the smallest score of a label, one for all or
            one per label, 0..1; None means ``score_threshold``, or 0.5 without one.
        allow: Report only these labels or class_ids; None allows all.
        deny: Never report these labels or class_ids.
        level: Report ancestors on this level: the scores of the classes below each are
            added, or with sigmoid, where classes do not exclude each other, the largest
            is taken. ``allow`` and ``deny`` choose among the classes.
    """

    activation: str | None = None
    top_k: int | None = None
    score_threshold: float = 0.0
    multi_label: bool = False
    thresholds: Numbers | None = None
    allow: ClassNames | None = None
    deny: ClassNames | None = None
    level: Level | None = None

    def __post_init__(self) -> None:
        if self.top_k is None:
            # Frozen: the default depends on another option.
            most = sys.maxsize if self.multi_label else TOP_K
            object.__setattr__(self, "top_k", most)
        check_count("top_k", self.top_k)
        check_share("score_threshold", self.score_threshold)
        if self.multi_label and self.activation == "softmax":
            raise ValueError(
                "activation softmax makes scores that add up to 1, which multi_label "
                "contradicts. Pass activation sigmoid, or multi_label false."
            )
        if self.thresholds is not None:
            if not self.multi_label:
                raise ValueError(
                    "thresholds are for multi_label; pass score_threshold, or "
                    "multi_label=true too."
                )
            # Frozen: a text with commas becomes a tuple past the guard.
            numbers = numbers_of("thresholds", self.thresholds)
            for number in numbers:
                check_share("thresholds", number)
            object.__setattr__(self, "thresholds", numbers)


def only_vector(tensors: Sequence[TensorSpec]) -> TensorSpec:
    """Return the one output of a classifier.

    Raises:
        UnsupportedModelError: There is another number of outputs, or it is no vector.
    """
    if len(tensors) != 1:
        raise UnsupportedModelError(
            f"The classifier decoder reads one output; the model has {len(tensors)}. "
            "Pass --decoder if this is another kind of model."
        )
    tensor = tensors[0]
    if tensor.dtype.name not in _TYPES or tensor.size != max(tensor.shape, default=0):
        shape = "x".join(map(str, tensor.shape)) or "scalar"
        raise UnsupportedModelError(
            f"The classifier decoder reads one vector of scores (1, N) of type "
            f"{', '.join(_TYPES)}; the output is {shape} {tensor.dtype}."
        )
    return tensor


def activation_of(option: str | None, tensor: TensorSpec) -> str:
    """Return what turns the values into scores.

    Args:
        option: The decoder's option ``activation``; None asks the tensor.
        tensor: The output.

    Raises:
        UnsupportedModelError: Nothing proves it.
        ValueError: The option is unknown.
    """
    if option is not None:
        if option not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", option, ACTIVATIONS))
        return option
    if tensor.is_quantized:
        limits = np.iinfo(tensor.dtype)
        low = tensor.scale * (int(limits.min) - tensor.zero_point)
        high = tensor.scale * (int(limits.max) - tensor.zero_point)
        # int16 is symmetric: its softmax holds -1..1 and uses the upper half.
        symmetric = tensor.dtype == np.int16 and tensor.scale == 1 / 32768
        if (low == 0 or symmetric) and high <= 1 + tensor.scale:
            return "none"
        held = f"a {tensor.dtype} output of range {low:.4g}..{high:.4g}"
    else:
        held = f"a {tensor.dtype} output without quantization"
    raise UnsupportedModelError(
        f"Nothing proves whether {held} holds scores or logits. Set the option "
        f"'activation' to one of {', '.join(ACTIVATIONS)}."
    )


def sigmoid(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return 1 / (1 + exp(-x)) without overflow."""
    # exp of a negative number only: the other half overflows.
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1 / (1 + small), small / (1 + small)).astype(
        np.float32
    )


def label_thresholds(
    options: ClassifierOptions, count: int
) -> npt.NDArray[np.float32] | None:
    """Return each label's threshold, float32 (count,); None without ``multi_label``.

    Raises:
        ValueError: There is another number of thresholds.
    """
    if not options.multi_label:
        return None
    least: Any = options.thresholds  # a tuple, whatever a caller passed
    if least is None:
        least = (options.score_threshold or MULTI_LABEL_THRESHOLD,)
    if len(least) not in (1, count):
        raise ValueError(
            f"thresholds has {len(least)} entries, but the model has {count} labels. "
            "Pass one for all, or one per label."
        )
    each = np.broadcast_to(np.asarray(least, np.float32), count)
    return np.asarray(np.maximum(each, np.float32(options.score_threshold)))
