"""Embeddings of length 1, with names from a gallery."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.decoders.embedding import EmbeddingDecoder, EmbeddingOptions
from edgevision.runtime.gallery.gallery import Gallery
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

FRAME = Letterbox.fit((8, 8), (8, 8))
SPEC = TensorSpec("AvgPool", 0, (1, 1, 1, 4), np.dtype(np.uint8), 0.02, 10)


def test_the_vector_has_length_one_whatever_the_scale() -> None:
    raw = np.asarray([[[[10, 60, 10, 10]]]], np.uint8)
    found = EmbeddingDecoder([SPEC]).decode([raw], FRAME)
    np.testing.assert_allclose(found.embedding, [0, 1, 0, 0])
    assert found.label is None
    assert not np.shares_memory(found.embedding, raw)


def test_a_gallery_names_what_is_near_and_the_rest_is_unknown(tmp_path: Path) -> None:
    gallery = Gallery(np.eye(4, dtype=np.float32)[:2], ("ann", "bob"), threshold=0.8)
    gallery.save(tmp_path / "known.npz")
    decoder = EmbeddingDecoder(
        [SPEC],
        options=EmbeddingOptions(gallery=tmp_path / "known.npz"),
    )
    bob = np.asarray([[10, 60, 20, 10]], np.uint8)
    found = decoder.decode([bob], FRAME)
    assert found.label == "bob"
    assert found.score == pytest.approx(50 / np.hypot(50, 10))
    stranger = np.asarray([[10, 10, 20, 60]], np.uint8)
    assert decoder.decode([stranger], FRAME).label == "unknown"
    loose = EmbeddingDecoder(
        [SPEC],
        options=EmbeddingOptions(gallery=gallery, score_threshold=-1),
    )
    assert loose.decode([stranger], FRAME).label in ("ann", "bob")


def test_wrong_outputs_and_galleries_are_refused_when_opened() -> None:
    wrong = TensorSpec("map", 0, (1, 8, 8), np.dtype(np.float32))
    with pytest.raises(UnsupportedModelError, match="expected one vector"):
        EmbeddingDecoder([wrong])
    with pytest.raises(UnsupportedModelError, match="this one has 2"):
        EmbeddingDecoder([SPEC, SPEC])
    gallery = Gallery(np.eye(3, dtype=np.float32), ("a", "b", "c"))
    with pytest.raises(
        UnsupportedModelError, match="of 3 values, but this model returns 4"
    ):
        EmbeddingDecoder(
            [SPEC],
            options=EmbeddingOptions(gallery=gallery),
        )
    with pytest.raises(ValueError, match=r"score_threshold must be in -1\.\.1, got 5"):
        EmbeddingDecoder(
            [SPEC],
            options=EmbeddingOptions(score_threshold=5),
        )
