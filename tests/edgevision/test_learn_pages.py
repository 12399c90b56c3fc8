"""What docs/learn tells a newcomer to save works when it is saved as it stands."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from edgevision.runtime.interpreter.backends import installed_backends

REPOSITORY = Path(__file__).resolve().parents[2]
LEARN = REPOSITORY / "docs" / "learn"
CAMERA = "synthetic:?fps=10"

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the model that the pages speak of."""
    shipped = REPOSITORY / "runtime" / "demo" / "detector.tflite"
    shutil.copy(shipped, tmp_path / "scenes.tflite")
    return tmp_path


def environment():
    """Return the environment in which the checkout is found."""
    paths = (str(REPOSITORY), os.environ.get("PYTHONPATH"))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def run(words, folder):
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )


def app():
    """Return the program of the page."""
    page = (LEARN / "first-app.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return code


def unit():
    """Return the unit as the shell writes it for the user pi."""
    page = (LEARN / "at-boot.md").read_text("utf-8")
    (text,) = re.findall(r"<<EOF\n(.*?)^EOF$", page, re.MULTILINE | re.DOTALL)
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text.replace("$USER", "pi").replace("$HOME", "/home/pi"))
    return parser


def test_the_first_app_keeps_pictures_of_stars(folder):
    (folder / "app.py").write_text(app(), "utf-8")
    done = run(["app.py", "synthetic:?fps=30&frames=60&size=320x240"], folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines
    for line in lines:
        name, score = re.fullmatch(r"(star-\d{6}\.jpg): (\d\.\d\d)", line).groups()
        assert float(score) >= 0.3
        assert cv2.imread(str(folder / name)).shape == (240, 320, 3)


def test_ctrl_c_ends_an_app_without_a_traceback(folder):
    (folder / "app.py").write_text(app(), "utf-8")
    with subprocess.Popen(
        [sys.executable, "app.py", CAMERA],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline()  # a picture was kept: the loop runs
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def test_the_unit_starts_what_the_install_page_installed():
    program = shlex.split(unit()["Service"]["ExecStart"])[0]
    made = re.findall(r"python3 -m venv .*~(/\S+)", (LEARN / "install.md").read_text())
    assert {f"/home/pi{place}/bin/edgevision" for place in made} == {program}
    assert unit()["Install"]["WantedBy"] == "multi-user.target"


def test_the_units_command_writes_its_records(folder):
    _, *words = shlex.split(unit()["Service"]["ExecStart"])
    words[words.index("auto")] = "synthetic:?fps=0&frames=3"
    words = [re.sub(r"^web:0\.0\.0\.0:\d+", "web:127.0.0.1:0", word) for word in words]
    done = run(["-m", "edgevision", *words], folder)
    assert done.returncode == 0, done.stderr
    records = (folder / "results.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(record)["index"] for record in records] == [0, 1, 2]
