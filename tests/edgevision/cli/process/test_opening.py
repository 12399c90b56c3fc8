"""Before the first frame: a signal ends it in order, a model that hangs with 1."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from support.hanging_model import hanging_classifier

from edgevision.cli.process import opening
from edgevision.cli.process.opening import stoppable_opening
from edgevision.errors import ModelError

REPOSITORY = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("fails", [False, True])
def test_a_signal_ends_the_opening_also_when_it_hit_a_child(monkeypatch, capsys, fails):
    monkeypatch.setattr(opening, "is_stopped", lambda: True)

    def open_model():
        with stoppable_opening(None):
            if fails:
                raise ModelError("The trial ended with signal 2.")

    with (
        click.Context(click.Command("run")),
        pytest.raises(click.exceptions.Exit) as left,
    ):
        open_model()
    assert left.value.exit_code == 0
    assert capsys.readouterr().err == "Stopped before the first frame.\n"


def test_without_a_signal_an_error_stays_an_error():
    with pytest.raises(ModelError, match="broken"), stoppable_opening(None):
        raise ModelError("broken")


@pytest.mark.parametrize("around", ["contextlib.nullcontext", "native_messages"])
def test_a_model_that_hangs_while_it_is_opened_ends_the_process(tmp_path, around):
    """Also while its words are overheard, as when threads are chosen."""
    model = tmp_path / "hang.tflite"
    model.write_bytes(hanging_classifier())
    script = f"""
import contextlib, sys
from edgevision.cli.process import stoppable_opening
from edgevision.runtime.interpreter import Interpreter
from edgevision.runtime.interpreter.captured_stderr import native_messages
interpreter = Interpreter(sys.argv[1], threads=1)
interpreter.input(0)[...] = 255
with stoppable_opening(0.3), {around}():
    interpreter.invoke()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(model)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "\nError: hang.tflite hangs: it has not come" in f"\n{done.stderr}"
