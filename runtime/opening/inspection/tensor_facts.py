"""An input or output tensor, as ``inspect`` shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...tflite import Tensor


@dataclass(frozen=True)
class TensorFacts:
    """What an input or output tensor is.

    Attributes:
        name: Its name.
        index: Its position among all tensors.
        type: Its type, in small letters.
        shape: Its shape; -1 where a size is only known at run time.
        scale: The first scale; None where it is not quantized.
        zero_point: The first zero point; None where it is not quantized.
    """

    name: str
    index: int
    type: str
    shape: tuple[int, ...]
    scale: float | None
    zero_point: int | None

    @classmethod
    def of(cls, tensor: Tensor) -> TensorFacts:
        """Return the facts of a tensor."""
        return cls(
            name=tensor.name,
            index=tensor.index,
            type=tensor.type_name.lower(),
            shape=tuple(tensor.shape_signature or tensor.shape),
            scale=tensor.scales[0] if tensor.scales else None,
            zero_point=tensor.zero_points[0] if tensor.zero_points else None,
        )

    @property
    def size_and_type(self) -> str:
        """Return its shape and type in words, such as ``1x224x224x3 uint8``."""
        sizes = "x".join("?" if size < 0 else str(size) for size in self.shape)
        return f"{sizes or 'scalar'} {self.type}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "name": self.name,
            "index": self.index,
            "type": self.type,
            "shape": list(self.shape),
            "scale": self.scale,
            "zero_point": self.zero_point,
        }
