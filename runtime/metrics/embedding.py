"""The accuracy of embeddings: whether the nearest one has the same label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..results import normalized


def recall_at_k(
    embeddings: npt.ArrayLike,
    labels: Sequence[str] | Sequence[int],
    *,
    k: int = 1,
    gallery: npt.ArrayLike | None = None,
    gallery_labels: Sequence[str] | Sequence[int] = (),
) -> float:
    """Return the share of pictures with their label among the k nearest, 0..1.

    Args:
        embeddings: (N, D); lengths do not matter.
        labels: N names.
        k: 1 or more.
        gallery: (M, D) to search; None searches the other ``embeddings``.
        gallery_labels: M names.

    Returns:
        0 without pictures.

    Raises:
        ValueError: Shapes do not agree, or k is below 1.
    """
    if k < 1:
        raise ValueError(f"k must be 1 or more, got {k}.")
    queries = normalized(embeddings)
    known = queries if gallery is None else normalized(gallery)
    names = np.asarray(labels if gallery is None else gallery_labels)
    if queries.ndim != 2 or queries.shape[:1] != (len(labels),):
        raise ValueError(
            f"embeddings must have shape ({len(labels)}, D), got {queries.shape}."
        )
    if known.ndim != 2 or len(known) != len(names):
        raise ValueError(
            f"gallery must have shape ({len(names)}, D), got {known.shape}."
        )
    if not len(queries) or not len(known):
        return 0.0
    scores = queries @ known.T
    if gallery is None:
        np.fill_diagonal(scores, -np.inf)
        k = min(k, len(known) - 1)
        if k == 0:
            return 0.0
    nearest = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float((names[nearest] == np.asarray(labels)[:, None]).any(axis=1).mean())
