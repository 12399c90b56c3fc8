"""Records are on the disk soon, and nobody waits for that."""

from __future__ import annotations

import os
import threading

import pytest
from edgevision.runtime.sinks.disk import disk_sync
from edgevision.runtime.sinks.disk.disk_sync import DiskSync
from edgevision.runtime.sinks.open import open_sink
from support.streams import event


class Disk:
    """The calls that bring files to the disk, as this test lets them end."""

    def __init__(self, monkeypatch):
        self.synced: list[tuple[str, int]] = []
        self.error: OSError | None = None
        self.asked = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        monkeypatch.setattr(os, "fdatasync", self._sync)

    def _sync(self, descriptor):
        size = os.fstat(descriptor).st_size
        name = os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))
        self.asked.set()
        self.may_end.wait(20)
        self.synced.append((name, size))
        if self.error is not None:
            raise self.error


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


def _file(tmp_path, name="a"):
    return os.open(tmp_path / name, os.O_RDWR | os.O_CREAT)


def test_what_is_written_is_synced_without_a_close(tmp_path, disk):
    descriptor = _file(tmp_path)
    sync = DiskSync(tmp_path, 0.01)
    sync.watch(descriptor)
    for _ in range(2):
        disk.asked.clear()
        os.write(descriptor, b"x")
        sync.changed()
        assert disk.asked.wait(20)
    sync.close()
    sync.close()
    assert disk.synced[-1] == ("a", 2)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_slow_disk_holds_no_write_up(tmp_path, disk):
    disk.may_end.clear()
    sink = open_sink(f"jsonl:{tmp_path}/out.jsonl?sync=0.001")
    sink.write(event(0))
    assert disk.asked.wait(20)
    for number in range(1, 50):
        sink.write(event(number))  # the disk does not answer
    assert not disk.synced
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 50
    disk.may_end.set()
    sink.close()
    assert disk.synced[-1] == ("out.jsonl", (tmp_path / "out.jsonl").stat().st_size)
    assert sink.lost == 0


def test_a_disk_that_takes_nothing_is_told_and_counted(tmp_path, disk):
    notes: list[str] = []
    disk.error = OSError(5, "Input/output error")
    sink = open_sink(f"csv:{tmp_path}/out.csv")
    sink.tell(notes.append)
    sink.write(event(0))
    sink.close()
    path = tmp_path / "out.csv"
    assert notes == [f"Cannot bring {path} to the disk: Input/output error."]
    assert sink.lost == 1


def test_an_error_of_the_disk_is_told_at_the_next_write(tmp_path, disk):
    notes: list[str] = []
    disk.error = OSError(5, "Input/output error")
    sink = open_sink(f"jsonl:{tmp_path}/out.jsonl?sync=0.001")
    sink.tell(notes.append)
    for number in range(100):
        disk.asked.clear()
        sink.write(event(number))
        if notes:
            break
        assert disk.asked.wait(20)
    assert "to the disk: Input/output error. Records of the last" in notes[0]
    disk.error = None
    sink.close()


def test_a_disk_that_does_not_answer_holds_no_run_for_ever(tmp_path, disk, monkeypatch):
    monkeypatch.setattr(disk_sync, "LONGEST_WAIT_S", 0.05)
    disk.may_end.clear()
    descriptor = _file(tmp_path)
    sync = DiskSync(tmp_path, 0.001)
    sync.watch(descriptor)
    sync.changed()
    assert disk.asked.wait(20)
    with pytest.raises(OSError, match=r"did not answer for 0\.05 s"):
        sync.close()
    disk.may_end.set()
    for thread in threading.enumerate():
        if thread.name == "edgevision-disk":
            thread.join(20)


def test_a_file_system_that_cannot_sync_loses_nothing(tmp_path, disk):
    disk.error = OSError(22, "Invalid argument")
    sync = DiskSync(tmp_path, 60.0)
    sync.watch(_file(tmp_path))
    sync.changed()
    sync.close()
    assert disk.synced


def test_no_thread_is_made_where_the_system_is_to_decide(tmp_path, disk):
    before = threading.active_count()
    with open_sink(f"jsonl:{tmp_path}/out.jsonl?sync=0") as sink:
        for number in range(5):
            sink.write(event(number))
        assert threading.active_count() == before
    assert not disk.synced
