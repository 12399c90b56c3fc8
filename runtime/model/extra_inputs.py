"""Inputs beside the picture, filled with the caller's numbers."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import ExtraInput
from ...errors import UnsupportedModelError, shown
from ..interpreter import Invoker
from ..tensors import TensorSpec, to_tensor

_LONGEST: Final = 60


class ExtraInputs:
    """The values of the inputs that take no picture.

    Args:
        inputs: What the card says of them.
        tensors: All inputs of the model.
        model: The model's name, for errors.
    """

    def __init__(
        self, inputs: Sequence[ExtraInput], tensors: Sequence[TensorSpec], model: str
    ) -> None:
        self._tensors = {item.name: tensors[item.index] for item in inputs}
        self._positions = {item.name: item.index for item in inputs}
        self._ranges = {item.name: (item.low, item.high) for item in inputs}
        self._values: dict[str, npt.NDArray[Any]] = {}
        self._model = model

    def set(self, values: Mapping[str, npt.ArrayLike]) -> None:
        """Keep values for all pictures that follow.

        Args:
            values: By input name a number, or one number per element.

        Raises:
            ValueError: No input has the name, or the value has another size.
        """
        fresh = {}
        for name, value in values.items():
            tensor = self._tensors.get(name)
            if tensor is None:
                raise ValueError(
                    f"{self._model} has no input {shown(name)} beside the picture; it "
                    f"has {', '.join(map(repr, self._tensors)) or 'none'}."
                )
            numbers = self._numbers(name, value, tensor)
            self._warn(name, numbers)
            filled = np.broadcast_to(numbers, tensor.size).reshape(tensor.shape)
            fresh[name] = to_tensor(filled, tensor)
        self._values.update(fresh)

    def _numbers(
        self, name: str, value: npt.ArrayLike, tensor: TensorSpec
    ) -> npt.NDArray[np.float64]:
        """Return a value as numbers that the tensor can hold.

        Raises:
            ValueError: It is none, or not as many as the tensor takes.
        """
        whole = tensor.dtype.kind in "iu" and not tensor.is_quantized
        try:
            numbers = np.asarray(value, np.float64).reshape(-1)
        except (TypeError, ValueError):
            numbers = np.full(1, np.nan)
        fits = numbers.size in (1, tensor.size) and bool(np.isfinite(numbers).all())
        if fits and tensor.dtype.kind == "f":
            fits = bool((np.abs(numbers) <= np.finfo(tensor.dtype).max).all())
        elif fits and whole:
            limits = np.iinfo(tensor.dtype)
            inside = (numbers >= limits.min) & (numbers <= limits.max)
            fits = bool((inside & (numbers == np.rint(numbers))).all())
        if not fits:
            kind = "whole" if whole else "finite"
            raise ValueError(
                f"the input {shown(name)} takes {tensor.size} {kind} "
                f"number{'s' * (tensor.size != 1)}, got {_shown(value)}."
            )
        return numbers

    def _warn(self, name: str, numbers: npt.NDArray[np.float64]) -> None:
        """Warn of numbers outside of what the file was calibrated with."""
        low, high = self._ranges[name]
        slack = (high - low) / 1000
        if numbers.min() < low - slack or numbers.max() > high + slack:
            import logging

            logging.getLogger(__name__).warning(
                "%s: the input %r was calibrated with %g to %g; answers to numbers "
                "outside of that are not to be trusted",
                self._model,
                name,
                low,
                high,
            )

    def write(self, interpreter: Invoker) -> None:
        """Fill the inputs; they are filled for each picture.

        An interpreter may use the memory of an input for other values once it was read.

        Raises:
            UnsupportedModelError: A value was never set.
        """
        for name, position in self._positions.items():
            value = self._values.get(name)
            if value is None:
                option = shlex.quote(f"{name}=NUMBER")
                raise UnsupportedModelError(
                    f"{self._model} takes '{name}' beside the picture, and it has no "
                    f"value. Pass --input {option}, or from Python model(image, "
                    f"inputs={{{shown(name)}: NUMBER}})."
                )
            interpreter.input(position)[...] = value


def _shown(value: object) -> str:
    """Return a value in one short line: a file may hold thousands of numbers."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
