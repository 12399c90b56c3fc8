"""The output tensors themselves, by name, for models that no decoder reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .drawable import Drawable

MOST_VALUES: Final = 64
"""Largest tensor whose values stand in a record; of larger ones only their range."""


@dataclass(frozen=True, eq=False)
class RawOutputs(Mapping[str, npt.NDArray[Any]], Drawable):
    """The outputs of one frame: a mapping of name to array.

    Attributes:
        tensors: Name -> array, of the tensor's shape; float32 where the tensor has
            floats or a scale, else the tensor's own integers.
    """

    tensors: Mapping[str, npt.NDArray[Any]]

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tensors)

    def __len__(self) -> int:
        return len(self.tensors)

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"outputs": {name: {"shape", "dtype", "values"}}}``.

        A tensor of more than :data:`MOST_VALUES` values has ``min`` and ``max`` (null
        when no value is finite) instead of ``values``. What JSON cannot hold, such as
        NaN, is null.
        """
        return {"outputs": {name: _described(array) for name, array in self.items()}}


def _described(array: npt.NDArray[Any]) -> dict[str, Any]:
    known: dict[str, Any] = {
        "shape": list(array.shape),
        "dtype": str(array.dtype),
    }
    if array.dtype.kind not in "iufb":
        return known  # texts and other objects: nothing here knows how to write them
    if array.size <= MOST_VALUES:
        values = np.array(array, dtype=object).reshape(-1)
        values[:] = [_plain(value) for value in values]
        return {**known, "values": values.reshape(array.shape).tolist()}
    finite = array[np.isfinite(array)]
    low, high = (
        (finite.min().item(), finite.max().item()) if finite.size else (None,) * 2
    )
    return {**known, "min": _plain(low), "max": _plain(high)}


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    return value
