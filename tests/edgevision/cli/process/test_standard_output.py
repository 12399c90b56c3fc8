"""Standard output fails and works again; a reader that is gone stays gone."""

from __future__ import annotations

import errno
import io
import json
import sys

import pytest
from support.streams import event

from edgevision.cli.process import standard_output
from edgevision.cli.process.standard_output import StandardOutput
from edgevision.errors import SinkError


class Disk(io.RawIOBase):
    """A disk with room for so many more bytes."""

    def __init__(self):
        self.room = 10**9
        self.error = errno.ENOSPC
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        part = bytes(data)[: self.room]
        if not part:
            raise OSError(self.error, "No space left on device")
        self.room -= len(part)
        self.data += part
        return len(part)

    @property
    def lines(self):
        return self.data.decode().splitlines()


def _disk(monkeypatch):
    """Return what standard output writes to, from now on; pytest has its own before."""
    disk = Disk()
    monkeypatch.setattr(
        sys, "stdout", io.TextIOWrapper(io.BufferedWriter(disk, 1 << 16), "utf-8")
    )
    monkeypatch.setattr(standard_output, "_forget_standard_output", lambda: None)
    return disk


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_lines_go_on_when_there_is_space_again_and_none_is_torn(monkeypatch):
    disk = _disk(monkeypatch)
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


def test_a_reader_that_is_gone_gets_no_more_and_every_event_counts(monkeypatch):
    disk = _disk(monkeypatch)
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
def test_without_another_sink_the_run_ends(monkeypatch, error):
    disk = _disk(monkeypatch)
    output = StandardOutput(as_json=True, is_only=True)
    disk.room, disk.error = 0, error
    with pytest.raises(SinkError, match="pass --sink to keep them"):
        output.write(event())
    assert output.lost == 1
