"""Shipped profiles hold together, machines find theirs, figures keep a source."""

from __future__ import annotations

import json

import pytest
from edgevision.devices import profile

from edgevision.errors import DeviceProfileError

PROFILES = [profile.load(name) for name in profile.known()]


@pytest.mark.parametrize("item", PROFILES, ids=lambda item: item.id)
def test_shipped_profile_is_named_like_its_file_and_makes_sense(item):
    assert profile.load(item.id) is item
    assert item.threads <= max(item.processor.cores, 1) or not item.processor.cores
    json.dumps(item.to_dict(), allow_nan=False)
    if item.status == "supported":
        assert item.runtimes
        assert item.processor.int8
    for latency in item.latencies:
        assert latency.describe().startswith(f"published: {latency.ms:g} ms for ")
        assert latency.source in latency.describe()


def test_issue_asks_for_these_boards():
    assert {
        "pi-zero2w",
        "pi3",
        "pi4",
        "pi5",
        "cm4",
        "cm5",
        "orin-nano",
        "orin-nx",
        "agx-orin",
        "aarch64",
        "x86-64",
    } <= set(profile.known())


def test_unknown_id_is_an_error_with_the_nearest_name():
    with pytest.raises(DeviceProfileError, match=r"No device profile 'pi-5'.*'pi5'"):
        profile.load("pi-5")


# name, width, precision -> milliseconds; a near miss says nothing
FIGURES = [
    ("efficientdet_lite0_int8", 320, "int8", 78.01),
    ("EfficientDet-Lite0", 320, "float32", 175.85),
    ("efficientdet_lite0", 512, "int8", None),  # another size
    ("my_efficientdet_lite0", 320, "int8", None),  # another model, perhaps
    ("mobilenet_v2", 224, "edgetpu", None),  # not on the CPU
    ("net", 224, "int8", None),
]


@pytest.mark.parametrize(("name", "width", "precision", "expected"), FIGURES)
def test_published_figure_is_found_only_for_the_same_thing(
    name, width, precision, expected
):
    found = profile.load("pi4").published(name, width=width, precision=precision)
    assert (found.ms if found else None) == expected


def test_model_that_outgrows_the_smallest_board_is_named_with_both_sizes():
    zero = profile.load("pi-zero2w")
    assert zero.check_memory(10 * 2**20) == ""
    sentence = zero.check_memory(200 * 2**20, peak_bytes=100 * 2**20)
    assert "needs 300 MiB" in sentence
    assert "has 256 MiB" in sentence
    assert profile.load("x86-64").check_memory(2**40) == ""


def test_pi_os_rows_name_the_wheel_that_exists():
    rows = {system.name: system.interpreter for system in profile.load("pi4").systems}
    assert rows["Raspberry Pi OS 13, 64-bit"] == "pip install ai-edge-litert"
    assert "tflite-runtime" in rows["Raspberry Pi OS 12, 32-bit"]
    assert rows["Raspberry Pi OS 13, 32-bit"] == ""
    assert rows["Raspberry Pi OS 11, 64-bit"] == ""  # Python 3.9
