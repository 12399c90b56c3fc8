"""Banners of native code stay off the error stream, other words do not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from edgevision.runtime.interpreter import backends
from support.color_model import color_model

pytestmark = pytest.mark.skipif(
    not backends.installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def model_file(tmp_path):
    path = tmp_path / "colors.tflite"
    path.write_bytes(color_model())
    return path


def test_banners_stay_off_stderr(model_file):
    code = (
        "import sys, os\n"
        "from edgevision.runtime.interpreter import Interpreter\n"
        f"Interpreter({str(model_file)!r}).invoke()\n"
        "os.write(2, b'mine')\n"
    )
    root = os.fspath(backends.__file__ and os.getcwd())
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.stderr == "mine"


def test_other_words_on_stderr_come_through(capfd):
    from edgevision.runtime.interpreter.captured_stderr import native_messages

    with native_messages():
        os.write(2, b"INFO: a banner\nERROR: the truth\n")
    assert capfd.readouterr().err == "ERROR: the truth\n"
