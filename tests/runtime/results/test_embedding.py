"""Embeddings."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.results.embedding import Embedding


def test_embeddings() -> None:
    one = Embedding(np.asarray([1, 0], np.float32))
    other = Embedding(np.asarray([0.6, 0.8], np.float32), "ann", 0.6)
    assert one.similarity(other) == pytest.approx(0.6)
    assert len(one) == 2
    assert one.to_dict() == {"embedding": [1.0, 0.0]}
    assert other.to_dict() == {"label": "ann", "score": 0.6}


def test_shapes_of_embeddings_are_checked() -> None:
    with pytest.raises(ValueError, match=r"embedding must have shape \(D,\)"):
        Embedding(np.zeros((1, 2), np.float32))
