"""Boards choose their target, and say when a file is too large for them."""

from __future__ import annotations

import pytest
from edgevision.converters.build.device_fit import fit_sentence, target_for
from edgevision.converters.build.recipes import TARGETS
from edgevision.devices import profile
from support.color_model import color_model

from edgevision.errors import DeviceProfileError

# board -> target: the older interpreter where a 32-bit system has nothing else
BOARDS = [("pi4", "tflite-runtime-2.14"), ("pi5", "litert"), ("orin-nano", "litert")]


@pytest.mark.parametrize(("board", "target"), BOARDS)
def test_target_opens_on_every_system_of_the_board(board, target):
    assert target_for(profile.load(board)) == target
    assert target in TARGETS


def test_board_for_published_figures_only_is_refused():
    with pytest.raises(DeviceProfileError, match="only lists published figures"):
        target_for(profile.load("jetson-nano"))


def test_small_file_fits_and_a_large_one_is_a_caution(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(color_model("uint8"))
    assert "which fits" in fit_sentence(profile.load("pi-zero2w"), path)
    path.write_bytes(color_model("float32", size=(8000, 4000)))
    found = fit_sentence(profile.load("pi-zero2w"), path)
    assert found.startswith("caution: The model needs 366 MiB")
