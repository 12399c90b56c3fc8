"""What Python itself prints, of errors, warnings and logs, obeys no terminal either."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from edgevision.cli.faults import LogLine, escape_words
from edgevision.cli.main import cli

EVIL = "a\x1b]0;t\x07\u202e"
SHOWN = "a\\x1b]0;t\\x07\\u202e"


def _python(code: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    begin = "from edgevision.cli.faults import escape_everything as e; e()\n"
    return subprocess.run(
        [sys.executable, "-c", f"{begin}EVIL = {EVIL!r}\n{code}"],
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "code",
    [
        "raise RuntimeError(EVIL)",
        "import warnings; warnings.warn(EVIL)",
        "import threading\ndef run(): raise RuntimeError(EVIL)\n"
        "thread = threading.Thread(target=run); thread.start(); thread.join()",
        "class Part:\n def __del__(self): raise RuntimeError(EVIL)\nPart()",
        "import logging; logging.getLogger('other').warning(EVIL)",
        "import sys; print('\\u0416\\udce9', file=sys.stderr); raise ValueError(EVIL)",
    ],
    ids=["traceback", "warning", "thread", "unraisable", "log", "encoding"],
)
def test_hooks_escape(code):
    done = _python(code, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    text = done.stderr.decode("ascii")
    assert SHOWN in text
    assert "\x1b" not in text


def test_hooks_say_where_it_was_as_python_does():
    done = _python(
        "import threading\n"
        "def run(): raise RuntimeError('lost')\n"
        "thread = threading.Thread(target=run, name='reader')\n"
        "thread.start(); thread.join()\n"
        "class Part:\n def __del__(self): raise RuntimeError('late')\nPart()\n"
    )
    text = done.stderr.decode()
    assert "Exception in thread reader:\nTraceback" in text
    assert "Exception ignored in: <function Part.__del__" in text


def test_a_thread_that_exits_says_nothing_and_a_stream_that_is_gone_is_no_error():
    done = _python(
        "import sys, threading\n"
        "thread = threading.Thread(target=sys.exit); thread.start(); thread.join()\n"
        "sys.stderr.flush(); sys.stderr = open('/dev/full', 'w', buffering=1)\n"
        "sys.excepthook(ValueError, ValueError('lost'), None)\n"
        "print('goes on'); sys.stdout.flush()\n"
        "import os; os._exit(0)"
    )
    assert (done.stdout, done.stderr) == (b"goes on\n", b"")


def test_a_traceback_in_a_log_is_escaped_and_keeps_its_lines():
    try:
        raise RuntimeError(EVIL)
    except RuntimeError:
        record = logging.LogRecord(
            "edgevision", logging.ERROR, "x.py", 1, "%s", (EVIL,), sys.exc_info()
        )
    lines = LogLine("%(levelname)s: %(message)s").format(record).split("\n")
    assert lines[0] == f"ERROR: {SHOWN}"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == f"RuntimeError: {SHOWN}"


@pytest.mark.parametrize(
    "words",
    [
        [EVIL],
        [f"--{EVIL}"],
        ["run", "net.tflite", EVIL],
        ["run", "net.tflite", f"--{EVIL}"],
        ["run", "net.tflite", "--threads", EVIL],
        ["run", "net.tflite", "--max-frames", EVIL],
        ["run", "net.tflite", "--sink", EVIL],
        ["doctor", "--want", EVIL],
        ["inspect", "net.tflite", "--report", EVIL],
        ["train", EVIL, "-o", "x.txt", "--epochs", EVIL],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_answered_without_control_characters(words):
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output
    assert SHOWN in done.output


def test_the_words_of_a_wrong_call_are_cut():
    error = click.UsageError("begins " + "a" * 10**6)
    escape_words(error)
    assert len(error.format_message()) == 2000
