"""What texts behind options are read as, and the sentence for what they are not."""

from __future__ import annotations

import click
import pytest

from edgevision.cli.parameter_types import (
    Duration,
    InvokeTime,
    Percentage,
    Resize,
    Several,
    Share,
    Size,
    ThreadCount,
    Words,
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Percentage(), "1%", 0.01),
        (Percentage(), "97.5 %", 0.975),
        (Percentage(), "96", 0.96),  # no share is above 1
        (Percentage(), "0", 0.0),
        (Percentage(), ".5%", 0.005),
        (Share(), "0.25", 0.25),
        (Share(), "25%", 0.25),
        (Share(), ".5", 0.5),
        (Share(), "1", 1.0),
        (Share(), "0", 0.0),
        (ThreadCount(), "4", 4),
        (ThreadCount(), "auto", "auto"),
        (Size(), "224", (224, 224)),
        (Size(), "320x240", (320, 240)),
        (Size(), "320×240", (320, 240)),
        (Resize(), "letterbox", ("letterbox", 1.0)),
        (Resize(), "center-crop", ("center-crop", 1.0)),
        (Resize(), "center-crop:.875", ("center-crop", 0.875)),
        (Duration(), "90s", 90.0),
        (Duration(), "5", 300.0),  # minutes
        (Duration(), "2 min", 120.0),
        (Duration(), "1.5h", 5400.0),
        (Duration(), "0.5", 30.0),
        (Duration(), "1h30m", 5400.0),
        (InvokeTime(), "500ms", 0.5),
        (InvokeTime(), "10s", 10.0),
        (InvokeTime(), "2 min", 120.0),
        (InvokeTime(), "1m30s", 90.0),
        (InvokeTime(), "0", 0.0),  # no limit
        (Several(Size()), "48, 64x32", ((48, 48), (64, 32))),
        (Several(click.FLOAT), "0.5", (0.5,)),
        (Words(), "кот 猫", "кот 猫"),
    ],
)
def test_a_text_is_read(kind, text, value):
    read = kind.convert(text, None, None)
    assert read == (pytest.approx(value) if isinstance(value, float) else value)
    assert kind.convert(read, None, None) == read  # defaults come as values


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        (Percentage(), "0.01", r"'0.01' may mean 0.01 % or 1 %. Write 0.01% or 1%"),
        (Percentage(), "1", r"'1' may mean 1 % or 100 %. Write 1% or 100%"),
        (Percentage(), "101", "is not a percentage"),
        (Words(), "caf\udce9", r"'caf\\udce9' is not UTF-8"),
        (Percentage(), "101%", "is not a percentage"),
        (Percentage(), "-1%", "is not a percentage"),
        (Percentage(), "x", "is not a percentage"),
        (Share(), "50", "'50' is above 1. Write 0.5 or 50%"),
        (Share(), "1.5", "'1.5' is above 1. Write 0.015 or 1.5%"),
        (Share(), "101%", "'101%' is not a number from 0 to 1"),
        (Share(), "-0.5", "is not a number from 0 to 1"),
        (Share(), "nan", "is not a number from 0 to 1"),
        (Share(), "half", "is not a number from 0 to 1"),
        (ThreadCount(), "0", "'0' is neither auto nor 1 to 256"),
        (ThreadCount(), "many", "is neither auto nor 1 to 256"),
        (Size(), "0", "'0' is not WIDTHxHEIGHT"),
        (Size(), "320x", "is not WIDTHxHEIGHT"),
        (Size(), "100000", "is not WIDTHxHEIGHT"),
        (Resize(), "letterbox:0.5", "'letterbox:0.5' is not stretch"),
        (Resize(), "center-crop:", "is not stretch"),
        (Resize(), "center-crop:1.5", "is not stretch"),
        (Duration(), "0s", "'0s' is not a time"),
        (Duration(), "soon", "is not a time"),
        (InvokeTime(), "10", "'10' is not a time such as 500ms, 10s or 2m"),
        (InvokeTime(), "0s", "'0s' is not a time"),
        (InvokeTime(), "9" * 400 + "s", "is not a time"),  # infinite as a float
        (Duration(), "9" * 400 + "h", "is not a time"),
        (Several(Size()), "48,x", "'x' is not WIDTHxHEIGHT"),
        (Several(Size()), "", "'' is not WIDTHxHEIGHT"),
    ],
)
def test_what_is_none_is_refused(kind, text, sentence):
    with pytest.raises(click.BadParameter, match=sentence):
        kind.convert(text, None, None)
