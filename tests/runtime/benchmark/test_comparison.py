"""Compare on recorded block noise: no time is measured here."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.benchmark import comparison
from edgevision.runtime.benchmark.comparison import (
    FASTER,
    NO_DIFFERENCE,
    PERHAPS,
    SLOWER,
    WITHIN_LIMIT,
    compare_models,
    compare_records,
    verdict,
)
from edgevision.runtime.benchmark.record import PictureSource, Trust
from edgevision.runtime.benchmark.speed import Ratio
from edgevision.runtime.benchmark.statistics import Blocks, ratio_intervals
from support.latency import record, result

from edgevision.errors import EdgeVisionError

NOISE = np.array(
    json.loads((Path(__file__).parent / "block_noise.json").read_text())["blocks"]
)
BLOCKS, STRETCH, SEEDS = 240, 5, 200


def draw(rng: np.random.Generator) -> Blocks:
    """Return a record's worth of blocks, drawn from the recording in stretches."""
    starts = rng.integers(0, len(NOISE), BLOCKS // STRETCH)
    picks = (starts[:, np.newaxis] + np.arange(STRETCH)).ravel() % len(NOISE)
    return Blocks.of(NOISE[picks, 1], NOISE[picks, 0])


@pytest.fixture(scope="module")
def ratios():
    """Return ratio and intervals of 200 independent pairs of the very same thing."""
    made = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        made.append(ratio_intervals(draw(rng), draw(rng), seed=seed))
    return made


def verdicts(ratios, factor, max_slowdown):
    # Every median of the new record times a factor is every ratio times that factor.
    return [
        verdict(*(value * factor for value in values), max_slowdown)
        for values in ratios
    ]


def test_injected_factor_multiplies_ratio_and_interval(ratios):
    rng = np.random.default_rng(0)
    old, new = draw(rng), draw(rng)
    slower = Blocks(new.medians * 1.1, new.sizes)
    found = ratio_intervals(old, slower, seed=0)
    assert found == pytest.approx([value * 1.1 for value in ratios[0]])


def test_recording_is_really_noisy(ratios):
    spread = np.percentile(NOISE[:, 1], 95) / np.percentile(NOISE[:, 1], 5)
    assert spread > 1.1
    # A ratio that is only above the limit would fail for what is allowed.
    assert 60 < sum(values[0] * 1.05 > 1.05 for values in ratios) < 140


def test_a_against_a_fails_in_at_most_1_of_200(ratios):
    assert verdicts(ratios, 1.0, 0.05).count(SLOWER) <= 1


def test_injected_10_percent_is_found_in_all(ratios):
    assert verdicts(ratios, 1.10, 0.05) == [SLOWER] * SEEDS


def test_injected_5_percent_never_fails_against_the_limit_of_5(ratios):
    found = verdicts(ratios, 1.05, 0.05)
    assert set(found) <= {WITHIN_LIMIT, PERHAPS, NO_DIFFERENCE}
    assert found.count(WITHIN_LIMIT) > SEEDS / 3


def test_injected_5_percent_is_within_a_limit_of_8_or_without_a_certain_difference(
    ratios,
):
    assert set(verdicts(ratios, 1.05, 0.08)) <= {WITHIN_LIMIT, NO_DIFFERENCE}


def test_the_very_same_blocks_5_percent_slower_are_within_a_limit_of_5():
    for seed in range(5):
        old = draw(np.random.default_rng(seed))
        slower = Blocks(old.medians * 1.05, old.sizes)
        assert verdict(*ratio_intervals(old, slower), 0.05) == WITHIN_LIMIT


def test_injected_speed_up_is_faster(ratios):
    assert set(verdicts(ratios[:20], 0.8, 0.05)) == {FASTER}


# ratio, low, high, least, limit -> verdict
VERDICTS = [
    (1.10, 1.07, 1.13, 1.06, 0.05, SLOWER),
    (1.10, 1.06, 1.14, 1.04, 0.05, PERHAPS),  # 99.7 % of the resamplings, or not
    (1.10, 1.02, 1.18, 0.97, 0.05, PERHAPS),
    (
        1.10,
        0.98,
        1.20,
        0.93,
        0.05,
        NO_DIFFERENCE,
    ),  # beyond the limit, but it may be noise
    (1.03, 1.01, 1.05, 1.00, 0.05, WITHIN_LIMIT),
    (1.05, 1.04, 1.06, 1.03, 0.05, WITHIN_LIMIT),  # exactly the limit
    (1.05, 1.05, 1.05, 1.05, 0.05, WITHIN_LIMIT),
    (1.00, 0.99, 1.01, 0.98, 0.05, NO_DIFFERENCE),
    (0.90, 0.88, 0.95, 0.87, 0.05, FASTER),
    (1.001, 1.0005, 1.002, 1.0002, 0.0, SLOWER),
]


@pytest.mark.parametrize(
    ("ratio", "low", "high", "least", "limit", "expected"), VERDICTS
)
def test_verdict_follows_ratio_and_intervals(ratio, low, high, least, limit, expected):
    assert verdict(ratio, low, high, least, limit) == expected


def noisy(name="net.tflite", factor=1.0, threads=1, **more):
    """Return the recorded noise as the latency of a bare model."""
    return result(
        name,
        medians=(NOISE[:BLOCKS, 1] * factor).tolist(),
        sizes=NOISE[:BLOCKS, 0].astype(int).tolist(),
        stage="bare",
        threads=threads,
        **more,
    )


def test_records_are_matched_by_name_threads_and_delegate():
    old = record(noisy(), noisy("other.tflite"))
    new = record(noisy("other.tflite", factor=1.3), noisy("third.tflite"))
    (found,) = compare_records(old, new, max_slowdown=0.05).changes
    assert (found.name, found.verdict) == ("other.tflite", SLOWER)
    assert found.ratio == pytest.approx(1.3)
    json.dumps(found.to_dict())


def test_two_models_of_one_name_are_paired_in_their_order():
    old = record(noisy(), noisy(factor=3.0))
    new = record(noisy(factor=2.0), noisy(factor=3.0))
    found = compare_records(old, new, max_slowdown=0.05)
    assert [item.ratio for item in found.changes] == pytest.approx([2.0, 1.0])
    assert found.answer is None
    assert [item.name for item in found.too_slow] == ["net.tflite"]


def test_single_results_belong_together_whatever_they_are_called():
    (found,) = compare_records(
        record(noisy("v1.tflite")), record(noisy("v2.tflite")), max_slowdown=0.05
    ).changes
    assert found.verdict == NO_DIFFERENCE
    assert (found.old_name, found.name) == ("v1.tflite", "v2.tflite")


def test_a_single_pair_is_answered_with_the_ratio_of_the_table():
    old, new = record(noisy(factor=2.0)), record(noisy())
    found = compare_records(old, new, max_slowdown=0.05)
    assert re.fullmatch(
        r"net\.tflite \(new\) is 2\.00 times as fast as net\.tflite \(old\), 95 % "
        r"interval 1\.\d\d to 2\.\d\d\.",
        found.answer,
    )
    (change,) = found.changes
    assert change.ratio == new.results[0].latency.p50_ms / old.results[0].latency.p50_ms


def test_two_models_are_compared_without_a_limit_unless_there_is_one():
    both = record(noisy("a.tflite"), noisy("b.tflite", factor=2.0))
    free = compare_models(both, max_slowdown=None)
    assert free.too_slow == ()
    assert free.answer.startswith("a.tflite is 2.00 times as fast as b.tflite, 95 %")
    limited = compare_models(both, max_slowdown=0.05)
    assert [item.name for item in limited.too_slow] == ["b.tflite"]
    assert limited.to_dict()["slower"] is True


def test_a_caution_leaves_the_letters_of_a_file_s_name_as_they_are():
    both = record(
        noisy("a.tflite"),
        noisy("b.tflite", factor=2.0),
        trust=Trust(trustworthy=False, reasons=("a.tflite, 1 thread: noisy",)),
    )
    cautions = compare_models(both, max_slowdown=None).cautions
    assert cautions == ("Not to be trusted: a.tflite, 1 thread: noisy.",)


def test_records_without_anything_in_common_are_an_error():
    old = record(noisy(), noisy("other.tflite"))
    with pytest.raises(EdgeVisionError, match=r"no model with the same name.*third"):
        compare_records(old, record(noisy("third.tflite")), max_slowdown=0.05)


def test_cautions_name_what_differs():
    one = record(noisy())
    two = noisy(backend_version="2.4.0")
    two = replace(two, model=replace(two.model, sha256="ff"))
    new = record(
        two,
        environment={**one.environment, "board": "Pi 5"},
        trust=Trust(trustworthy=False, reasons=("throttled",)),
        source=PictureSource("clip.mp4", 32),
    )
    found = " ".join(compare_records(one, new, max_slowdown=0.05).cautions)
    for word in (
        "untrustworthy: throttled",
        "board differs",
        "pictures differ",
        "not the same bytes",
        "ai-edge-litert 2.4.0",
    ):
        assert word in found
    assert compare_records(one, record(noisy()), max_slowdown=0.05).cautions == ()


def test_a_slowdown_that_is_perhaps_too_much_is_a_caution(monkeypatch):
    monkeypatch.setattr(comparison, "ratio_of", lambda *_: Ratio(1.08, 1.06, 1.1, 1.04))
    found = compare_records(record(noisy()), record(noisy()), max_slowdown=0.05)
    assert found.too_slow == ()
    assert "A slowdown may be above your limit." in found.cautions[0]
