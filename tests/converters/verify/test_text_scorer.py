"""Lines of two models, and the distance between them."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.plan import OutputPlan
from edgevision.converters.verify.text_scorer import TextScorer, edit_distance
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

WORDS = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "abc", 0), ("ab", "ba", 2)],
)
def test_known_distances(one, other, distance):
    assert edit_distance(one, other) == distance


@given(WORDS, WORDS)
def test_distance_by_its_definition(one, other):
    """Against the recursive definition, which is slow and plain."""

    def slow(a, b):
        if not a or not b:
            return len(a) + len(b)
        return min(
            slow(a[1:], b) + 1, slow(a, b[1:]) + 1, slow(a[1:], b[1:]) + (a[0] != b[0])
        )

    assert edit_distance(one, other) == slow(one, other)


def test_lines_of_float_and_file_are_compared_as_texts():
    shape = (1, 4, 3)
    plan = OutputPlan("text", "text", {"alphabet": "ab"})
    floats = [TensorSpec("y", 0, shape, np.dtype(np.float32))]
    files = [TensorSpec("y", 0, shape, np.dtype(np.uint8), 1 / 256, 0)]
    scorer = TextScorer(plan, floats, files, (8, 8))
    nowhere = Letterbox.fit((1, 1), (1, 1))
    steps = np.eye(3, dtype=np.float32)[[0, 2, 1, 1]][None]
    line = scorer.read_float([steps], nowhere)
    assert line == "ab"
    assert scorer.read([(steps * 255).astype(np.uint8)], nowhere) == "ab"
    assert (scorer.score(line, "ab"), scorer.score(line, "a")) == (1.0, 0.0)
    assert scorer.error(line, "a") == 0.5
