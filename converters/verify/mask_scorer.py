"""Segmenters: whether two models give every pixel the same class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from ...runtime.decoders import named_decoder
from ...runtime.geometry import Letterbox
from ...runtime.labels import label_of
from ...runtime.results import Mask
from ...runtime.tensors import TensorSpec
from ..plan import OutputPlan
from .scorer import Outputs, Scorer
from .similarity import mean_iou

_MOST_NAMED: Final = 40


class MaskScorer(Scorer):
    """Compare masks, read with the runtime's own decoder in the model's own size."""

    metric = "mean IoU"
    error_name = "share_of_other_pixels"

    def __init__(
        self,
        plan: OutputPlan,
        floats: Sequence[TensorSpec],
        tensors: Sequence[TensorSpec],
        model_size: tuple[int, int],
    ) -> None:
        self._plan = plan
        self._names = plan.labels
        self._floats = floats
        if model_size == (1, 1):
            model_size = _size_of(tensors[0])  # the model takes no picture
        # A mask as large as a photograph would take seconds and say no more.
        self._whole = Letterbox.fit(model_size, model_size)
        self._model_size = model_size
        self._file = self._decoder(tensors)
        self._by_dtype: dict[str, Any] = {}
        self._both: dict[int, int] = {}
        self._either: dict[int, int] = {}

    def read_float(self, outputs: Outputs, letterbox: Letterbox) -> Mask:
        """Return the float model's mask."""
        dtype = outputs[0].dtype
        if dtype.name not in self._by_dtype:
            # A graph that ends in an argmax gives class numbers, also as a float model.
            specs = [replace(self._floats[0], dtype=dtype)]
            self._by_dtype[dtype.name] = self._decoder(specs)
        return self._mask(self._by_dtype[dtype.name], outputs)

    def read(self, outputs: Outputs, letterbox: Letterbox) -> Mask:
        """Return the file's mask."""
        return self._mask(self._file, outputs)

    def score(self, reference: Mask, other: Mask) -> float:
        """Return the mean IoU over the classes in either mask."""
        for class_id in np.union1d(reference, other).tolist():
            left, right = reference == class_id, other == class_id
            for counts, pixels in (
                (self._both, left & right),
                (self._either, left | right),
            ):
                counts[class_id] = counts.get(class_id, 0) + int(pixels.sum())
        return mean_iou(reference, other)

    def error(self, reference: Mask, other: Mask) -> float:
        """Return the share of pixels whose class differs."""
        return float(np.mean(reference != other))

    def details(self) -> dict[str, float]:
        """Return the IoU of each class over all pictures and both sets of kernels."""
        classes = sorted(self._either)[:_MOST_NAMED]
        return {
            f"iou_{label_of(self._names, class_id)}": round(
                self._both[class_id] / self._either[class_id], 6
            )
            for class_id in classes
        }

    def _decoder(self, specs: Sequence[TensorSpec]) -> Any:
        return named_decoder(
            self._plan.decoder,
            specs,
            labels=self._plan.labels,
            model_size=self._model_size,
            options=self._plan.options,
            hierarchy=self._plan.hierarchy,
        )

    def _mask(self, decoder: Any, outputs: Outputs) -> Mask:
        mask: Mask = decoder.decode(outputs, self._whole).mask
        return mask


def _size_of(tensor: TensorSpec) -> tuple[int, int]:
    """Return width and height of a map."""
    rows, columns = (*tensor.shape, 1, 1)[1:3]
    return columns, rows
