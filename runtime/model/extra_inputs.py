"""Inputs beside the picture, filled with the caller's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...card import ExtraInput
from ...errors import UnsupportedModelError
from ..interpreter import Invoker
from ..tensors import TensorSpec, to_tensor


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
                    f"{self._model} has no input {name!r} beside the picture; it has "
                    f"{', '.join(map(repr, self._tensors)) or 'none'}."
                )
            numbers = np.asarray(value, np.float32).reshape(-1)
            if numbers.size not in (1, tensor.size) or not np.isfinite(numbers).all():
                raise ValueError(
                    f"the input {name!r} takes {tensor.size} finite numbers, got "
                    f"{value!r}."
                )
            filled = np.broadcast_to(numbers, tensor.size).reshape(tensor.shape)
            fresh[name] = to_tensor(filled, tensor)
        self._values.update(fresh)

    def write(self, interpreter: Invoker) -> None:
        """Fill the inputs; they are filled for each picture.

        An interpreter may use the memory of an input for other values once it was read.

        Raises:
            UnsupportedModelError: A value was never set.
        """
        for name, position in self._positions.items():
            value = self._values.get(name)
            if value is None:
                raise UnsupportedModelError(
                    f"{self._model} takes '{name}' beside the picture, and it has no "
                    f"value. Pass --input {name}=NUMBER, or from Python model(image, "
                    f"inputs={{{name!r}: NUMBER}})."
                )
            interpreter.input(position)[...] = value
