"""Decode numbers: one vector, or several outputs of some numbers each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import ModelError, UnsupportedModelError
from ...geometry import Letterbox
from ...results import Values
from ...tensors import TensorSpec, to_real
from ..class_vector import sigmoid
from .options import ValuesOptions

MOST_VALUES: Final = 10_000
"""More numbers than this are a map of features or a picture."""


class ValuesDecoder:
    """Turn outputs into numbers with names and units.

    Tensors: one or several, float or quantized, each with one picture's numbers:
    (1, N), (N,), (1, 1, 1, N) or any other shape, whose numbers are taken row by row.
    Those of several outputs are joined in the model's order. A number is
    ``activation(output) × scale + offset``. With ``expected`` an output holds scores of
    bins, and its one number is their mean, weighed by the scores.

    Args:
        tensors: The outputs, in the model's order.
        labels: The names, where the option says none.
        model_size: Not used: a number has no place in the picture.
        options: None means the defaults.

    Attributes:
        names: One text per number.
        units: One text per number.

    Raises:
        UnsupportedModelError: The outputs are no numbers, or too many.
        ValueError: The options or labels do not fit the number of values.
    """

    Options: ClassVar[type] = ValuesOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: ValuesOptions | None = None,
    ) -> None:
        # Any: the options are tuples, whatever a caller passed.
        known: Any = options or ValuesOptions()
        self._tensors = tuple(tensors)
        sizes = [_size(spec) for spec in tensors]
        self._bins: list[npt.NDArray[np.float32]] | None = None
        if known.expected is not None:
            first, last = known.expected
            self._bins = [
                np.linspace(first, last, size, dtype=np.float32) for size in sizes
            ]
            sizes = [1] * len(sizes)
            if any(len(bins) < 2 for bins in self._bins):
                raise UnsupportedModelError(
                    "expected reads scores of several bins, and an output has one "
                    "number. Leave the option out."
                )
        count = sum(sizes)
        if not 1 <= count <= MOST_VALUES:
            raise UnsupportedModelError(
                f"The values decoder reads 1 to {MOST_VALUES} numbers; the outputs "
                f"have {count}. Pass --decoder if this is another kind of model."
            )
        self.names = _names(known.names, labels, count)
        self.units = _one_each("units", known.units or ("",) * count, count)
        self._ranges = _for_all("ranges", known.ranges or (None,), count)
        self._scale = np.asarray(_for_all("scale", known.scale, count), np.float32)
        self._offset = np.asarray(_for_all("offset", known.offset, count), np.float32)
        self._activation = known.activation

    def steps(self, scales: Sequence[float]) -> npt.NDArray[np.float64]:
        """Return what one step of the outputs is in each value, float64 (N,).

        Behind an activation it is the largest that a step can be.

        Args:
            scales: The quantization step per output; 0 where it computes in float.
        """
        steepest = {"sigmoid": 0.25}.get(self._activation, 1.0)
        steps = np.asarray(scales, np.float64)
        if self._bins is not None:
            steps = steps * [float(np.abs(bins).sum()) for bins in self._bins]
        else:
            steps = np.repeat(steps, [spec.size for spec in self._tensors])
        return np.asarray(steps * np.abs(self._scale.astype(np.float64)) * steepest)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Values:
        """Return the numbers of one frame.

        Raises:
            ModelError: One of them is NaN or infinite.
        """
        reals = [
            to_real(raw, spec).reshape(-1)
            for raw, spec in zip(outputs, self._tensors, strict=True)
        ]
        if self._bins is not None:
            reals = [
                self._expectation(scores, bins)
                for scores, bins in zip(reals, self._bins, strict=True)
            ]
        values = np.concatenate(reals)
        if self._activation == "sigmoid":
            values = sigmoid(values)
        elif self._activation == "tanh":
            values = np.tanh(values)
        with np.errstate(over="ignore"):
            values = values * self._scale + self._offset
        if not np.isfinite(values).all():
            raise ModelError(
                "The model's output holds NaN or infinity. Run 'edgevision inspect "
                "--check' on this machine."
            )
        return Values(values, self.names, self.units, self._ranges)

    def _expectation(
        self, scores: npt.NDArray[Any], bins: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Return the mean of bins, weighed by their scores, float32 (1,).

        Raises:
            ModelError: The numbers are no scores.
        """
        if self._activation == "softmax":
            scores = np.exp(scores - scores.max())
        total = float(scores.sum())
        # A step of a quantized output below 0 is no reason to refuse it.
        if not total > 0 or float(scores.min()) < -0.1 * total:
            raise ModelError(
                "The model's output holds numbers below 0, which are no scores of "
                "bins. Pass --option activation=softmax if they are logits."
            )
        return np.asarray([scores @ bins / total], np.float32)


def _size(spec: TensorSpec) -> int:
    if spec.dtype.kind not in "iuf":
        raise UnsupportedModelError(
            f"Output '{spec.name}' has dtype {spec.dtype}; numbers were expected. Pass "
            "--decoder if this is another kind of model."
        )
    return spec.size


def _names(
    names: tuple[str, ...] | None, labels: tuple[str, ...], count: int
) -> tuple[str, ...]:
    if names is None and not labels:
        return ("value",) if count == 1 else tuple(f"value_{i}" for i in range(count))
    what = "labels" if names is None else "names"
    texts: tuple[str, ...] = _one_each(what, labels if names is None else names, count)
    if len(set(texts)) < count or not all(texts):
        raise ValueError(
            f"{what} must name each of the {count} values by a text of its own, got "
            f"{', '.join(texts)}."
        )
    return texts


def _one_each(option: str, entries: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """Return as many entries as there are numbers.

    Raises:
        ValueError: There are others.
    """
    if len(entries) != count:
        raise ValueError(
            f"{option} has {len(entries)} entries, but the model returns {count} "
            f"value{'s' * (count > 1)}. Pass one per value, in the model's order."
        )
    return entries


def _for_all(option: str, entries: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """Return one entry per number; a single one is meant for all."""
    return _one_each(option, entries * count if len(entries) == 1 else entries, count)
