"""What a model needs of an interpreter, be it the real one or the fake."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..tensors import TensorSpec


class Invoker(Protocol):
    """What a model needs of an interpreter; the real one and the fake have it.

    Attributes:
        inputs: The input tensors, in the file's order.
        outputs: The output tensors, in the file's order.
        backend: What computes.
        backend_version: Its version.
        delegate: What was asked for.
        threads: The number that is used.
        thread_choice: How that number came about.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    backend: str
    backend_version: str
    delegate: str
    threads: int
    thread_choice: str

    def input(self, position: int = 0) -> npt.NDArray[Any]:
        """Return a writable view into an input's memory, valid until ``invoke``."""
        ...

    def invoke(self) -> None:
        """Compute the outputs from the inputs."""
        ...

    def outputs_now(self) -> tuple[npt.NDArray[Any], ...]:
        """Return views into the outputs' memory, valid until the next ``invoke``."""
        ...

    def close(self) -> None:
        """Free the model; may be called twice."""
        ...


def run(interpreter: Invoker, *inputs: npt.ArrayLike) -> tuple[npt.NDArray[Any], ...]:
    """Fill all inputs of any interpreter, invoke, and return copies of the outputs.

    Raises:
        ValueError: The number of arrays, a shape or a dtype differs from the tensors.
    """
    if len(inputs) != len(interpreter.inputs):
        raise ValueError(
            f"the model has {len(interpreter.inputs)} inputs, got {len(inputs)} arrays."
        )
    for position, (values, tensor) in enumerate(
        zip(inputs, interpreter.inputs, strict=True)
    ):
        array = np.asarray(values)
        if array.shape != tensor.shape or array.dtype != tensor.dtype:
            raise ValueError(
                f"input {position} '{tensor.name}' takes {tensor.dtype} "
                f"{tensor.shape}, got {array.dtype} {array.shape}."
            )
        interpreter.input(position)[...] = array
    interpreter.invoke()
    return tuple(view.copy() for view in interpreter.outputs_now())
