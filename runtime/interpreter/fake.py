"""An interpreter without a model file, for tests of everything above it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..closing import Closing
from ..tensors import TensorSpec
from .invoker import run

Compute = Callable[..., Sequence[npt.ArrayLike]]


class FakeInterpreter(Closing):
    """Stand in for an :class:`~edgevision.runtime.interpreter.interpreter.Interpreter`.

    Same methods, same errors, same refusal to compute while a view is held; what it
    computes is a Python function.

    Args:
        inputs: The input tensors.
        outputs: The output tensors.
        compute: Gets one array per input and returns one per output.

    Attributes:
        inputs: As given.
        outputs: As given.
        invokes: How often it was invoked.
    """

    backend = "fake"
    backend_version = "0"
    delegate = "none"
    threads = 1
    thread_choice = "1: the fake computes in Python"

    def __init__(
        self,
        inputs: Sequence[TensorSpec],
        outputs: Sequence[TensorSpec],
        compute: Compute,
    ) -> None:
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.invokes = 0
        self._compute = compute
        self._closed = False
        self._memory: list[npt.NDArray[Any]] = [
            np.zeros(tensor.shape, tensor.dtype)
            for tensor in (*self.inputs, *self.outputs)
        ]

    @property
    def input_signatures(self) -> tuple[tuple[int, ...], ...]:
        """Return the inputs' shapes; none is open."""
        return tuple(tensor.shape for tensor in self.inputs)

    def input(self, position: int = 0) -> npt.NDArray[Any]:
        """Return a writable view into an input's memory; drop it before ``invoke``."""
        self._check_open()
        view: npt.NDArray[Any] = self._memory[: len(self.inputs)][position].view()
        return view

    def invoke(self) -> None:
        """Compute the outputs from the inputs.

        Raises:
            RuntimeError: A view is still held.
        """
        self._check_open()
        # Two references: the list's, and the one that the call itself makes.
        if any(sys.getrefcount(self._memory[i]) > 2 for i in range(len(self._memory))):
            raise RuntimeError(
                "invoke needs the model's memory for itself: a view from input() "
                "or outputs_now() is still held. Copy what must stay and drop it."
            )
        count = len(self.inputs)
        results = self._compute(*(array.copy() for array in self._memory[:count]))
        for position, values in enumerate(results):
            self._memory[count + position][...] = values
        self.invokes += 1

    def outputs_now(self) -> tuple[npt.NDArray[Any], ...]:
        """Return views into the outputs' memory; drop them before ``invoke``."""
        self._check_open()
        return tuple(array.view() for array in self._memory[len(self.inputs) :])

    def run(self, *inputs: npt.ArrayLike) -> tuple[npt.NDArray[Any], ...]:
        """Fill all inputs, invoke, and return copies of the outputs."""
        return run(self, *inputs)

    def close(self) -> None:
        """End the use; may be called twice."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("the interpreter of the fake is closed.")
