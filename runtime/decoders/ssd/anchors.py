"""Anchors of a head: the boxes that its numbers are relative to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .anchor_layers import Anchors, Size, ssd_layers
from .anchor_rules import anchor_rule


def grid_anchors(model_size: Size, **options: Any) -> Anchors:
    """Return the anchors of TensorFlow's SSD feature maps.

    Args:
        model_size: Width and height of the input.
        options: The keyword arguments of :func:`.anchor_layers.ssd_layers`.

    Returns:
        float32 (N, 4): center x, center y, width, height, normalized.

    Raises:
        TypeError: It has no such argument.
    """
    layers = ssd_layers(model_size, **options)
    return np.concatenate([layer.laid_out() for layer in layers])


def anchors_from(
    anchors: str | Mapping[str, Any] | Sequence[Sequence[float]] | npt.ArrayLike,
    *,
    count: int,
    model_size: Size,
) -> tuple[Anchors, str]:
    """Return a head's anchors, and where they come from.

    Args:
        anchors: A rule's name; rows of center x, center y, width, height, normalized;
            or the arguments of :func:`grid_anchors` by name.
        count: How many the head has.
        model_size: Width and height of the input.

    Raises:
        ValueError: ``anchors`` is none of these, or has not ``count`` rows.
    """
    if isinstance(anchors, str):
        rule = anchor_rule(anchors)
        rows, words = rule.anchors(model_size), f"computed as in {rule.title}"
    elif isinstance(anchors, Mapping):
        try:
            rows = grid_anchors(model_size, **anchors)
        except TypeError as error:
            raise ValueError(
                f"anchors has options that grid_anchors does not take: {error}."
            ) from None
        words = "computed from the options"
    else:
        words = "a list"
        try:
            rows = np.asarray(anchors, np.float32)
        except (TypeError, ValueError):
            rows = np.empty(0, np.float32)  # refused below
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
