"""Which is faster: one number everywhere, one sentence, or that nobody can tell."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from edgevision.runtime.benchmark.speed import (
    Ratio,
    answer,
    compare_speeds,
    compare_with_float,
    faster_sentence,
    ratio_of,
    short_labels,
)
from support.latency import result


def test_the_ratio_is_that_of_the_medians_in_the_tables():
    old, new = result("a", 18.54), result("b", 8.92)
    ratio = ratio_of(old, new, "model")
    assert ratio.value == pytest.approx(8.92 / 18.54)
    assert ratio.least <= ratio.low <= ratio.value <= ratio.high


def test_an_interval_that_would_not_hold_the_ratio_is_widened():
    old = result("a", 10.0)
    # The median of all samples may lie beside that of the blocks.
    moved = dict(old.stages)
    moved["model"] = replace(old.stages["model"], p50_ms=13.0)
    ratio = ratio_of(old, replace(old, stages=moved), "model")
    assert ratio.value == ratio.high == pytest.approx(1.3)
    assert ratio.low == pytest.approx(1.0, abs=0.01)


def test_the_faster_of_two_is_told_with_its_interval():
    (found,) = compare_speeds([result("slow.tflite", 21.0), result("fast.tflite", 10)])
    assert (found.faster, found.slower) == ("fast.tflite", "slow.tflite")
    assert found.speed_up == 2.1
    assert (found.faster_ms, found.slower_ms) == (10.0, 21.0)
    assert found.certain
    assert re.fullmatch(
        r"fast\.tflite is 2\.10 times as fast as slow\.tflite, 95 % interval "
        r"2\.\d\d to 2\.\d\d\.",
        answer([found]),
    )


def test_equal_models_cannot_be_told_apart():
    found = compare_speeds([result("a.tflite"), result("b.tflite")])
    assert not found[0].certain
    assert answer(found).startswith("a.tflite and b.tflite cannot be told apart: the ")


def test_of_three_the_fastest_is_compared_with_each():
    models = [result("a", 20.0), result("b", 10.0), result("c", 10.0)]
    found = compare_speeds(models)
    assert [(item.faster, item.slower) for item in found] == [("b", "c"), ("b", "a")]
    told = answer(found)
    assert told.startswith(
        "b has the smallest median: perhaps 1.000 times as fast as c"
    )
    assert "; 2.00 times as fast as a (95 % interval" in told


def test_one_result_has_nothing_to_be_compared_with():
    assert compare_speeds([result()]) == ()
    assert answer(()) is None


# the new median over the old one -> the sentence
SENTENCES = [
    (Ratio(2.0, 1.9, 2.1, 1.8), "old is 2.00 times as fast as new, 95 % interval 1.90"),
    (Ratio(0.5, 0.4, 0.6, 0.3), "new is 2.00 times as fast as old, 95 % interval 1.67"),
    (
        Ratio(1.02, 0.99, 1.05, 0.9),
        "old and new cannot be told apart: the first is 1.0",
    ),
    (
        Ratio(0.98, 0.96, 0.99, 0.9),
        "new is 1.020 times as fast as old, 95 % interval 1",
    ),
]


@pytest.mark.parametrize(("ratio", "expected"), SENTENCES)
def test_the_sentence_names_the_faster_one_first(ratio, expected):
    assert faster_sentence("old", "new", ratio).startswith(expected)


def test_labels_hold_only_what_differs():
    assert short_labels([result("a"), result("b")]) == ["a", "b"]
    assert short_labels([result("a"), result("a", threads=2)]) == [
        *("a (1 thread)", "a (2 threads)")
    ]
    assert short_labels([result("a"), result("a")]) == ["a", "a [2]"]


# int8 ms, float ms -> the sentence
PAYS = [
    (10.0, 23.0, "int8 pays here: 2.30 times as fast as float"),
    (12.0, 10.0, "int8 does not pay here: it takes 1.20 times as long"),
    (10.0, 10.0, "cannot be told apart here: int8 is 1.000 times as fast"),
]


@pytest.mark.parametrize(("quantized", "floating", "expected"), PAYS)
def test_one_sentence_tells_whether_int8_pays(quantized, floating, expected):
    twin = result("float", floating, size=400)
    (found,) = compare_with_float([result("int8", quantized), twin], [(0, 1)])
    assert expected in found.sentence
    assert "4.0 times smaller" in found.sentence


def test_stage_that_was_not_measured_is_a_key_error():
    with pytest.raises(KeyError, match="bare"):
        result(stage="invoke").stage_blocks("bare")
