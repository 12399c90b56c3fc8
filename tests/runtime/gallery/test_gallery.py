"""Galleries: saved whole, read back, and how near is near enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.gallery.gallery import (
    DEFAULT_THRESHOLD,
    Gallery,
    best_threshold,
)
from edgevision.runtime.results.embedding import normalized

from edgevision.errors import ModelError, OutputExistsError


def test_what_is_saved_is_read_back(tmp_path: Path, rng: np.random.Generator) -> None:
    vectors = normalized(rng.normal(size=(3, 5)))
    gallery = Gallery(vectors, ("b", "a", "b"), threshold=0.62, model="ab12")
    path = tmp_path / "faces.npz"
    gallery.save(path)
    read = Gallery.load(path)
    np.testing.assert_allclose(read.embeddings, vectors, rtol=1e-6)
    assert (read.labels, read.threshold, read.model) == (("b", "a", "b"), 0.62, "ab12")
    assert (read.names, read.size) == (("a", "b"), 5)
    with pytest.raises(OutputExistsError, match="already exists"):
        gallery.save(path)
    gallery.save(path, force=True)
    assert [p.name for p in tmp_path.iterdir()] == ["faces.npz"]


def test_what_is_no_gallery_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"Cannot read the gallery .*none\.npz"):
        Gallery.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(
        ModelError, match=r"text\.npz is no .*: it is no NumPy file .*\. M"
    ):
        Gallery.load(tmp_path / "text.npz")
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    with pytest.raises(ModelError, match=r"other\.npz is no gallery"):
        Gallery.load(tmp_path / "other.npz")
    pickled = np.asarray([{"a": 1}], dtype=object)
    np.savez(tmp_path / "code.npz", schema=1, embeddings=pickled)
    with pytest.raises(ModelError, match=r"code\.npz is no gallery"):
        Gallery.load(tmp_path / "code.npz")


def test_the_best_threshold_lies_between_same_and_other() -> None:
    vectors = normalized([[1, 0.1], [1, -0.1], [0.1, 1], [-0.1, 1]])
    threshold = best_threshold(vectors, ["a", "a", "b", "b"])
    same, other = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert other < threshold < same
    assert best_threshold(vectors, ["a"] * 4) == DEFAULT_THRESHOLD
    assert best_threshold(vectors[:1], ["a"]) == DEFAULT_THRESHOLD


def test_the_best_threshold_of_many_is_that_of_all_pairs_at_once() -> None:
    rng = np.random.default_rng(4)
    vectors = normalized(rng.normal(size=(700, 4)))
    labels = rng.choice(list("abcdefgh"), 700)
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    same = labels[:, None] == labels
    inside = np.where(same, scores, -np.inf).max(axis=1)
    outside = np.where(same, -np.inf, scores).max(axis=1)
    expected = (np.median(inside) + np.median(outside)) / 2
    assert best_threshold(vectors, labels.tolist()) == pytest.approx(expected, abs=1e-3)


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match=r"must have shape \(2, D\), got \(1, 4\)"):
        Gallery(np.zeros((1, 4), np.float32), ("a", "b"))
    with pytest.raises(ValueError, match="at least one embedding"):
        Gallery(np.zeros((0, 4), np.float32), ())


def test_lengths_of_zero_and_of_huge_vectors() -> None:
    found = normalized([[0, 0], [3e38, 3e38], [np.nan, 2], [1e-30, 0]])
    root = np.sqrt(0.5)
    np.testing.assert_allclose(found, [[0, 0], [root, root], [0, 1], [1, 0]], rtol=1e-6)


def test_a_damaged_gallery_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gallery.npz"
    Gallery(np.eye(4, 8, dtype=np.float32), tuple("abcd")).save(path)
    whole = path.read_bytes()
    sentences = []
    for position in range(0, len(whole), 3):
        for value in (0, 255):
            damaged = bytearray(whole)
            damaged[position] = value
            path.write_bytes(damaged)
            try:
                Gallery.load(path)  # some bytes do not matter
            except ModelError as error:
                sentences.append(str(error))
    assert len(sentences) > 10
    # "has schema 97": damage to that number alone is told apart.
    assert all("edgevision enroll" in s or "schema" in s for s in sentences)


def test_a_small_file_of_many_embeddings_is_refused(tmp_path: Path) -> None:
    """Its arrays are right, of zeros; the file has some kilobytes."""
    path = tmp_path / "gallery.npz"
    count = 450_000
    np.savez_compressed(
        path,
        schema=1,
        embeddings=np.zeros((count, 16), np.float16),
        labels=np.full(count, "anna"),
        threshold=0.5,
        model="",
    )
    assert path.stat().st_size < 10**6
    with pytest.raises(
        ModelError, match=r"gallery\.npz: it takes 2.*MB of memory, and"
    ):
        Gallery.load(path)


def test_headers_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "gallery.npz"
    good = {
        "schema": 1,
        "embeddings": np.eye(2, dtype=np.float32),
        "labels": np.array(["a", "b"]),
        "threshold": 0.5,
        "model": "",
    }
    for name, value, words in (
        ("embeddings", np.zeros((3, 2)), "embeddings of shape"),
        ("embeddings", np.zeros(2), "embeddings of shape"),
        ("embeddings", np.array([["a"], ["b"]]), "its embeddings are <U1"),
        ("labels", np.arange(2), "its labels int64"),
        ("schema", np.ones(2), "not a single value"),
        ("schema", np.inf, "is no gallery: cannot convert"),
        ("threshold", "high", "is no gallery: could not convert"),
    ):
        np.savez(path, **{**good, name: value})
        with pytest.raises(ModelError, match=words):
            Gallery.load(path)
