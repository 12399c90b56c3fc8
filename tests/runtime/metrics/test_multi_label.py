"""Average precision and F1 of labels, against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.multi_label import label_average_precision, label_f1
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hn

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 4))


def slow_average_precision(truth, scores):
    """Return the area under the steps of precision, one distinct score at a time."""
    if not any(truth):
        return np.nan
    area, before = 0.0, 0.0
    for level in sorted(set(scores), reverse=True):
        said = [t for t, s in zip(truth, scores, strict=True) if s >= level]
        recall = sum(said) / sum(truth)
        area += (recall - before) * sum(said) / len(said)
        before = recall
    return area


@given(st.data(), SHAPES)
def test_average_precision_is_the_area_under_the_steps(data, shape):
    truth = data.draw(hn.arrays(np.int64, shape, elements=st.integers(0, 1)))
    scores = data.draw(
        hn.arrays(np.float64, shape, elements=st.sampled_from((0, 0.2, 0.5, 0.9, 1)))
    )
    found = label_average_precision(truth, scores)
    slow = [
        slow_average_precision(t.tolist(), s.tolist())
        for t, s in zip(truth.T, scores.T, strict=True)
    ]
    np.testing.assert_allclose(found, slow)


@given(st.data(), SHAPES)
def test_f1_is_the_harmonic_mean(data, shape):
    truth = data.draw(hn.arrays(np.bool_, shape))
    said = data.draw(hn.arrays(np.bool_, shape))
    for i, f1 in enumerate(label_f1(truth, said)):
        right = (truth[:, i] & said[:, i]).sum()
        if not truth[:, i].any():
            assert np.isnan(f1)
        elif right == 0:
            assert f1 == 0
        else:
            precision, recall = right / said[:, i].sum(), right / truth[:, i].sum()
            assert f1 == pytest.approx(2 / (1 / precision + 1 / recall))


def test_what_is_not_known_does_not_count():
    truth = np.asarray([[1.0], [np.nan], [0.0]])
    scores = np.asarray([[0.5], [0.9], [0.1]])
    assert label_average_precision(truth, scores).tolist() == [1.0]
    assert label_f1(truth, scores >= 0.5).tolist() == [1.0]


def test_shapes_are_checked():
    for metric in (label_average_precision, label_f1):
        with pytest.raises(ValueError, match=r"one shape \(N, C\)"):
            metric(np.zeros(3), np.zeros(3))
