"""Pictures in arrays: ``.npy`` and ``.npz`` files, and what callers hand over."""

from __future__ import annotations

import errno
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError
from ...runtime.memory import ONLY, ArrayHeader
from ...runtime.memory import read_arrays as _read_arrays
from .image_set import ImageSet

_UNPACKED: Final = (
    " Save fewer pictures, or save them without compression, by numpy.savez."
)
# Python objects for a picture, and copies of a number of float64 and int.
_ITEM: Final = 400
_NUMBER: Final = 64
_TRUTHS: Final = ("labels", "y", "classes", "values")


def from_arrays(
    images: Any, labels: Any = None, *, name: str = "the images"
) -> ImageSet:
    """Wrap arrays of pixels 0..255.

    Args:
        images: (N, H, W, C), (N, H, W), or a sequence of pictures of any size.
        labels: N class indices; or N values, or N rows of values or of 0 and 1; or N
            true pictures of pixels 0..255, (N, H, W) or (N, H, W, C); or None.
        name: What errors call the set.

    Raises:
        CalibrationError: The arrays are no pictures, or their numbers differ.
    """
    if isinstance(images, np.ndarray) and not images.ndim:
        raise CalibrationError(
            f"{name} holds a single number; pictures (N, H, W, C) were expected."
        )
    items = tuple(np.asarray(image) for image in images)
    if not items:
        raise CalibrationError(f"{name} holds no images.")
    for i, item in enumerate(items):
        if item.ndim not in (2, 3) or (item.ndim == 3 and item.shape[2] not in (1, 3)):
            raise CalibrationError(
                f"{name} must hold pictures of shape (H, W), (H, W, 1) or (H, W, 3), "
                f"got {item.shape} at position {i}."
            )
        if item.dtype.kind not in "uif":
            raise CalibrationError(
                f"{name} must hold numbers 0..255, got {item.dtype}."
            )
        if not item.size:
            raise CalibrationError(
                f"{name} holds a picture without pixels, of shape {item.shape}, at "
                f"position {i}. Remove it."
            )
        low, high = float(np.min(item)), float(np.max(item))
        if not (low >= 0 and high <= 255):
            raise CalibrationError(
                f"{name} holds values from {low:g} to {high:g} at position {i}; pixels "
                "0..255 were expected. Pass pictures that are not normalized yet, and "
                "choose --normalize."
            )
    if labels is None:
        return ImageSet(items, name=name)
    array = np.asarray(labels)
    if array.dtype.kind not in "uifb" or not np.isfinite(array).all():
        raise CalibrationError(
            f"{name} has labels of type {array.dtype}; class numbers were expected, "
            "or true values. Save one class number per image."
        )
    if not array.ndim or len(array) != len(items):
        raise CalibrationError(
            f"{name} has {len(items)} images and {array.shape[0] if array.ndim else 1} "
            "labels."
        )
    if array.ndim >= 3:
        targets = from_arrays(array, name=f"the true pictures of {name}").items
        return ImageSet(items, name=name, targets=targets)
    numbers = array.reshape(len(items), -1).astype(np.float64)
    several = numbers.shape[1] > 1
    named = numbers.argmax(axis=1) if several else numbers[:, 0]
    # Numbers with a fraction are values, and no classes.
    classes = named.tolist() if (named == np.rint(named)).all() else ()
    return ImageSet(items, tuple(map(int, classes)), name=name, numbers=numbers)


def open_arrays(path: Path) -> ImageSet:
    """Open an ``.npy`` or ``.npz`` file of pictures, with labels where it has some.

    Raises:
        CalibrationError: It is damaged, or holds no pictures.
    """
    arrays = read_arrays(path)
    numbered = sorted(key for key in arrays if key.startswith("image_"))
    keys = [key for key in arrays if key not in _TRUTHS]
    named = [key for key in ("images", "x", "arr_0") if key in arrays]
    chosen = named[0] if named else keys[0] if len(keys) == 1 else None
    labels = next((arrays[k] for k in _TRUTHS if k in arrays), None)
    if numbered and len(numbered) == len(keys):
        return from_arrays([arrays[key] for key in numbered], labels, name=str(path))
    if chosen is None:
        raise CalibrationError(
            f"{path} holds the arrays {', '.join(sorted(arrays))}; for a model with "
            "one image input, one array named 'images' was expected."
        )
    return from_arrays(arrays[chosen], labels, name=str(path))


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read an ``.npy`` or ``.npz`` file as arrays by name.

    Raises:
        CalibrationError: It is damaged, or holds Python objects.
    """
    try:
        arrays = _read_arrays(path, memory=_memory)
    except OSError as error:
        raise CalibrationError(
            f"Cannot read {path} as arrays: {error.strerror or error}."
            + (_UNPACKED if error.errno == errno.EFBIG else "")
        ) from error
    except ValueError as error:
        raise CalibrationError(f"Cannot read {path} as arrays: {error}.") from error
    return {"images": arrays[ONLY]} if ONLY in arrays else arrays


def _memory(headers: dict[str, ArrayHeader]) -> int:
    """Return the bytes that arrays take, with an item of its own for each picture."""
    need = 0
    for name, header in headers.items():
        need += header.bytes + _ITEM * (header.shape[0] if header.shape else 1)
        if name in _TRUTHS:
            need += _NUMBER * math.prod(header.shape)
    return need
