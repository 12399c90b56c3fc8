"""Average precision of a float detector and of its file, by true boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError
from ...runtime.decoders import named_decoder
from ...runtime.frame import Image
from ...runtime.geometry import Letterbox
from ...runtime.metrics import DetectionScore, Truth, mean_average_precision
from ...runtime.results import Detections
from ...runtime.tensors import TensorSpec
from ..datasets import ImageSet
from ..plan import OutputPlan

FLOOR: Final = 0.01
"""Lowest score that counts. Average precision is about the order of all detections,
also of those below the score threshold of the file."""


class BoxAccuracy:
    """The detections of two models, scored by true boxes as COCO does.

    Args:
        plan: Decoder, its options and the labels.
        float_shapes: Output shapes of the float model, batch axis included.
        tensors: The file's output tensors.
        model_size: Width and height of the input.
    """

    def __init__(
        self,
        plan: OutputPlan,
        float_shapes: Sequence[tuple[int, ...]],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        options = {**plan.options, "score_threshold": FLOOR}
        floats = [
            TensorSpec("", i, shape, np.dtype(np.float32))
            for i, shape in enumerate(float_shapes)
        ]
        self._float, self._file = (
            named_decoder(plan.decoder, specs, model_size=model_size, options=options)
            for specs in (floats, tensors)
        )
        self._images: ImageSet | None = None
        self._classes = np.empty(0, np.int64)
        self._truths: list[Truth] = []
        self._detections: dict[str, list[Detections]] = {}

    def expect(self, images: ImageSet, classes: Sequence[int]) -> None:
        """Set the pictures, and each box class's place in the output."""
        self._images = images
        self._classes = np.asarray(classes, np.int64)

    def picture(self, position: int, image: Image) -> None:
        """Add the true boxes of the next picture.

        Raises:
            CalibrationError: It has another size than its description says.
        """
        if self._images is None:
            raise CalibrationError("no true boxes are known.")
        boxed = self._images.boxed[position]
        boxes, ignored = boxed.in_pixels(image.shape[1], image.shape[0])
        self._truths.append(
            Truth(
                boxes,
                self._classes[boxed.class_ids],
                ignored,
                self._classes[boxed.ignored_ids],
                boxed.crowds,
            )
        )

    def add(
        self, name: str, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> None:
        """Add one model's detections in that picture.

        Args:
            name: ``float``, or the name of a set of kernels of the file.
            outputs: The raw output tensors.
            letterbox: How the picture was laid into the input.
        """
        decoder = self._float if name == "float" else self._file
        detections = decoder.decode(outputs, letterbox)
        if isinstance(detections, Detections):
            self._detections.setdefault(name, []).append(detections)

    def score(self, name: str) -> DetectionScore:
        """Return the figures of one model."""
        return mean_average_precision(self._detections.get(name, []), self._truths)
