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
"""Lowest score that counts: average precision asks how detections are ranked, however
few of them the file's own threshold would show."""


class BoxJudge:
    """Collect what detectors find, and score it as COCO does.

    Args:
        plan: Decoder, its options and the labels.
        float_shapes: The float model's output shapes, batch axis included.
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
        self._found: dict[str, list[Detections]] = {}

    def expect(self, images: ImageSet, classes: Sequence[int]) -> None:
        """Take the pictures, and per class of their boxes its place in the output."""
        self._images = images
        self._classes = np.asarray(classes, np.int64)

    def picture(self, position: int, image: Image) -> None:
        """Take the next picture.

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
        """Take what one model says of it.

        Args:
            name: ``float``, or the name of the file's kernels.
            outputs: The raw output tensors.
            letterbox: How the picture was laid into the input.
        """
        decoder = self._float if name == "float" else self._file
        found = decoder.decode(outputs, letterbox)
        if isinstance(found, Detections):
            self._found.setdefault(name, []).append(found)

    def score(self, name: str) -> DetectionScore:
        """Return one model's figures."""
        return mean_average_precision(self._found.get(name, []), self._truths)
