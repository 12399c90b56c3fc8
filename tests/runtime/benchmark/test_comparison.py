"""Compare on recorded block noise: no time is measured here."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.benchmark import comparison as benchmark_compare
from edgevision.runtime.benchmark.comparison import (
    FASTER,
    NOT_TOLD,
    PERHAPS,
    SLOWER,
    WITHIN_LIMIT,
    verdict,
)
from edgevision.runtime.benchmark.statistics import Blocks, ratio_intervals

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
    assert set(found) <= {WITHIN_LIMIT, PERHAPS, NOT_TOLD}
    assert found.count(WITHIN_LIMIT) > SEEDS / 3


def test_injected_5_percent_is_within_a_limit_of_8_or_not_to_be_told(ratios):
    assert set(verdicts(ratios, 1.05, 0.08)) <= {WITHIN_LIMIT, NOT_TOLD}


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
    (1.10, 0.98, 1.20, 0.93, 0.05, NOT_TOLD),  # beyond the limit, but it may be noise
    (1.03, 1.01, 1.05, 1.00, 0.05, WITHIN_LIMIT),
    (1.05, 1.04, 1.06, 1.03, 0.05, WITHIN_LIMIT),  # exactly the limit
    (1.05, 1.05, 1.05, 1.05, 0.05, WITHIN_LIMIT),
    (1.00, 0.99, 1.01, 0.98, 0.05, NOT_TOLD),
    (0.90, 0.88, 0.95, 0.87, 0.05, FASTER),
    (1.001, 1.0005, 1.002, 1.0002, 0.0, SLOWER),
]


@pytest.mark.parametrize(
    ("ratio", "low", "high", "least", "limit", "expected"), VERDICTS
)
def test_verdict_follows_ratio_and_intervals(ratio, low, high, least, limit, expected):
    assert verdict(ratio, low, high, least, limit) == expected


def record(name="net.tflite", factor=1.0, threads=1, **changes):
    medians = (NOISE[:BLOCKS, 1] * factor).tolist()
    made = {
        "schema": 1,
        "kind": "edgevision-benchmark",
        "trust": {"trustworthy": True, "reasons": []},
        "environment": {"board": "Pi", "processor": "x", "kernel": "6.1"},
        "source": {"name": "synthetic:"},
        "results": [
            {
                "name": f"{name}, {threads}",
                "model": {"name": name, "sha256": "00"},
                "backend": "ai-edge-litert",
                "backend_version": "2.3.0",
                "delegate": "xnnpack",
                "threads": threads,
                "main": "bare",
                "blocks": [
                    {
                        "lane": "bare",
                        "n": NOISE[:BLOCKS, 0].tolist(),
                        "bare_ms": medians,
                    }
                ],
            }
        ],
    }
    made.update(changes)
    return made


def test_records_are_matched_by_name_threads_and_delegate():
    old = record()
    old["results"].append(record("other.tflite")["results"][0])
    new = record("other.tflite", factor=1.3)
    new["results"].append(record("third.tflite")["results"][0])
    (found,) = benchmark_compare.compare_records(old, new, max_slowdown=0.05)
    assert (found.name, found.verdict) == ("other.tflite, 1", SLOWER)
    assert found.ratio == pytest.approx(1.3)
    json.dumps(found.to_dict())


def test_two_models_of_one_name_are_paired_in_their_order():
    old, new = record(), record(factor=2.0)
    old["results"].append(record(factor=3.0)["results"][0])
    new["results"].append(record(factor=3.0)["results"][0])
    found = benchmark_compare.compare_records(old, new, max_slowdown=0.05)
    assert [item.ratio for item in found] == pytest.approx([2.0, 1.0])


def test_single_results_belong_together_whatever_they_are_called():
    (found,) = benchmark_compare.compare_records(
        record("v1.tflite"), record("v2.tflite"), max_slowdown=0.05
    )
    assert found.verdict == NOT_TOLD


def test_records_without_anything_in_common_are_an_error():
    old = record()
    old["results"].append(record("other.tflite")["results"][0])
    with pytest.raises(EdgeVisionError, match=r"no model with the same name.*third"):
        benchmark_compare.compare_records(
            old, record("third.tflite"), max_slowdown=0.05
        )


def test_cautions_name_what_differs():
    new = record(
        environment={"board": "Pi 5", "processor": "x", "kernel": "6.1"},
        trust={"trustworthy": False, "reasons": ["throttled"]},
        source={"name": "clip.mp4"},
    )
    new["results"][0]["model"]["sha256"] = "ff"
    new["results"][0]["backend_version"] = "2.4.0"
    found = " ".join(benchmark_compare.cautions(record(), new))
    for word in (
        "untrustworthy: throttled",
        "board differs",
        "pictures differ",
        "not the same bytes",
        "ai-edge-litert 2.4.0",
    ):
        assert word in found
    assert benchmark_compare.cautions(record(), record()) == []


def write(path: Path, data) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_record_is_read_back(tmp_path):
    path = write(tmp_path / "a.json", record())
    assert benchmark_compare.read_record(path) == record()


# what is written -> the sentence
BROKEN = [
    ("{", "is not JSON"),
    ('{"kind": "other"}', "is no record of a benchmark"),
    ("[]", "is no record of a benchmark"),
    (record(schema=99), "has schema 99"),
    (record(schema="x"), "has schema 'x'"),
    (record(results=[{}]), "is a damaged record"),
    (record(trust={}), "is a damaged record"),
]


@pytest.mark.parametrize(("data", "expected"), BROKEN)
def test_broken_record_is_one_sentence(tmp_path, data, expected):
    path = write(tmp_path / "a.json", data)
    with pytest.raises(EdgeVisionError, match=rf"a\.json {expected}"):
        benchmark_compare.read_record(path)


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan")])
def test_latency_that_cannot_be_is_damage(tmp_path, value):
    made = copy.deepcopy(record())
    made["results"][0]["blocks"][0]["bare_ms"][3] = value
    with pytest.raises(EdgeVisionError, match="is not above 0"):
        benchmark_compare.read_record(write(tmp_path / "a.json", made))


def test_absent_record_is_one_sentence(tmp_path):
    with pytest.raises(EdgeVisionError, match=r"Reading the record .* failed"):
        benchmark_compare.read_record(tmp_path / "absent.json")
