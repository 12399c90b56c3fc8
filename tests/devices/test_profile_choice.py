"""Machines find their profiles; the user's own counts first."""

from __future__ import annotations

import pytest
from edgevision.devices import detect, profile, profile_choice

from edgevision.errors import DeviceProfileError

PROFILES = [profile.load(name) for name in profile.known()]

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
    found = profile_choice.find(detect.detect(root))
    assert found is not None
    assert found.id == expected


def test_pc_and_unknown_architecture(make_tree):
    root = make_tree({"/proc/cpuinfo": "processor: 0\nvendor_id: X\n"})
    found = profile_choice.find(detect.detect(root))
    assert found is not None
    assert found.id == "x86-64"
    make_tree({"/proc/cpuinfo": "processor: 0\nFeatures: neon\n"})
    assert profile_choice.find(detect.detect(root)) is None


def test_short_index_of_boards_agrees_with_the_files():
    assert sorted(profile_choice._boards()) == sorted(
        (start, item.id) for item in PROFILES for start in item.boards
    )


@pytest.fixture
def shed(tmp_path_factory, monkeypatch):
    """Let a profile of the user's own count."""
    path = tmp_path_factory.mktemp("own") / "my.toml"
    path.write_text(
        'id = "shed"\nname = "The shed"\nmachine = "aarch64"\nthreads = 2\n'
        'camera = "0"\n[processor]\nmodel = "Cortex-A55"\ncores = 4\n'
    )
    monkeypatch.setenv(profile_choice.PROFILE_VARIABLE, str(path))
    return path


def test_board_with_a_profile_has_its_own(make_tree):
    name = "/proc/device-tree/model"
    root = make_tree({name: "Raspberry Pi 3 Model B Plus Rev 1.3\0"})
    found = profile_choice.own(root)
    assert (found.threads, found.name) == (3, "Raspberry Pi 3 Model B+")
    make_tree({name: "linux,dummy-virt\0"})
    assert profile_choice.own(root) is None


def test_the_user_s_profile_counts_before_the_board_s(make_tree, shed):
    root = make_tree({"/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0"})
    assert profile_choice.own(root).id == "shed"
    assert profile_choice.find(detect.detect(root)).id == "shed"


def test_a_wrong_profile_of_the_user_s_is_an_error_and_not_passed_over(shed):
    shed.write_text(shed.read_text().replace("threads = 2", "threads = -2"))
    with pytest.raises(DeviceProfileError, match=r"my\.toml: 'threads' must be"):
        profile_choice.own()
