"""How long a model may take, and the sentence when it takes longer."""

from __future__ import annotations

import pytest
from edgevision.runtime.watchdog import invoke_limit
from edgevision.runtime.watchdog.invoke_limit import InvokeLimit
from edgevision.runtime.watchdog.step import Invoke, Step


@pytest.fixture
def slowest(monkeypatch):
    times: dict[str, float] = {}
    monkeypatch.setattr(invoke_limit, "slowest_invoke", times.get)
    return times


@pytest.mark.parametrize(
    ("seconds", "known", "step", "limit"),
    [
        (None, None, Invoke("net"), 120.0),  # nothing is known of it
        (None, 0.01, Invoke("net"), 10.0),  # never less
        (None, 3.0, Invoke("net"), 60.0),  # 20 times as long
        (None, 0.01, Step("net"), 120.0),  # a decoder's time is not known
        (0.5, 3.0, Invoke("net"), 0.5),
        (0.5, 3.0, Step("net"), 0.5),
        (0, 3.0, Invoke("net"), 0.0),  # none
    ],
)
def test_the_limit_is_the_callers_or_comes_from_the_models_own_time(
    slowest, seconds, known, step, limit
):
    if known is not None:
        slowest["net"] = known
    assert InvokeLimit(seconds).of(step) == limit


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("nan")])
def test_a_limit_is_a_number_of_seconds(seconds):
    with pytest.raises(ValueError, match="max_invoke must be seconds"):
        InvokeLimit(seconds)


def test_the_sentence_names_the_model_its_times_and_the_option(slowest):
    text = InvokeLimit(10.0).sentences(Invoke("net.tflite"), 10.04)
    assert text == (
        "net.tflite hangs: it has not come back from one picture for 10 s. It has not "
        "answered before. If it is only slow, pass --max-invoke 20s, or 0 for no limit."
    )
    slowest["net.tflite"] = 0.0021
    assert "slowest answer so far took 2.1 ms" in InvokeLimit(10.0).sentences(
        Invoke("net.tflite"), 10.0
    )
    text = InvokeLimit(10.0).sentences(Step("net.tflite"), 10.0)
    assert text.startswith("net.tflite hangs: the work beside the interpreter")
