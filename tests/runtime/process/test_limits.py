"""A child keeps its limits, and does not outlive its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from edgevision.runtime.process.child import child_command

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="these limits are Linux's"
)

CHILD = """
import os, sys, time
from edgevision.runtime.process.limits import limit_this_process
def main(words):
    limit_this_process(int(words[0]), cpu_seconds=int(words[1]), more_bytes=2**31)
    print(os.getpid(), flush=True)
    while words[2] == "busy":
        pass
    time.sleep(60)
"""


@pytest.fixture
def command(tmp_path, monkeypatch):
    (tmp_path / "busy_child.py").write_text(CHILD)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def of(parent: int, seconds: int, what: str) -> list[str]:
        return child_command("busy_child", str(parent), str(seconds), what)

    return of


def test_a_child_that_computes_for_ever_is_stopped(command):
    done = subprocess.run(
        command(os.getpid(), 1, "busy"), capture_output=True, timeout=30, check=False
    )
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_child_of_a_parent_that_is_gone_ends_at_once(command):
    done = subprocess.run(
        command(1, 5, "idle"), capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_child_ends_with_its_parent(command, tmp_path):
    # The parent starts the child, says its id, and waits to be killed.
    (tmp_path / "parent.py").write_text(
        "import os, subprocess, sys\n"
        "words = sys.argv[1:]\n"
        "words[words.index('PARENT')] = str(os.getpid())\n"
        "subprocess.run(words)\n"
    )
    words = ["PARENT" if word == "0" else word for word in command(0, 50, "idle")]
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "parent.py"), *words], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    stat = Path(f"/proc/{child}/stat")
    for _ in range(100):
        # What is left of it may wait for a reaper that this container lacks.
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child outlived its parent")
