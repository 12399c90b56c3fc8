"""Anchors of SSD heads: the boxes that a raw head's numbers are relative to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Anchors = npt.NDArray[np.float32]

_STRIDES: Final = (16, 32, 64, 128, 256, 512)
_ASPECT_RATIOS: Final = (1.0, 2.0, 0.5, 3.0, 1 / 3)


def grid_anchors(
    model_size: tuple[int, int],
    *,
    strides: Sequence[int] = _STRIDES,
    min_scale: float = 0.2,
    max_scale: float = 0.95,
    aspect_ratios: Sequence[float] = _ASPECT_RATIOS,
    reduce_lowest: bool = True,
    interpolated: bool = True,
) -> Anchors:
    """Return the anchors of TensorFlow's SSD feature maps.

    As ``ssd_anchor_generator`` of the TensorFlow Object Detection API lays them: scales
    rise evenly over the layers, each cell has one box per aspect ratio and one square
    of the scale between two layers; the first layer has three boxes a cell.

    Args:
        model_size: Width and height of the input.
        strides: Model pixels per cell, one per layer; sizes are rounded up.
        min_scale: Side of the first layer's boxes, as a share of the input.
        max_scale: Of the last layer's.
        aspect_ratios: Width by height.
        reduce_lowest: Three boxes a cell in the first layer, the first of scale 0.1.
        interpolated: Add the square between two scales.

    Returns:
        float32 (N, 4): center x, center y, width, height, normalized.
    """
    scales = [*np.linspace(min_scale, max_scale, len(strides)).tolist(), 1.0]
    layers = []
    for layer, stride in enumerate(strides):
        scale, following = scales[layer], scales[layer + 1]
        if layer == 0 and reduce_lowest:
            kinds = [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
        else:
            kinds = [(scale, ratio) for ratio in aspect_ratios]
            if interpolated:
                kinds.append((float(np.sqrt(scale * following)), 1.0))
        columns, rows = (-(-side // stride) for side in model_size)
        layers.append(_layer(columns, rows, kinds))
    return np.concatenate(layers).astype(np.float32)


def anchors_from(
    anchors: Mapping[str, Any] | Sequence[Sequence[float]] | npt.ArrayLike | None,
    *,
    count: int,
    model_size: tuple[int, int],
) -> tuple[Anchors, str]:
    """Return a head's anchors, and where they come from.

    Args:
        anchors: Rows of center x, center y, width, height, normalized; or the arguments
            of :func:`grid_anchors` by name; or None, to compute the usual ones.
        count: How many the head has.
        model_size: Width and height of the input.

    Raises:
        ValueError: ``anchors`` is none of these, or has not ``count`` rows.
    """
    if anchors is None:
        rows, words = grid_anchors(model_size), "computed as TensorFlow's SSD has them"
    elif isinstance(anchors, Mapping):
        try:
            rows = grid_anchors(model_size, **anchors)
        except TypeError as error:
            raise ValueError(
                f"anchors has options that grid_anchors does not take: {error}."
            ) from None
        words = "computed from the options"
    else:
        rows, words = np.asarray(anchors, np.float32), "a list"
        if rows.ndim != 2 or rows.shape[1] != 4 or not np.isfinite(rows).all():
            raise ValueError(
                "anchors must be rows of center x, center y, width, height, got shape "
                f"{rows.shape}."
            )
    if len(rows) != count:
        raise ValueError(
            f"the head has {count} anchors, but there are {len(rows)} ({words})."
        )
    return rows, words


def _layer(
    columns: int, rows: int, kinds: Sequence[tuple[float, float]]
) -> npt.NDArray[np.float64]:
    scale, ratio = np.asarray(kinds).T
    sides = np.stack([scale * np.sqrt(ratio), scale / np.sqrt(ratio)], axis=1)
    y, x = np.mgrid[0:rows, 0:columns]
    centers = np.stack([(x + 0.5) / columns, (y + 0.5) / rows], axis=-1)
    shape = (rows, columns, len(kinds), 2)
    return np.concatenate(
        [np.broadcast_to(centers[:, :, None], shape), np.broadcast_to(sides, shape)],
        axis=-1,
    ).reshape(-1, 4)
