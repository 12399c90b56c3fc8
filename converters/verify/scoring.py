"""Scorers: what it means, per task, that two models say the same of one sample."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from ...runtime.decoders import Decoder, named_decoder
from ...runtime.geometry import Letterbox, iou
from ...runtime.tensors import TensorSpec, to_real
from ..plan import OutputPlan
from .similarity import cosine, mean_iou, relative_error

_IOU: Final = 0.5
_WORST: Final = 1000.0

Outputs = Sequence[npt.NDArray[Any]]


class Scorer(Protocol):
    """Compare readings of one sample.

    Attributes:
        metric: What the score is called.
        error_name: What the error is called.
        counts: Whether a score is 0 or 1, so that shares have Wilson intervals.
    """

    metric: str
    error_name: str
    counts: bool

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return what the float model says."""
        ...

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return what the file says, from its raw output tensors."""
        ...

    def answer_float(self, outputs: Outputs, letterbox: Letterbox) -> int:
        """Return the float model's class; -1 where the task has none."""
        ...

    def score(self, reference: Any, other: Any) -> float:
        """Return how well two readings agree, 0..1."""
        ...

    def error(self, reference: Any, other: Any) -> float:
        """Return how far two readings are apart, 0 for equal ones."""
        ...

    def weight(self, reference: Any, other: Any) -> int:
        """Return how many things the score is a share of."""
        ...


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
        return TopOne(plan, floats, tensors, model_size)
    if plan.task == "detection":
        return Boxes(plan, floats, tensors, model_size)
    if plan.task == "embedding" and len(tensors) == 1:
        return Cosine(tensors)
    if plan.task == "generation" and plan.decoder == "image":
        return ImageOutputs(tensors, std=float(plan.options["std"]))
    if plan.task == "segmentation" and len(tensors) == 1:
        return ClassMap(tensors)
    return PlainTensors(tensors)


@dataclass(frozen=True)
class Scores:
    """Hold one classifier's answer.

    Attributes:
        answer: The best class, ties by the decoder's rule.
        scores: float32 (classes,), 0..1.
    """

    answer: int
    scores: npt.NDArray[np.float32]


class TopOne:
    """Compare the best class, through the runtime's own decoder."""

    metric = "top-1 agreement"
    error_name = "mean_score_error"
    counts = True

    def __init__(
        self,
        plan: OutputPlan,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        self._classes = plan.classes
        options = {**plan.options, "top_k": plan.classes}
        self._float, self._file = (
            _decoder(plan, specs, model_size, options) for specs in (floats, tensors)
        )

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Scores:
        """Return the float model's scores."""
        return self._scores(self._float.decode(outputs, letterbox))

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Scores:
        """Return the file's scores."""
        return self._scores(self._file.decode(outputs, letterbox))

    def answer_float(self, outputs: Outputs, letterbox: Letterbox) -> int:
        """Return the float model's class."""
        return self.read_float(outputs, letterbox).answer

    def score(self, reference: Scores, other: Scores) -> float:
        """Return 1 where the best class is the same."""
        return float(reference.answer == other.answer)

    def weight(self, reference: Scores, other: Scores) -> int:
        """Return 1: a sample has one best class."""
        return 1

    def error(self, reference: Scores, other: Scores) -> float:
        """Return the mean difference of scores."""
        return float(np.abs(reference.scores - other.scores).mean())

    def _scores(self, result: Any) -> Scores:
        scores = np.zeros(self._classes, np.float32)
        scores[result.class_ids] = result.scores
        return Scores(int(result.class_ids[0]), scores)


class Boxes:
    """Compare detections: which boxes of one are found again by the other.

    A sample's score is the share of all boxes, of both, that have a partner of the same
    class at an IoU of 0.5 or more; it weighs as many boxes as there are.
    """

    metric = "boxes refound at IoU 0.5"
    error_name = "mean_score_error"
    counts = True

    def __init__(
        self,
        plan: OutputPlan,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        self._float, self._file = (
            _decoder(plan, specs, model_size, plan.options)
            for specs in (floats, tensors)
        )

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the float model's detections."""
        return self._float.decode(outputs, letterbox)

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Any:
        """Return the file's detections."""
        return self._file.decode(outputs, letterbox)

    def answer_float(self, outputs: Outputs, letterbox: Letterbox) -> int:
        """Return -1: there is no single class."""
        return -1

    def score(self, reference: Any, other: Any) -> float:
        """Return the share of boxes with a partner."""
        boxes = self.weight(reference, other)
        return 2 * len(_partners(reference, other)) / boxes if boxes else 1.0

    def error(self, reference: Any, other: Any) -> float:
        """Return the mean difference of partners' scores."""
        pairs = _partners(reference, other)
        if not pairs:
            return 0.0
        first, second = (list(column) for column in zip(*pairs, strict=True))
        return float(np.abs(reference.scores[first] - other.scores[second]).mean())

    def weight(self, reference: Any, other: Any) -> int:
        """Return the number of boxes of both."""
        return len(reference) + len(other)


def _decoder(
    plan: OutputPlan,
    tensors: Sequence[TensorSpec],
    model_size: tuple[int, int],
    options: Mapping[str, Any],
) -> Decoder:
    """Return the plan's decoder, whose classes are numbers."""
    return named_decoder(plan.decoder, tensors, model_size=model_size, options=options)


def _partners(reference: Any, other: Any) -> list[tuple[int, int]]:
    """Return pairs of boxes of one class, the best overlaps first, each box once."""
    overlaps = iou(reference.boxes, other.boxes)
    overlaps[reference.class_ids[:, None] != other.class_ids[None]] = 0
    pairs: list[tuple[int, int]] = []
    for _ in range(min(overlaps.shape)):
        row, column = np.unravel_index(int(overlaps.argmax()), overlaps.shape)
        if overlaps[row, column] < _IOU:
            break
        pairs.append((int(row), int(column)))
        overlaps[row, :] = 0
        overlaps[:, column] = 0
    return pairs


class _Reals:
    """Read outputs as real numbers."""

    def __init__(self, tensors: Sequence[TensorSpec]) -> None:
        self._tensors = tensors

    def read_float(
        self, outputs: Outputs, letterbox: Letterbox
    ) -> list[npt.NDArray[Any]]:
        """Return the float model's outputs as they are."""
        return [np.asarray(output) for output in outputs]

    def read(self, outputs: Outputs, letterbox: Letterbox) -> list[npt.NDArray[Any]]:
        """Return the file's outputs as reals."""
        return [
            to_real(output, tensor)
            for output, tensor in zip(outputs, self._tensors, strict=True)
        ]

    def answer_float(self, outputs: Outputs, letterbox: Letterbox) -> int:
        """Return -1: there is no single class."""
        return -1

    def weight(self, reference: Outputs, other: Outputs) -> int:
        """Return 1: samples count alike."""
        return 1

    def error(self, reference: Outputs, other: Outputs) -> float:
        """Return the worst output's relative error."""
        worst = max(relative_error(a, b) for a, b in zip(reference, other, strict=True))
        # A constant reference has no spread to measure by; JSON has no infinity.
        return min(worst, _WORST) if worst == worst else _WORST


class Cosine(_Reals):
    """Compare embeddings by their direction."""

    metric = "cosine"
    error_name = "mean_relative_error"
    counts = False

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return the cosine, negative ones as 0."""
        return max(0.0, cosine(reference[0], other[0]))


class ClassMap(_Reals):
    """Compare segmentations by the class of each pixel."""

    metric = "mean IoU"
    error_name = "mean_relative_error"
    counts = False

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return the mean IoU of both class maps."""
        return mean_iou(_class_map(reference[0]), _class_map(other[0]))


class ImageOutputs(_Reals):
    """Compare generated pictures: relative error, levels of 255, PSNR."""

    metric = "1 - relative error of the pictures"
    error_name = "mean_level_error"
    counts = False

    def __init__(self, tensors: Sequence[TensorSpec], *, std: float) -> None:
        super().__init__(tensors)
        self._std = std
        self._squares: list[float] = []

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return 1 for equal pictures, 0 from a relative error of 1 on."""
        gap = self._gap(reference, other)
        self._squares.append(float(np.mean(gap**2)))
        return max(0.0, 1 - relative_error(reference[0], other[0]))

    def error(self, reference: Outputs, other: Outputs) -> float:
        """Return the mean difference in levels of 255."""
        return float(np.abs(self._gap(reference, other)).mean())

    def details(self) -> dict[str, float]:
        """Return the peak signal-to-noise ratio over all pictures, in dB."""
        mean = float(np.mean(self._squares)) if self._squares else 0.0
        # Equal pictures have no noise; JSON has no infinity.
        return {"psnr_db": round(10 * math.log10(255**2 / max(mean, 1e-5)), 2)}

    def _gap(self, reference: Outputs, other: Outputs) -> npt.NDArray[np.float64]:
        values = np.asarray(reference[0], np.float64) - np.asarray(other[0])
        return np.asarray(values * self._std, np.float64)


class PlainTensors(_Reals):
    """Compare outputs of unknown meaning by their relative error."""

    metric = "1 - relative error of the worst output"
    error_name = "mean_relative_error"
    counts = False

    def score(self, reference: Outputs, other: Outputs) -> float:
        """Return 1 for equal outputs, 0 from a relative error of 1 on."""
        return max(0.0, 1 - self.error(reference, other))


def _class_map(output: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if output.ndim == 4 and output.shape[-1] > 1:
        return np.asarray(output.argmax(axis=-1))
    if np.issubdtype(output.dtype, np.integer):
        return output
    return (output > 0.5).astype(np.int64)
