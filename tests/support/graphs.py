"""As much of a model file as recognition reads, made of shapes and operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.runtime.tflite import Metadata, Signature


@dataclass
class Operation:
    """One operation, without its version."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Graph:
    """As much of a model file as recognition reads."""

    def __init__(
        self,
        outputs: list[tuple[int, tuple[int, ...]]],
        operators: list[Operation],
        *,
        side: int = 320,
        names: Sequence[str] = (),
        picture: tuple[int, ...] = (),
        kind: str = "float32",
    ) -> None:
        self.name = "graph.tflite"
        shown = picture or (1, side, side, 3)
        self.inputs = (TensorSpec("image", 0, shown, np.dtype(np.float32)),)
        self.outputs = tuple(
            TensorSpec(name, i, shape, np.dtype(kind))
            for (i, shape), name in zip(
                outputs, names or [""] * len(outputs), strict=True
            )
        )
        self.operators = operators
        self.signatures: tuple[Signature, ...] = ()
        self.metadata: bytes | None = None
        self.tflite_metadata: Metadata | None = None
        self.input_tensors = (_Tensor(self.inputs[0]),)
        self.output_tensors = tuple(_Tensor(spec) for spec in self.outputs)
        self.tensors = _Tensors()

    @property
    def makers(self) -> dict[int, Operation]:
        """Return the operation that computes each tensor."""
        return {index: one for one in self.operators for index in one.outputs}

    def graph(self) -> Graph:
        """Return the main graph: itself."""
        return self

    def tensor(self, index: int) -> _Tensor:
        return self.tensors[index]

    def with_input(self, height: int, width: int, channels: int = 3) -> Graph:
        """Return the same graph for a picture of another size."""
        image = TensorSpec("image", 0, (1, height, width, channels), np.dtype("f4"))
        self.inputs, self.input_tensors = (image,), (_Tensor(image),)
        return self

    def with_tensors(self, **shapes: tuple[int, ...]) -> Graph:
        """Return the same graph with the shapes of tensors, as ``t7=(2, 1, 1, 32)``."""
        for name, shape in shapes.items():
            index = int(name[1:])
            self.tensors[index] = _Tensor(TensorSpec("", index, shape, np.dtype("f4")))
        return self

    def metadata_entry(self, name: str) -> bytes | None:
        """Return the TFLite Metadata that a test gave."""
        return self.metadata


class _Tensors(dict[int, "_Tensor"]):
    """Tensors by index; one that nobody describes has no shape."""

    def __missing__(self, index: int) -> _Tensor:
        return _Tensor(TensorSpec("", index, (), np.dtype("f4")))

    def __len__(self) -> int:
        return 1000


class _Tensor:
    def __init__(self, spec: TensorSpec) -> None:
        self.spec, self.is_constant = spec, False
        self.index, self.shape, self.size = spec.index, spec.shape, spec.size
        self.shape_signature, self.type_name = spec.shape, spec.dtype.name.upper()
        self.scales = (spec.scale,) if spec.is_quantized else ()


SSD = [(7, (1, 10)), (5, (1, 10, 4)), (8, (1,)), (9, (1, 10))]


def post_process(*, behind: bool) -> list[Operation]:
    made = (5, 6, 7, 8)
    operators = [Operation("TFLite_Detection_PostProcess", (1, 2, 3), made)]
    if behind:  # the classes pass through one more operation
        operators.append(Operation("RESHAPE", (6,), (9,)))
    return operators
