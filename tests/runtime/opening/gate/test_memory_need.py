"""Tensors of gigabytes in a small file are refused by arithmetic, before a load."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.opening.gate import memory_need, trial
from edgevision.runtime.opening.gate.memory_need import too_large
from edgevision.runtime.opening.run_shapes import RunShapes
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier
from support.tiny_tflite import Operator, Tensor, build


@pytest.fixture(autouse=True)
def _little_memory(monkeypatch):
    monkeypatch.setattr(memory_need, "available_bytes", lambda: 500 * 10**6)


def model_of(side):
    return ModelFile.from_bytes(tiny_classifier(size=(side, side)), "net.tflite")


def test_what_fits_is_not_refused():
    # Two tensors of 12 MB, and of 192 MB.
    assert too_large(model_of(2000)) == ""
    assert too_large(model_of(8000)) == ""


def test_what_does_not_fit_says_the_sizes():
    # Two tensors of 10000 x 10000 x 3 bytes.
    assert too_large(model_of(10_000)) == (
        "net.tflite needs 600 MB of memory for its tensors alone, and 500 MB are free, "
        "so it is not opened. Close other programs, use a model with a smaller input, "
        "or pass --trust to load it all the same."
    )


def test_the_size_that_a_caller_wants_counts():
    assert too_large(model_of(4), RunShapes(((1, 10_000, 10_000, 3),))) == ""
    words = too_large(model_of(4), RunShapes(((1, 20_000, 20_000, 3),)))
    assert "needs 1.2 GB of memory" in words


def test_what_operations_compute_counts_and_not_what_the_file_states():
    """137 kB whose tensors state little took 2.8 GB in the child."""
    filters = np.zeros((64, 1, 1, 3), np.float32)
    tensors = [
        Tensor((1, 2000, 2000, 3)),
        Tensor(filters.shape, data=filters),
        Tensor((1, 1, 1, 64)),
    ]
    options = {0: ("i8", 0), 1: ("i32", 1), 2: ("i32", 1)}
    data = build(tensors, [Operator(3, [0, 1], [2], 1, "", 1, options)], [0], [2])
    # 2000 x 2000 x (3 + 64) numbers of 4 bytes.
    assert "needs 1.1 GB of memory" in too_large(ModelFile.from_bytes(data))


def test_numbers_of_any_length_are_a_short_sentence():
    words = too_large(model_of(4), RunShapes(((2**31, 2**31, 2**31, 2**31),)))
    assert "more than 1000 TB" in words


def test_no_child_is_started_for_it(monkeypatch):
    monkeypatch.setattr(trial, "_run", None)
    verdict = trial.try_in_child(model_of(10_000))
    assert (verdict.ok, verdict.stage) == (False, "memory")
    assert "needs 600 MB" in verdict.words
