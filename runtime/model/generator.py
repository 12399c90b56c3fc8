"""Pictures that a model makes from random numbers, the same on every machine."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from ...errors import ModelError, UnsupportedModelError
from ..frame import Image
from ..geometry import Letterbox
from ..results import Generation, Images, Latents, OutputImage
from ..tensors import TensorSpec, shapes_of, to_tensor

if TYPE_CHECKING:
    from .model import Model

GENERATOR: Final = Path(__file__).parents[1] / "demo" / "generator.tflite"
"""The generator of shapes that this package brings."""

MAX_COUNT: Final = 10_000
# A side of a grid: three quarters of a gigabyte at most, and every format takes it.
_MOST_PIXELS: Final = 16_000
_LARGEST_SEED: Final = 2**32 - 1
# Latents are multiples of this: C libraries differ in a logarithm's last bit.
_GRAIN: Final = 2.0**-16


def latents_of(count: int, size: int, *, seed: int) -> Latents:
    """Return the random numbers that pictures are made from.

    They are normally distributed, as in the training of generators. A random seed gives
    the same numbers on every machine and with every NumPy, and a larger count begins
    with those of a smaller one.

    Args:
        count: Rows, one per picture.
        size: Numbers per picture.
        seed: 0..4294967295.

    Returns:
        float32 (count, size), multiples of 1/65536.

    Raises:
        ValueError: The seed or a size is out of range.
    """
    if not 0 <= seed <= _LARGEST_SEED:
        raise ValueError(f"seed must be in 0..{_LARGEST_SEED}, got {seed}.")
    if count < 0 or size < 1:
        raise ValueError(f"latents need a size, got {count}x{size}.")
    # NumPy promises this generator's stream for ever, and of the newer ones none.
    drawn = np.random.RandomState(seed).standard_normal((count, size))
    return (np.rint(drawn / _GRAIN) * _GRAIN).astype(np.float32)


def latent_tensor(inputs: tuple[TensorSpec, ...], name: str) -> TensorSpec:
    """Return the input that takes a picture's numbers.

    Args:
        inputs: The model's inputs.
        name: What errors call the model.

    Raises:
        UnsupportedModelError: It is not one vector.
    """
    only = inputs[0] if len(inputs) == 1 else None
    if only is None or not only.shape or max(only.shape) != only.size:
        shapes = shapes_of(inputs)
        raise UnsupportedModelError(
            f"{name} takes {shapes or 'nothing'}; a generator takes one vector (1, N)."
        )
    return only


def generate(
    model: Model,
    count: int = 1,
    *,
    seed: int = 0,
    latents: npt.ArrayLike | None = None,
) -> Generation:
    """Make pictures with a generator; the model's lock must be held.

    Args:
        model: A model whose decoder gives pictures.
        count: How many.
        seed: Random seed.
        latents: (N, L) to use instead; count and seed then do not matter.

    Raises:
        UnsupportedModelError: The model makes no pictures.
        ModelError: Its output holds NaN or infinity.
        ValueError: A number is out of range, or the latents have another shape.
    """
    tensor = latent_tensor(tuple(model.interpreter.inputs), model.card.name)
    stated = getattr(model.decoder, "latent", None)
    if stated not in (None, tensor.size):
        raise UnsupportedModelError(
            f"{model.card.name} takes {tensor.size} numbers, but its card says "
            f"{stated}. Convert it again, or pass another card."
        )
    if latents is None:
        if not 1 <= count <= MAX_COUNT:
            raise ValueError(f"count must be 1 to {MAX_COUNT} pictures, got {count}.")
        rows = latents_of(count, tensor.size, seed=seed)
    else:
        rows = np.asarray(latents, np.float32)
        if rows.ndim != 2 or rows.shape[1] != tensor.size or not len(rows):
            raise ValueError(
                f"latents must have shape (N, {tensor.size}), got {rows.shape}."
            )
        if not np.isfinite(rows).all():
            raise ValueError("latents must be finite numbers.")
    nowhere = Letterbox.fit((1, 1), (1, 1))
    images: list[Images] = []
    spent: list[float] = []
    for row in rows:
        raw = to_tensor(row, tensor).reshape(tensor.shape)
        began = time.perf_counter_ns()
        model.interpreter.input(0)[...] = raw
        model.invoke()
        spent.append((time.perf_counter_ns() - began) / 1e6)
        _refuse_nan(model)
        result = model.decode(nowhere)
        if not isinstance(result, OutputImage):
            raise UnsupportedModelError(
                f"{model.card.name} makes no pictures but {model.card.task} results. "
                "Use 'edgevision run'."
            )
        images.append(result.bgr[np.newaxis])
    return Generation(np.concatenate(images), rows, np.asarray(spent))


def grid_of(
    images: Images, *, columns: int | None = None, scale: int = 1, gap: int = 1
) -> Image:
    """Return pictures side by side, row by row, on black.

    Args:
        images: uint8 (N, H, W, 3), at least one.
        columns: In a row; None makes the grid about as wide as high.
        scale: Every pixel becomes so many in both directions.
        gap: Black pixels between pictures, before scaling.

    Raises:
        ValueError: There is no picture, or a number is out of range.
    """
    count = len(images)
    if count < 1:
        raise ValueError("a grid needs at least one picture.")
    height, width = images.shape[1:3]
    if columns is None:
        columns = min(count, max(1, round(math.sqrt(count * height / width))))
    if columns < 1 or scale < 1 or gap < 0:
        raise ValueError(
            "columns and scale must be at least 1 and gap at least 0, got "
            f"{columns}, {scale} and {gap}."
        )
    columns = min(columns, count)
    rows = -(-count // columns)
    sides = [
        scale * (count * (side + gap) - gap)
        for count, side in ((columns, width), (rows, height))
    ]
    if max(sides) > _MOST_PIXELS:
        raise ValueError(
            f"the grid would have {sides[0]}x{sides[1]} pixels; {_MOST_PIXELS} on a "
            "side are the most. Ask for fewer pictures, a lower scale or other columns."
        )
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    grid = np.zeros(shape, np.uint8)
    for number, image in enumerate(images):
        row, column = divmod(number, columns)
        top, left = row * (height + gap), column * (width + gap)
        grid[top : top + height, left : left + width] = image
    return np.asarray(grid.repeat(scale, axis=0).repeat(scale, axis=1), np.uint8)


def _refuse_nan(model: Model) -> None:
    # Decided before it is raised: an error must not keep a view of the memory alive.
    broken = any(
        output.dtype.kind == "f" and not np.isfinite(output).all()
        for output in model.interpreter.outputs_now()
    )
    if broken:
        raise ModelError(
            f"{model.card.name} gave NaN or infinity. Convert it again, or run "
            "'edgevision inspect --check' on this machine."
        )
