"""Verification: the float model against the file, as the device will run it.

Every picture passes through the runtime's own preprocessing, interpreter and decoder,
once with XNNPACK and once with the built-in kernels; the worse of the two counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...errors import SourceError
from ...runtime.geometry import Letterbox
from ...runtime.image import Preprocessor
from ...runtime.interpreter import Interpreter
from ...runtime.metrics import wilson_interval
from ...runtime.tensors import TensorSpec, to_tensor
from ..datasets import ImageSet
from .box_accuracy import BoxJudge
from .scoring import ImageOutputs, Scorer
from .similarity import mean_interval

KERNELS: Final = ("xnnpack", "none")
_BATCH: Final = 16

Predict = Callable[[Sequence[npt.NDArray[Any]]], list[npt.NDArray[Any]]]
Advance = Callable[[int, int], None]


@dataclass(frozen=True)
class Verification:
    """Hold what a comparison found; shares are 0..1.

    Attributes:
        metric: What ``agreement`` is.
        count: Number of samples.
        agreement: Of float and file, with the kernels that agree less.
        interval: The agreement's 95 % interval.
        kernels: Per set of kernels agreement and, where known, accuracy.
        float_accuracy: Of the float model; None without true classes.
        accuracy: Of the file, with the kernels that do worse; None likewise.
        details: Further numbers by name.
        source: Where the samples come from.
        accuracy_name: What accuracy is: of classes, or mAP50-95 of boxes.
    """

    metric: str
    count: int
    agreement: float
    interval: tuple[float, float]
    kernels: Mapping[str, Mapping[str, float]]
    float_accuracy: float | None = None
    accuracy: float | None = None
    details: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
    accuracy_name: str = "accuracy"

    @property
    def drop(self) -> float | None:
        """Return by how much the file is less accurate, or None."""
        if self.float_accuracy is None or self.accuracy is None:
            return None
        # Rounded: 0.9 - 0.7 is 0.20000000000000007 to a computer.
        return round(self.float_accuracy - self.accuracy, 6)

    def to_dict(self, budget: Mapping[str, float] | None = None) -> dict[str, Any]:
        """Return plain JSON types, as the model card holds them."""
        return {
            "metric": self.metric,
            "n": self.count,
            "agreement": round(self.agreement, 6),
            "interval": [round(value, 6) for value in self.interval],
            "accuracy_name": self.accuracy_name,
            "float": self.float_accuracy,
            "quantized": self.accuracy,
            "drop": self.drop,
            "kernels": {key: dict(value) for key, value in self.kernels.items()},
            "details": dict(self.details),
            "source": Path(self.source).name,
            "budget": dict(budget or {}),
        }


class PictureReader:
    """Read verification pictures for the float model.

    Args:
        images: The pictures.
        card: What the float model takes.
    """

    def __init__(self, images: ImageSet, card: InputCard) -> None:
        self._images = images
        self._card = card
        self._tensor = TensorSpec(
            name="",
            index=0,
            shape=(1, card.height, card.width, card.channels),
            dtype=np.dtype(np.float32),
        )
        self._prepare = Preprocessor(card, self._tensor)

    def picture(self, position: int) -> npt.NDArray[np.uint8]:
        """Return one picture as BGR."""
        try:
            return self._images.image(position, color=self._card.color)
        except (SourceError, ValueError) as error:
            raise SourceError(
                f"A verification image cannot be used: {error} Remove or replace it."
            ) from error

    def batch(
        self, positions: Sequence[int]
    ) -> tuple[npt.NDArray[np.float32], list[npt.NDArray[np.uint8]], list[Letterbox]]:
        """Return normalized float inputs, the pictures, and how they were laid in."""
        inputs = np.empty((len(positions), *self._tensor.shape[1:]), np.float32)
        pictures = [self.picture(position) for position in positions]
        letterboxes = [
            self._prepare.prepare(picture, out=inputs[i : i + 1])
            for i, picture in enumerate(pictures)
        ]
        return inputs, pictures, letterboxes


def float_answers(
    images: ImageSet, card: InputCard, predict: Predict, scorer: Scorer, told: Advance
) -> list[int]:
    """Return the float model's class for each picture.

    Args:
        images: The pictures.
        card: What the float model takes.
        predict: Runs the float model on a batch.
        scorer: Reads its outputs.
        told: Told how many pictures of how many are done.
    """
    reader = PictureReader(images, card)
    answers: list[int] = []
    for start in range(0, len(images), _BATCH):
        positions = range(start, min(start + _BATCH, len(images)))
        inputs, _, letterboxes = reader.batch(positions)
        outputs = predict([inputs])
        for i, letterbox in enumerate(letterboxes):
            single = [output[i : i + 1] for output in outputs]
            answers.append(scorer.answer_float(single, letterbox))
        told(len(answers), len(images))
    return answers


def compare_pictures(
    path: Path,
    images: ImageSet,
    float_card: InputCard,
    file_card: InputCard,
    predict: Predict,
    scorer: Scorer,
    truth: Sequence[int],
    told: Advance,
    *,
    boxes: BoxJudge | None = None,
) -> Verification:
    """Compare the float model with a file on pictures.

    Args:
        path: The ``.tflite``.
        images: The pictures.
        float_card: What the float model takes.
        file_card: What the file takes.
        predict: Runs the float model on a batch.
        scorer: Compares one sample's outputs.
        truth: Each picture's class, or nothing.
        told: Told how many pictures of how many are done.
        boxes: Judges detections by true boxes, where these are known.
    """
    reader = PictureReader(images, float_card)
    kernels = {name: Interpreter(path, delegate=name, threads=1) for name in KERNELS}
    first = next(iter(kernels.values()))
    prepare = Preprocessor(file_card, first.inputs[0])
    staged = np.empty(first.inputs[0].shape, first.inputs[0].dtype)
    tally = _Tally(truth)
    for start in range(0, len(images), _BATCH):
        positions = range(start, min(start + _BATCH, len(images)))
        inputs, pictures, letterboxes = reader.batch(positions)
        outputs = predict([inputs])
        for i, picture in enumerate(pictures):
            single = [output[i : i + 1] for output in outputs]
            letterbox = prepare.prepare(picture, out=staged)
            reference = scorer.read_float(single, letterboxes[i])
            tally.reference(reference)
            if boxes is not None:
                boxes.picture(positions[i], picture)
                boxes.add("float", single, letterboxes[i])
            for name, kernel in kernels.items():
                raw = kernel.run(staged)
                tally.add(name, scorer, reference, scorer.read(raw, letterbox))
                if boxes is not None:
                    boxes.add(name, raw, letterbox)
        told(positions.stop, len(images))
    found = tally.result(scorer, images.name)
    return found if boxes is None else _with_precision(found, boxes)


def compare_rows(
    path: Path,
    rows: Mapping[str, npt.NDArray[Any]],
    predict: Predict,
    scorer: Scorer,
    told: Advance,
    source: str,
) -> Verification:
    """Compare the float model with a file on plain arrays, one per input by name."""
    kernels = {name: Interpreter(path, delegate=name, threads=1) for name in KERNELS}
    count = len(next(iter(rows.values())))
    nowhere = Letterbox.fit((1, 1), (1, 1))
    tally = _Tally(())
    for i in range(count):
        sample = [values[i : i + 1] for values in rows.values()]
        reference = scorer.read_float(predict(sample), nowhere)
        tally.reference(reference)
        for name, kernel in kernels.items():
            fed = [
                to_tensor(values, tensor).reshape(tensor.shape)
                for values, tensor in zip(sample, kernel.inputs, strict=True)
            ]
            tally.add(name, scorer, reference, scorer.read(kernel.run(*fed), nowhere))
        told(i + 1, count)
    return tally.result(scorer, source)


def _with_precision(found: Verification, boxes: BoxJudge) -> Verification:
    """Return a verification with the average precision of both, the worse kernels'."""
    scores = {name: boxes.score(name) for name in ("float", *KERNELS)}
    worst = min(KERNELS, key=lambda name: scores[name].map50_95)
    kernels = {
        name: {
            **found.kernels[name],
            "map50_95": scores[name].map50_95,
            "map50": scores[name].map50,
        }
        for name in KERNELS
    }
    return replace(
        found,
        kernels=kernels,
        float_accuracy=scores["float"].map50_95,
        accuracy=scores[worst].map50_95,
        accuracy_name="mAP50-95",
        details={
            **found.details,
            "float_map50": scores["float"].map50,
            "map50": min(scores[name].map50 for name in KERNELS),
        },
    )


class _Tally:
    """Collect scores per set of kernels."""

    def __init__(self, truth: Sequence[int]) -> None:
        self._truth = list(truth)
        self._floats: list[int] = []
        self._answers: dict[str, list[int]] = {name: [] for name in KERNELS}
        self._scores: dict[str, list[float]] = {name: [] for name in KERNELS}
        self._extra: dict[str, list[float]] = {name: [] for name in KERNELS}
        self._weights: dict[str, list[int]] = {name: [] for name in KERNELS}

    def reference(self, reading: Any) -> None:
        """Take the float model's reading of the next sample."""
        self._floats.append(getattr(reading, "answer", -1))

    def add(self, name: str, scorer: Scorer, reference: Any, other: Any) -> None:
        """Take a kernel's reading of the same sample."""
        self._scores[name].append(scorer.score(reference, other))
        self._extra[name].append(scorer.error(reference, other))
        self._weights[name].append(scorer.weight(reference, other))
        self._answers[name].append(getattr(other, "answer", -1))

    def result(self, scorer: Scorer, source: str) -> Verification:
        """Return the numbers; the worse kernels count."""
        count = len(self._floats)
        kernels: dict[str, dict[str, float]] = {}
        for name in KERNELS:
            kernels[name] = {
                "agreement": self._mean(name),
                scorer.error_name: float(np.mean(self._extra[name])) if count else 0.0,
            }
            if self._truth:
                kernels[name]["accuracy"] = _share(self._answers[name], self._truth)
        worst = min(KERNELS, key=lambda name: kernels[name]["agreement"])
        things = sum(self._weights[worst])
        interval = (
            wilson_interval(round(things * kernels[worst]["agreement"]), things)
            if scorer.counts
            else mean_interval(self._scores[worst])
        )
        return Verification(
            metric=scorer.metric,
            count=count,
            agreement=kernels[worst]["agreement"],
            interval=interval,
            kernels=kernels,
            float_accuracy=_share(self._floats, self._truth) if self._truth else None,
            accuracy=min(kernels[name]["accuracy"] for name in KERNELS)
            if self._truth
            else None,
            details={
                scorer.error_name: max(kernels[n][scorer.error_name] for n in KERNELS),
                **({"things": things} if things != count else {}),
                **(scorer.details() if isinstance(scorer, ImageOutputs) else {}),
            },
            source=source,
        )

    def _mean(self, name: str) -> float:
        """Return the weighted mean score; 1 where there was nothing to agree on."""
        weights = self._weights[name]
        if not sum(weights):
            return 1.0
        return float(np.average(self._scores[name], weights=weights))


def _share(answers: Sequence[int], truth: Sequence[int]) -> float:
    return float(np.mean(np.asarray(answers) == np.asarray(truth)))
