"""The shapes of the weights in an HDF5 file, by the name of their layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from .graph import Shape

_MOST: Final = 100_000
# What a layer's kind of input shows in; other weights do not matter here.
_FIRST: Final = ("kernel", "depthwise_kernel", "gamma")


def kernel_shapes(path: Path) -> dict[str, list[Shape]]:
    """Return the shape of each layer's kernel.

    Args:
        path: A model's file; nothing is returned unless it is HDF5 and h5py is there.
    """
    try:
        import h5py
    except ImportError:
        return {}
    shapes: dict[str, list[Shape]] = {}
    count = 0

    def visit(name: str, item: Any) -> bool | None:
        nonlocal count
        count += 1
        parts = name.split("/")
        leaf = parts[-1].partition(":")[0]
        if isinstance(item, h5py.Dataset) and len(parts) > 1 and leaf in _FIRST:
            shapes.setdefault(parts[-2], [tuple(item.shape)])
        return True if count > _MOST else None

    try:
        with h5py.File(path, "r") as file:
            if "model_weights" in file:
                file["model_weights"].visititems(visit)
    except (OSError, KeyError, RuntimeError, ValueError):
        return {}
    return shapes
