"""A child keeps its limits, and does not outlive its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edgevision.child import child_command

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="these limits are Linux's"
)

CHILD = """
import mmap, os, sys, time
from edgevision.devices import memory
from edgevision.runtime.process.limits import limit_memory, limit_this_process
def main(words):
    parent, seconds, what = words
    limit_this_process(int(parent), cpu_seconds=int(seconds), file_bytes=4096)
    print(os.getpid(), flush=True)
    if what == "takes":
        memory.available_bytes = lambda: 0  # 64 MB are left all the same
        limit_memory()
        print(len(bytearray(32 * 2**20)), flush=True)
        bytearray(80 * 2**20)
    if what == "maps":
        memory.available_bytes = lambda: 64 * 2**20
        limit_memory(maps_freely=True)
        print(len(mmap.mmap(-1, 2**33, prot=mmap.PROT_READ)), flush=True)
        limit_memory()
        mmap.mmap(-1, 2**33, prot=mmap.PROT_READ)
    if what == "writes":
        with open("output", "wb", buffering=0) as file:
            print(file.write(bytes(8192)), flush=True)
            file.write(b"x")
    while what == "busy":
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


def run(words, **options):
    """Run a command to its end, with a standard input that stays open."""
    reading, writing = os.pipe()
    try:
        return subprocess.run(
            words,
            stdin=reading,
            capture_output=True,
            timeout=30,
            check=False,
            **options,
        )
    finally:
        os.close(reading)
        os.close(writing)


def test_a_child_that_computes_for_ever_is_stopped(command):
    done = run(command(os.getpid(), 1, "busy"))
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_child_of_a_parent_that_is_gone_ends_at_once(command):
    done = run(command(1, 5, "idle"))
    assert (done.returncode, done.stdout) == (1, b"")


def test_a_child_ends_with_its_parent(command, tmp_path):
    # The parent starts the child, says its id, and waits to be killed.
    (tmp_path / "parent.py").write_text(
        "import os, subprocess, sys\n"
        "words = sys.argv[1:]\n"
        "words[words.index('PARENT')] = str(os.getpid())\n"
        "subprocess.run(words, stdin=os.pipe()[0])\n"
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


def test_a_child_ends_when_its_input_does(command):
    """Where the system sends no signal, or sends it to somebody else."""
    with subprocess.Popen(
        command(os.getpid(), 50, "idle"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        child.stdin.close()
        assert child.wait(20) == 1


def test_a_child_takes_what_is_free_and_no_more(command):
    done = run(command(os.getpid(), 20, "takes"))
    assert done.returncode == 1
    assert done.stdout.split()[1:] == [b"%d" % (32 * 2**20)]
    assert done.stderr.split()[-1] == b"MemoryError"


def test_a_child_fills_no_disk(command, tmp_path):
    done = run(command(os.getpid(), 20, "writes"), cwd=tmp_path)
    assert done.stdout.split()[1:] == [b"4096"]
    assert b"File too large" in done.stderr
    assert (tmp_path / "output").stat().st_size == 4096


def test_a_driver_maps_what_it_likes(command):
    done = run(command(os.getpid(), 20, "maps"))
    assert done.stdout.split()[1:] == [b"%d" % 2**33]
    assert b"Cannot allocate memory" in done.stderr
