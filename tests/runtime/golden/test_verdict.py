"""The verdict names the output with the least room."""

from __future__ import annotations

from edgevision.runtime.golden.verdict import verdict_of


def test_every_output_must_stay_within_its_tolerance():
    good = verdict_of([1.0, 2.0], [4.0, 2.5], 8, "cpu")
    assert good.passed
    assert "8 golden inputs on cpu: off by 2.00 steps" in good.words
    bad = verdict_of([5.0, 2.0], [4.0, 2.5], 1, "cpu")
    assert not bad.passed
    assert bad.words.startswith("1 golden input on cpu: off by 5.00 steps in the mean")


def test_an_output_that_proves_nothing_is_not_judged():
    verdict = verdict_of([99.0, 1.0], [None, 2.0], 8, "cpu")
    assert verdict.passed
    assert not verdict.weak
    weak = verdict_of([99.0], [None], 8, "cpu")
    assert weak.passed
    assert weak.weak
    assert weak.to_dict()["tolerances"] == [None]
