"""An app as a process: its lines, its signals, and its end."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from edgevision.runtime.demo import DETECTOR
from edgevision.runtime.interpreter.backends import installed_backends

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)
REPOSITORY = Path(__file__).resolve().parents[4]
TEXT = f"""\
[model]
file = '{DETECTOR}'
threads = 1
[camera.yard]
source = "synthetic:?fps=50&size=64x48"
"""


COMMAND = (sys.executable, "-m", "edgevision", "app", "app.toml")


def environment():
    paths = (str(REPOSITORY), os.environ.get("PYTHONPATH"))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


class AppProcess:
    """``edgevision app app.toml`` as a process.

    Args:
        folder: Where the file is.
        words: Behind the file's name.
    """

    def __init__(self, folder: Path, *words: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *words],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._limit = threading.Timer(60, self.process.kill)
        self._limit.start()
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stderr:
            self._lines.put(line)

    def line(self, beginning: str) -> str:
        """Return the next line on standard error that begins so."""
        while True:
            line = self._lines.get(timeout=30)
            if line.startswith(beginning):
                return line

    def end(self) -> int:
        """Return the exit status."""
        self.process.stdout.read()
        code = self.process.wait(30)
        self._reader.join(30)
        self.process.stdout.close()
        self.process.stderr.close()
        self._limit.cancel()
        return code


def test_sighup_reads_the_file_again_and_sigterm_ends_in_order(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text(TEXT)
    app = AppProcess(tmp_path)
    assert app.process.stdout.readline().startswith("yard  synthetic:#")
    path.write_text(f"{TEXT}max_fsp = 3\n")
    app.process.send_signal(signal.SIGHUP)
    assert "runs as before. app.toml, line 6: [camera.yard] max_fsp" in app.line(
        "app.toml was read again and is not used;"
    )
    path.write_text(f"{TEXT}max_fsp = 3\nmax_sfp = 3\n")
    app.process.send_signal(signal.SIGHUP)
    assert app.line("app.toml, line 7:").endswith("watch, when_motion.\n")
    path.write_text(f"{TEXT}max_fps = 30\n")
    app.process.send_signal(signal.SIGHUP)
    assert app.line("app.toml was read again:") == (
        "app.toml was read again: yard changed.\n"
    )
    app.process.send_signal(signal.SIGTERM)
    assert "age p50" in app.line("camera ")
    assert app.line("yard ").split()[-1] == "ended"
    assert app.end() == 0


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_lines_that_a_full_disk_does_not_take_are_an_error_at_the_end(tmp_path, words):
    sink = '[[sink]]\nto = "jsonl:out.jsonl"\n'
    (tmp_path / "app.toml").write_text(TEXT.replace("fps=50", "fps=0") + sink)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "--max-frames", "3", *words],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert "standard output lost 3 lines" in done.stderr.splitlines()[-1]
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3


def test_json_lines_are_records(tmp_path):
    (tmp_path / "app.toml").write_text(TEXT.replace("fps=50", "fps=0"))
    app = AppProcess(tmp_path, "--json", "--max-frames", "3")
    records = [json.loads(line) for line in app.process.stdout]
    assert [record["index"] for record in records] == [0, 1, 2]
    assert {record["camera"] for record in records} == {"yard"}
    assert app.end() == 0
