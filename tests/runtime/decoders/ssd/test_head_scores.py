"""Which anchors pass, against a softmax or a maximum over every row."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.head_scores import HeadScores
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

SEEDS = st.integers(0, 2**32 - 1)


@given(
    SEEDS,
    st.integers(1, 7),
    st.sampled_from([0.0, 0.01, 0.25, 0.5, 0.99]),
    st.sampled_from(["none", "sigmoid", "softmax"]),
    st.booleans(),
    st.sampled_from([np.float32, np.uint8, np.int8]),
)
def test_as_over_every_row(
    seed: int,
    classes: int,
    threshold: float,
    activation: str,
    background: bool,
    kind: type,
) -> None:
    rng = np.random.default_rng(seed)
    columns, first = classes + background, int(background)
    reals = rng.normal(0, 3, (50, columns)).astype(np.float32)
    if activation == "none":
        reals = rng.random((50, columns)).astype(np.float32) ** 3
    scale, zero_point, raw = 0.0, 0, reals
    if kind is not np.float32:
        limits = np.iinfo(kind)
        scale = 1 / 256 if activation == "none" else 0.1
        zero_point = int(limits.min) if activation == "none" else 0
        steps = np.rint(reals / np.float32(scale)) + zero_point
        raw = np.clip(steps, limits.min, limits.max).astype(kind)
        reals = (raw.astype(np.int32) - zero_point).astype(np.float32)
        reals *= np.float32(scale)
    scores = reals
    if activation == "sigmoid":
        scores = 1 / (1 + np.exp(-reals))
    elif activation == "softmax":
        shares = np.exp(reals - reals.max(axis=1, keepdims=True))
        scores = shares / shares.sum(axis=1, keepdims=True)
    scores = scores[:, first:]
    best = scores.max(axis=1)
    spec = TensorSpec("scores", 0, (1, *raw.shape), raw.dtype, scale, zero_point)
    finder = HeadScores(
        spec,
        columns=columns,
        first=first,
        activation=activation,
        threshold=threshold,
    )
    rows, values, class_ids = finder.pick(raw[None])
    # A float's last digit may decide where a score is the threshold itself.
    sure = np.abs(best - threshold) > 1e-6
    expected = np.flatnonzero(best >= threshold)
    assert [r for r in rows.tolist() if sure[r]] == [r for r in expected if sure[r]]
    np.testing.assert_allclose(values, best[rows], atol=1e-6)
    np.testing.assert_allclose(scores[rows, class_ids], best[rows], atol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rows_that_are_no_numbers_are_left_out(value: float) -> None:
    raw = np.full((1, 4, 3), 0.1, np.float32)
    raw[0, 1] = [0.9, value, 0.2]
    raw[0, 2] = [0.1, 0.8, 0.2]
    spec = TensorSpec("scores", 0, raw.shape, raw.dtype)
    finder = HeadScores(spec, columns=3, first=0, activation="none", threshold=0.5)
    rows, scores, class_ids = finder.pick(raw)
    assert rows.tolist() == [2]
    assert class_ids.tolist() == [1]
    np.testing.assert_allclose(scores, [0.8])
