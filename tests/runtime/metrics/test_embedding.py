"""Recall of embeddings, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.embedding import recall_at_k


def test_recall_looks_among_the_others() -> None:
    vectors = [[1, 0], [5, 0.1], [0, 1], [-1, 0]]
    names = ["a", "a", "b", "a"]
    assert recall_at_k(vectors, names) == 0.5
    assert recall_at_k(vectors, names, k=3) == 0.75
    assert recall_at_k(vectors[:1], ["a"]) == 0.0
    assert recall_at_k(np.zeros((0, 2)), []) == 0.0


def test_recall_in_a_gallery() -> None:
    gallery, names = [[1, 0], [0, 1]], ["a", "b"]
    found = recall_at_k(
        [[2, 1], [1, 2]], ["a", "a"], gallery=gallery, gallery_labels=names
    )
    assert found == 0.5
    with pytest.raises(ValueError, match="k must be 1 or more, got 0"):
        recall_at_k(gallery, names, k=0)
    with pytest.raises(ValueError, match=r"embeddings must have shape \(1, D\)"):
        recall_at_k(gallery, ["a"])
    with pytest.raises(ValueError, match=r"gallery must have shape \(1, D\)"):
        recall_at_k(gallery, names, gallery=gallery, gallery_labels=["a"])
