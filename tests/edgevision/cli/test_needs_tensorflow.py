"""TensorFlow is absent: a PC is told to install it, a board what to do on a PC."""

from __future__ import annotations

import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.devices import detect

from edgevision.cli.main import cli

COMMANDS = [
    (["convert", "my net.keras", "--calibration", "photos"], "my net.tflite"),
    (["convert", "net.keras", "-o", "out.tflite"], "out.tflite"),
    (["train", "photos", "-o", "net.keras"], "the .tflite"),
]


@pytest.fixture(autouse=True)
def _folder_of_pictures(tmp_path, monkeypatch):
    """Stand in a folder with pictures: what is typed wrong is said before."""
    monkeypatch.chdir(tmp_path)
    for label in ("cat", "dog"):
        folder = tmp_path / "photos" / label
        folder.mkdir(parents=True)
        for number in range(3):
            picture = np.full((8, 8, 3), 40 * number, np.uint8)
            cv2.imwrite(str(folder / f"{number}.png"), picture)


@pytest.fixture
def no_tensorflow(monkeypatch):
    # An import raises ModuleNotFoundError then, and find_spec returns None.
    monkeypatch.setitem(sys.modules, "tensorflow", None)


def _machine(monkeypatch, board: str, machine: str) -> None:
    facts = replace(detect.python_facts(), machine=machine)
    monkeypatch.setattr(detect, "python_facts", lambda: facts)
    monkeypatch.setattr(detect, "board", lambda: board)


@pytest.mark.parametrize(("words", "product"), COMMANDS)
@pytest.mark.parametrize("machine", ["aarch64", "armv7l"])
@pytest.mark.usefixtures("no_tensorflow")
def test_a_board_is_told_the_command_for_the_pc(monkeypatch, words, product, machine):
    _machine(monkeypatch, "Raspberry Pi 5 Model B Rev 1.0", machine)
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    told = done.stderr
    assert "is work for a PC; this is a Raspberry Pi 5 Model B Rev 1.0." in told
    assert f"then copy {product}" in told
    assert "pip install tensorflow" not in told
    if words[1] == "my net.keras":
        assert "run: edgevision convert 'my net.keras' --calibration photos " in told


@pytest.mark.parametrize(("words", "product"), COMMANDS)
@pytest.mark.usefixtures("no_tensorflow")
def test_a_pc_is_told_what_to_install(monkeypatch, words, product):
    _machine(monkeypatch, "OptiPlex 7010", "x86_64")
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 1
    assert "Run: pip install tensorflow" in done.stderr
