"""A measurement says why it is not to be trusted, and whether int8 pays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edgevision.devices.health.health import Health
from edgevision.runtime.benchmark.measurement import Course, Look, Plan
from edgevision.runtime.benchmark.trust import against_float, judge, stage_blocks


def result(name="net", p50=10.0, interval=(9.9, 10.1), stage="total", size=100):
    blocks = {
        "lane": stage,
        "n": [5] * 20,
        f"{stage}_ms": [p50 * (1 + 0.001 * (i % 5)) for i in range(20)],
    }
    return {
        "name": name,
        "main": stage,
        "model": {"bytes": size},
        "stages": {stage: {"p50_ms": p50, "interval_ms": list(interval)}},
        "blocks": [blocks],
    }


def course(*healths, others=0.0, stolen=0.0):
    looks = tuple(Look(float(i), health, 0) for i, health in enumerate(healths))
    return Course((), looks, 10.0, 9.0, others, stolen)


CALM = Health(temperature_c=50, governor="ondemand", clock_mhz=1500, max_clock_mhz=1500)


def test_calm_board_is_trusted():
    found = judge(course(CALM, CALM), Plan(), [result()])
    assert found == {"trustworthy": True, "reasons": []}


# course, result, what the reason holds
DOUBTS = [
    (course(CALM, Health(limits=("throttled",)), CALM), result(), "throttled"),
    (course(Health(limits=("under-voltage",))), result(), "under-voltage"),
    (course(CALM, others=0.5), result(), "other programs used 0.5 processors"),
    (course(CALM, stolen=0.2), result(), "the hypervisor took 0.20 processors"),
    (
        course(CALM),
        result(interval=(9.9, 10.6)),
        "net: the median is only known within 6.0% (total), not 2%",
    ),
    (
        course(Health(governor="powersave", clock_mhz=600, max_clock_mhz=1500)),
        result(),
        "powersave and held the clock down",
    ),
]


@pytest.mark.parametrize(("made", "measured", "expected"), DOUBTS)
def test_doubt_is_named(made, measured, expected):
    found = judge(made, Plan(), [measured])
    assert not found["trustworthy"]
    assert expected in " ".join(found["reasons"])


def test_run_that_was_stopped_by_hand_says_so():
    stopped = replace(course(CALM), stopped=True)
    (reason,) = judge(stopped, Plan(), [result()])["reasons"]
    assert reason == "it was stopped by hand after 10 s"


def test_powersave_at_full_clock_is_intels_and_no_doubt():
    health = Health(governor="powersave", clock_mhz=3900, max_clock_mhz=4000)
    assert judge(course(health), Plan(), [result()])["trustworthy"]


def test_unknown_others_are_no_doubt():
    unknown = course(CALM, others=None, stolen=None)
    assert judge(unknown, Plan(), [result()])["trustworthy"]


# int8 ms, float ms, stage -> the sentence
SENTENCES = [
    (10.0, 23.0, "int8 pays here: 2.30 times as fast as float"),
    (12.0, 10.0, "int8 does not pay here: it takes 1.20 times as long"),
    (10.0, 10.0, "is not to be told: 1.00 times as fast"),
]


@pytest.mark.parametrize(("quantized", "floating", "expected"), SENTENCES)
def test_one_sentence_tells_whether_int8_pays(quantized, floating, expected):
    twin = result("float", floating, size=400)
    (found,) = against_float([result("int8", quantized), twin], [(0, 1)])
    assert expected in found["sentence"]
    assert "4.0 times smaller" in found["sentence"]


def test_stage_that_was_not_measured_is_a_key_error():
    with pytest.raises(KeyError, match="bare"):
        stage_blocks(result(), "bare")
