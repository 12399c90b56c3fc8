"""An output that a process writes to is kept from others, and they learn by whom."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from edgevision.errors import SinkError
from edgevision.files import close_output, hold_folder, hold_name, hold_output, locks

HOLDER = """
import os, sys, time
from edgevision.errors import SinkError
from edgevision.files import hold_output
descriptor = os.open(sys.argv[1], os.O_RDWR)
hold_output(descriptor, sys.argv[1], error=SinkError)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def held(tmp_path: Path):
    """Give a file that another process holds, and that process."""
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"")
    command = [sys.executable, "-c", HOLDER, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield path, process
        process.kill()


def _hold(path: Path) -> None:
    with path.open("r+b") as file:
        hold_output(file.fileno(), path, error=SinkError)


def test_who_writes_is_named_and_a_dead_process_holds_nothing(held):
    path, process = held
    name = Path(f"/proc/{process.pid}/comm").read_text().strip()
    sentence = f"{path} is written to by process {process.pid} ({name}). Stop that, or"
    with pytest.raises(SinkError, match=re.escape(sentence)):
        _hold(path)
    process.kill()
    process.wait()
    _hold(path)


def test_a_process_that_cannot_be_seen_is_another_process(held, monkeypatch):
    path, _ = held
    monkeypatch.setattr(locks, "_LOCKS", "/nowhere")
    with pytest.raises(SinkError, match="is written to by another process"):
        _hold(path)


def test_a_table_that_changes_while_it_is_read_is_read_again(held, monkeypatch):
    path, process = held
    real, reads = locks._holders, []

    def first_without_a_line():
        reads.append(1)
        return real() if len(reads) > 1 else {}

    monkeypatch.setattr(locks, "_holders", first_without_a_line)
    with pytest.raises(SinkError, match=f"by process {process.pid} "):
        _hold(path)


def test_two_outputs_of_one_run_on_one_file_are_told(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"")
    with path.open("r+b") as file:
        hold_output(file.fileno(), path, error=SinkError)
        with pytest.raises(SinkError, match="another output of this very process"):
            _hold(path)
    _hold(path)


def test_a_folder_is_held_until_its_descriptor_is_closed(tmp_path):
    descriptor = hold_folder(tmp_path, error=SinkError)
    with pytest.raises(SinkError, match="another output of this very process"):
        hold_folder(tmp_path, error=SinkError)
    os.close(descriptor)
    os.close(hold_folder(tmp_path, error=SinkError))


def test_a_name_is_held_for_a_piece_of_work_and_nothing_is_left(tmp_path, monkeypatch):
    path = tmp_path / ("n" * 255)
    with hold_name(path, error=SinkError):
        monkeypatch.chdir(tmp_path)
        with (
            pytest.raises(SinkError, match="another output of this very process"),
            hold_name("n" * 255, error=SinkError),  # the same file by another path
        ):
            pass
        with hold_name(tmp_path / "other", error=SinkError):
            assert len(list(tmp_path.iterdir())) == 2
    assert not list(tmp_path.iterdir())
    with hold_name(path, error=SinkError), hold_name("nowhere/x", error=SinkError):
        pass
    assert not list(tmp_path.iterdir())


def test_a_name_whose_lock_was_removed_just_now_is_held_anew(tmp_path, monkeypatch):
    """The holder ends between our opening its lock file and our locking it."""
    real, removed = locks.take_lock, []

    def late(descriptor):
        if not removed:
            (lock,) = tmp_path.iterdir()
            lock.unlink()
            removed.append(lock)
        return real(descriptor)

    monkeypatch.setattr(locks, "take_lock", late)
    with hold_name(tmp_path / "a", error=SinkError):
        assert removed == list(tmp_path.iterdir())
        with (
            pytest.raises(SinkError, match="another output"),
            hold_name(tmp_path / "a", error=SinkError),
        ):
            pass


def test_a_file_system_without_locks_holds_nobody_up(tmp_path, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    os.close(hold_folder(tmp_path, error=SinkError))


def _forked(work=lambda: None):
    """Fork a child that does some work and then waits to be killed."""
    done, is_done = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os.write(is_done, b"x")
            time.sleep(60)
        finally:
            os._exit(0)
    assert os.read(done, 1) == b"x"
    for descriptor in (done, is_done):
        os.close(descriptor)
    return pid


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_does_not_keep_what_its_parent_closes(tmp_path):
    """The children of multiprocessing live on while the program records anew."""
    folder = hold_folder(tmp_path, error=SinkError)
    child = _forked()
    try:
        close_output(folder)
        close_output(hold_folder(tmp_path, error=SinkError))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_does_not_unlock_what_its_parent_holds(tmp_path):
    folder = hold_folder(tmp_path, error=SinkError)
    child = _forked(lambda: close_output(folder))
    try:
        with pytest.raises(SinkError, match="another output of this very process"):
            hold_folder(tmp_path, error=SinkError)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        close_output(folder)
