"""A measurement says why it is not to be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from edgevision.devices.health.health import Health
from edgevision.runtime.benchmark.measurement import BoardReading, Measurement, Plan
from edgevision.runtime.benchmark.record import Trust
from edgevision.runtime.benchmark.trust import judge
from support.latency import result


def measured(*healths, others=0.0, stolen=0.0):
    readings = tuple(BoardReading(float(i), one, 0) for i, one in enumerate(healths))
    return Measurement((), readings, 10.0, 9.0, others, stolen)


CALM = Health(temperature_c=50, governor="ondemand", clock_mhz=1500, max_clock_mhz=1500)


def test_calm_board_is_trusted():
    found = judge(measured(CALM, CALM), Plan(), [result()])
    assert found == Trust(trustworthy=True, reasons=())


# measurement, result, what the reason holds
DOUBTS = [
    (measured(CALM, Health(limits=("throttled",)), CALM), result(), "throttled"),
    (measured(Health(limits=("under-voltage",))), result(), "under-voltage"),
    (measured(CALM, others=0.5), result(), "other programs used 0.5 processors"),
    (measured(CALM, stolen=0.2), result(), "the hypervisor took 0.20 processors"),
    (
        measured(CALM),
        result(interval=(9.9, 10.6)),
        "net.tflite: the median is only known within 6.0% (model), not 2%",
    ),
    (
        measured(Health(governor="powersave", clock_mhz=600, max_clock_mhz=1500)),
        result(),
        "powersave and held the clock down",
    ),
]


@pytest.mark.parametrize(("measurement", "one", "expected"), DOUBTS)
def test_doubt_is_named(measurement, one, expected):
    found = judge(measurement, Plan(), [one])
    assert not found.trustworthy
    assert expected in " ".join(found.reasons)


def test_run_that_was_stopped_by_hand_says_so():
    stopped = replace(measured(CALM), stopped=True)
    (reason,) = judge(stopped, Plan(), [result()]).reasons
    assert reason == "it was stopped by hand after 10 s"


def test_powersave_at_full_clock_is_intels_and_no_doubt():
    health = Health(governor="powersave", clock_mhz=3900, max_clock_mhz=4000)
    assert judge(measured(health), Plan(), [result()]).trustworthy


def test_unknown_others_are_no_doubt():
    unknown = measured(CALM, others=None, stolen=None)
    assert judge(unknown, Plan(), [result()]).trustworthy
