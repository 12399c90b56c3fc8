"""A question about outputs says what was seen and what could read it."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
from edgevision.runtime.opening.recognition import candidates_question
from support.expressions import model_of
from support.graphs import Graph


@pytest.mark.parametrize(
    ("shapes", "seen", "named", "absent"),
    [
        ([(1, 12, 12, 2)], "map of 12x12 cells with 2 values", "segmentation", "yolo"),
        ([(1, 320, 320, 3)], "map of 320x320", "image", "classifier"),
        ([(1, 136), (1, 1)], "2 vectors", "heads", "segmentation"),
        ([(1, 50, 37)], "50 rows of 37", "text", "segmentation"),
        ([(1, 80, 80, 4), (1, 40, 40, 4)], "2 maps of several sizes", "fcos", "ssd"),
        ([(1, 80, 80, 4), (1, 80, 80, 2)], "2 maps of one size", "heads", "ssd"),
        ([(1, 9, 9, 17), (1, 9, 9, 34)], "2 maps of one size", "posenet", "centernet"),
        (
            [(1, 9, 9, 80), (1, 9, 9, 2), (1, 9, 9, 2)],
            "3 maps of one size",
            "centernet",
            "posenet",
        ),
        # MTCNN's first net, and DBFace: neither's channels are those of the two.
        ([(1, 9, 9, 2), (1, 9, 9, 4)], "2 maps of one size", "heads", "posenet"),
        (
            [(1, 9, 9, 10), (1, 9, 9, 4), (1, 9, 9, 1)],
            "3 maps of one size",
            "heads",
            "centernet",
        ),
        ([(1, 999, 4), (1, 998, 2)], "2 tensors of several forms", "ssd", "text"),
        ([(1, 2, 3, 4, 5)], "one tensor of no known form", "raw", "ssd"),
        ([()], "of no known shape", "raw", "ssd"),
    ],
)
def test_a_question_says_what_was_seen_and_what_could_fit(
    shapes: list[tuple[int, ...]], seen: str, named: str, absent: str
) -> None:
    question = candidates_question(cast("Any", Graph(list(enumerate(shapes, 5)), [])))
    assert seen in question
    assert re.search(rf"--(decoder|task) {named} ", question)
    assert f" {absent} " not in question
    assert question.count("--") <= 7


def test_a_file_without_outputs_answers_nothing() -> None:
    model = model_of(["1x32x32x3 uint8 0..1"], [])
    assert "has no outputs" in candidates_question(model)
