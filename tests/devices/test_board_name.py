"""The board's name, and how little it costs to ask for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from edgevision.devices.board_name import board, read_text


def test_the_device_tree_comes_before_the_firmware(tmp_path, monkeypatch):
    assert board(tmp_path) == ""
    dmi = tmp_path / "sys/class/dmi/id/product_name"
    dmi.parent.mkdir(parents=True)
    dmi.write_text("A Box\n")
    assert board(tmp_path) == "A Box"
    model = tmp_path / "proc/device-tree/model"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"Raspberry Pi 5 Model B\0")
    assert board(tmp_path) == "Raspberry Pi 5 Model B"
    monkeypatch.setenv("EDGEVISION_SYSTEM_ROOT", str(tmp_path))
    assert board() == "Raspberry Pi 5 Model B"


def test_files_that_cannot_be_read_are_none(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert read_text(tmp_path / "pipe") == ""  # no writer: it is at its end
    assert read_text(tmp_path) is None
    assert read_text(tmp_path / "absent") is None


def test_a_machine_without_a_profile_loads_none(tmp_path):
    code = (
        "import sys\n"
        "from edgevision.devices.profile_choice import own\n"
        "assert own() is None\n"
        "names = ('profile', 'detect', 'wheels')\n"
        "print([n for n in names if f'edgevision.devices.{n}' in sys.modules])\n"
        "print('pathlib' in sys.modules)"
    )
    environment = {**os.environ, "EDGEVISION_SYSTEM_ROOT": str(tmp_path)}
    environment.pop("EDGEVISION_PROFILE", None)
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["[]", "False"]
