"""The decoder of models that no other decoder reads: it hands the tensors on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError
from ..geometry import Letterbox
from ..results import RawOutputs
from ..tensors import TensorSpec, to_real


@dataclass(frozen=True, kw_only=True)
class RawOptions:
    """Options of the decoder ``raw``.

    Attributes:
        dequantize: Turn quantized integers into the real numbers that they stand for.
    """

    dequantize: bool = True


class RawDecoder:
    """Return the output tensors as they are, by name.

    Tensors: any, of any number. Quantized ones become float32, unless ``dequantize`` is
    false. A tensor without a name, or with the name of another, is ``output_`` and its
    position.

    Args:
        tensors: The outputs, in the model's order.
        labels: Not used: nothing is known of what the values mean.
        model_size: Not used: nothing is known of what the values mean.
        options: None means the defaults.

    Raises:
        UnsupportedModelError: The model has no outputs.
    """

    Options: ClassVar[type] = RawOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int] | None = None,
        options: RawOptions | None = None,
    ) -> None:
        if not tensors:
            raise UnsupportedModelError("The model has no outputs to return.")
        options = options or RawOptions()
        counts = Counter(spec.name for spec in tensors)
        self._names = tuple(
            spec.name if spec.name and counts[spec.name] == 1 else f"output_{position}"
            for position, spec in enumerate(tensors)
        )
        self._specs = tuple(tensors)
        self._dequantize = options.dequantize

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> RawOutputs:
        """Return the tensors of one frame."""
        arrays = (
            to_real(raw, spec)
            if self._dequantize and (spec.is_quantized or raw.dtype.kind == "f")
            else raw
            for raw, spec in zip(outputs, self._specs, strict=True)
        )
        # Copies: the outputs are views into the interpreter's memory.
        copies = (np.array(array) for array in arrays)
        return RawOutputs(dict(zip(self._names, copies, strict=True)))
