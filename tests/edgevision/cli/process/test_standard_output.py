"""Standard output fails and works again; a reader that is gone stays gone."""

from __future__ import annotations

import errno
import json
import os

import pytest
from support.streams import event

from edgevision.cli.process import standard_output
from edgevision.cli.process.standard_output import StandardOutput
from edgevision.errors import SinkError

_NUMBER = 10**6  # of no file


class Disk:
    """A disk with room for so many more bytes."""

    def __init__(self):
        self.room = 10**9
        self.error = errno.ENOSPC
        self.data = b""

    def write(self, descriptor, data):
        """Take as much as there is room for, as ``os.write``."""
        assert descriptor == _NUMBER
        part = bytes(data)[: self.room]
        if not part:
            kind = BrokenPipeError if self.error == errno.EPIPE else OSError
            raise kind(self.error, "No space left on device")
        self.room -= len(part)
        self.data += part
        return len(part)

    @property
    def lines(self):
        """Return the lines that it has."""
        return self.data.decode().splitlines()


@pytest.fixture
def disk(monkeypatch):
    """Return what standard output writes to."""
    disk = Disk()
    monkeypatch.setattr(standard_output, "_descriptor", lambda: _NUMBER)
    monkeypatch.setattr(standard_output, "_wait", lambda descriptor: None)
    monkeypatch.setattr(standard_output, "_forget_standard_output", lambda: None)
    monkeypatch.setattr(standard_output.os, "write", disk.write)
    return disk


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_lines_go_on_when_there_is_space_again_and_none_is_torn(disk, monkeypatch):
    notes, clock = [], Clock()
    output = StandardOutput(as_json=True, is_only=False)
    output.tell(notes.append)
    monkeypatch.setattr(output._guard, "_clock", clock)
    output.write(event(0))
    disk.room = 5
    for number in range(1, 20):
        clock.now += 1.1
        output.write(event(number))
    assert notes == [
        "Cannot write to standard output: No space left on device. The run goes on "
        "and tries again."
    ]
    lost = output.lost
    disk.room, clock.now = 10**9, 1000.0
    output.write(event(20))
    assert "works again" in notes[-1]
    # The line that met the full disk is whole now; those between are counted.
    records = [json.loads(line)["index"] for line in disk.lines]
    assert records == [0, 1, 20]
    assert lost == output.lost == 19


def test_a_reader_that_is_gone_gets_no_more_and_every_event_counts(disk):
    notes = []
    output = StandardOutput(as_json=False, is_only=False)
    output.tell(notes.append)
    disk.room, disk.error = 0, errno.EPIPE
    for number in range(5):
        output.write(event(number))
    output.close()
    assert output.lost == 5
    assert notes == [
        "Cannot write to standard output: its reader is gone. It gets no more events "
        "in this run."
    ]


@pytest.mark.parametrize("error", [errno.EPIPE, errno.ENOSPC])
def test_without_another_sink_the_run_ends(disk, error):
    output = StandardOutput(as_json=True, is_only=True)
    disk.room, disk.error = 0, error
    with pytest.raises(SinkError, match="pass --sink to keep them"):
        output.write(event())
    assert output.lost == 1


def test_a_reader_that_stands_still_does_not_keep_the_run_from_its_end(monkeypatch):
    reading, writing = os.pipe()
    stopped = []
    monkeypatch.setattr(standard_output, "_descriptor", lambda: writing)
    monkeypatch.setattr(standard_output, "_LOOK_S", 0.02)
    # Asked only where the pipe takes nothing: the signal comes at the third look.
    monkeypatch.setattr(
        standard_output, "is_stopped", lambda: stopped.append(0) or len(stopped) > 2
    )
    notes = []
    output = StandardOutput(as_json=True, is_only=False)
    output.tell(notes.append)
    count = 0
    while not output.lost and count < 10**5:
        output.write(event(count))
        count += 1
    os.close(writing)
    with os.fdopen(reading) as lines:
        text = lines.read()
    assert len(stopped) == 3
    assert notes == [
        "Cannot write to standard output: its reader stands still. It gets no more "
        "events in this run."
    ]
    *whole, _ = text.split("\n")
    assert [json.loads(line)["index"] for line in whole] == list(range(count - 1))
