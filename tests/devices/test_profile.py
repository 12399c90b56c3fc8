"""Shipped profiles hold together, machines find theirs, figures keep a source."""

from __future__ import annotations

import json

import pytest
from edgevision.devices import detect, profile

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


# What the device tree says -> the profile.
BOARDS = [
    ("Raspberry Pi Zero 2 W Rev 1.0", "pi-zero2w"),
    ("Raspberry Pi 3 Model B Plus Rev 1.3", "pi3"),
    ("Raspberry Pi 4 Model B Rev 1.2", "pi4"),
    ("Raspberry Pi 400 Rev 1.0", "pi4"),
    ("Raspberry Pi 5 Model B Rev 1.0", "pi5"),
    ("Raspberry Pi Compute Module 4 Rev 1.1", "cm4"),
    ("Compute Module 5 Rev 1.0", "cm5"),
    ("NVIDIA Jetson Orin Nano Developer Kit", "orin-nano"),
    ("NVIDIA Orin NX Developer Kit", "orin-nx"),
    ("NVIDIA Jetson Nano Developer Kit", "jetson-nano"),
    ("linux,dummy-virt", "aarch64"),  # an unknown board
    ("", "aarch64"),
]


@pytest.mark.parametrize(("board", "expected"), BOARDS)
def test_board_finds_its_profile(make_tree, board, expected):
    root = make_tree(
        {
            "/proc/device-tree/model": f"{board}\0",
            "/proc/cpuinfo": "processor\t: 0\nFeatures\t: fp asimd\n",
        }
    )
    found = profile.find(detect.detect(root))
    assert found is not None
    assert found.id == expected


def test_pc_and_unknown_architecture(make_tree):
    root = make_tree({"/proc/cpuinfo": "processor: 0\nvendor_id: X\n"})
    found = profile.find(detect.detect(root))
    assert found is not None
    assert found.id == "x86-64"
    make_tree({"/proc/cpuinfo": "processor: 0\nFeatures: neon\n"})
    assert profile.find(detect.detect(root)) is None


def test_short_index_of_boards_agrees_with_the_files():
    assert sorted(profile._boards()) == sorted(
        (start, item.id) for item in PROFILES for start in item.boards
    )


def test_board_with_a_profile_names_its_threads(make_tree):
    name = "/proc/device-tree/model"
    root = make_tree({name: "Raspberry Pi 3 Model B Plus Rev 1.3\0"})
    assert profile.default_threads(root) == (3, "Raspberry Pi 3 Model B+")
    make_tree({name: "linux,dummy-virt\0"})
    assert profile.default_threads(root) == (0, "")


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
