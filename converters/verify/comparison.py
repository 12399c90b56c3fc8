"""The float model against the file, as the device will run it.

Every picture passes through the runtime's own preprocessing, interpreter and decoder,
once with XNNPACK and once with the built-in kernels; the lower of the two figures
counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard
from ...runtime.geometry import Letterbox
from ...runtime.image import Preprocessor
from ...runtime.interpreter import Interpreter
from ...runtime.tensors import to_tensor
from ..datasets import ImageSet
from .box_accuracy import BoxAccuracy
from .picture_reader import PictureReader
from .picture_scorer import PictureAccuracy
from .scorer import Scorer
from .tallies import Tally
from .verification import KERNELS, Verification

_BATCH: Final = 16
Predict = Callable[[Sequence[npt.NDArray[Any]]], list[npt.NDArray[Any]]]
Progress = Callable[[int, int], None]


def float_answers(
    images: ImageSet,
    card: InputCard,
    predict: Predict,
    scorer: Scorer,
    on_progress: Progress,
) -> list[int]:
    """Return the float model's class for each picture.

    Args:
        images: The pictures.
        card: What the float model takes.
        predict: Runs the float model on a batch.
        scorer: Reads its outputs.
        on_progress: Called with the number of pictures done and of all pictures.
    """
    reader = PictureReader(images, card)
    answers: list[int] = []
    for start in range(0, len(images), _BATCH):
        positions = range(start, min(start + _BATCH, len(images)))
        inputs, _, letterboxes = reader.batch(positions)
        outputs = predict([inputs])
        for i, letterbox in enumerate(letterboxes):
            single = [output[i : i + 1] for output in outputs]
            answers.append(scorer.answer(scorer.read_float(single, letterbox)))
        on_progress(len(answers), len(images))
    return answers


def open_kernels(path: Path, name: str) -> Interpreter:
    """Return a file with the kernels of a name from ``KERNELS``, in one thread.

    A file that XNNPACK cannot prepare runs with the built-in kernels, as on a device.
    """
    return Interpreter(path, delegate=None if name == "xnnpack" else name, threads=1)


def compare_pictures(
    path: Path,
    images: ImageSet,
    float_card: InputCard,
    file_card: InputCard,
    predict: Predict,
    tally: Tally,
    on_progress: Progress,
    *,
    boxes: BoxAccuracy | PictureAccuracy | None = None,
    extras: Sequence[npt.NDArray[Any]] = (),
) -> Verification:
    """Compare the float model with a file on pictures.

    Args:
        path: The ``.tflite``.
        images: The pictures.
        float_card: What the float model takes.
        file_card: What the file takes.
        predict: Runs the float model on a batch.
        tally: Compares the outputs, sample by sample.
        on_progress: Called with the number of pictures done and of all pictures.
        boxes: Scores detections by true boxes, or pictures by true ones; None means
            that these are not known.
        extras: For each input beside the picture one row per picture.
    """
    reader = PictureReader(images, float_card)
    kernels = {name: open_kernels(path, name) for name in KERNELS}
    first = next(iter(kernels.values()))
    prepare = Preprocessor(file_card, first.inputs[0])
    staged = np.empty(first.inputs[0].shape, first.inputs[0].dtype)
    for start in range(0, len(images), _BATCH):
        positions = range(start, min(start + _BATCH, len(images)))
        inputs, pictures, letterboxes = reader.batch(positions)
        beside = [rows[positions.start : positions.stop] for rows in extras]
        outputs = predict([inputs, *beside])
        for i, picture in enumerate(pictures):
            single = [output[i : i + 1] for output in outputs]
            fed = [
                to_tensor(rows[i : i + 1], tensor).reshape(tensor.shape)
                for rows, tensor in zip(beside, first.inputs[1:], strict=True)
            ]
            letterbox = prepare.prepare(picture, out=staged)
            reference = tally.read_float(single, letterboxes[i])
            tally.reference(reference)
            if boxes is not None:
                boxes.picture(positions[i], picture)
                boxes.add("float", single, letterboxes[i])
            for name, kernel in kernels.items():
                raw = kernel.run(staged, *fed)
                tally.add(name, reference, tally.read(raw, letterbox))
                if boxes is not None:
                    boxes.add(name, raw, letterbox)
        on_progress(positions.stop, len(images))
    verification = tally.result(images.name)
    if isinstance(boxes, PictureAccuracy):
        return boxes.completed(verification)
    return verification if boxes is None else _with_precision(verification, boxes)


def compare_rows(
    path: Path,
    rows: Mapping[str, npt.NDArray[Any]],
    predict: Predict,
    tally: Tally,
    on_progress: Progress,
    source: str,
) -> Verification:
    """Compare the float model with a file on plain arrays.

    Args:
        path: The ``.tflite``.
        rows: Samples by input name.
        predict: Runs the float model on a batch.
        tally: Compares the outputs, sample by sample.
        on_progress: Called with the number of samples done and of all samples.
        source: Where the samples come from.
    """
    kernels = {name: open_kernels(path, name) for name in KERNELS}
    count = len(next(iter(rows.values())))
    nowhere = Letterbox.fit((1, 1), (1, 1))
    for i in range(count):
        sample = [values[i : i + 1] for values in rows.values()]
        reference = tally.read_float(predict(sample), nowhere)
        tally.reference(reference)
        for name, kernel in kernels.items():
            fed = [
                to_tensor(values, tensor).reshape(tensor.shape)
                for values, tensor in zip(sample, kernel.inputs, strict=True)
            ]
            tally.add(name, reference, tally.read(kernel.run(*fed), nowhere))
        on_progress(i + 1, count)
    return tally.result(source)


def _with_precision(verification: Verification, boxes: BoxAccuracy) -> Verification:
    """Add the average precision of both models to a verification."""
    scores = {name: boxes.score(name) for name in ("float", *KERNELS)}
    worst = min(KERNELS, key=lambda name: scores[name].map50_95)
    kernels = {
        name: {
            **verification.kernels[name],
            "map50_95": scores[name].map50_95,
            "map50": scores[name].map50,
        }
        for name in KERNELS
    }
    return replace(
        verification,
        kernels=kernels,
        float_accuracy=scores["float"].map50_95,
        accuracy=scores[worst].map50_95,
        accuracy_name="mAP50-95",
        details={
            **verification.details,
            "float_map50": scores["float"].map50,
            "map50": min(scores[name].map50 for name in KERNELS),
        },
    )
