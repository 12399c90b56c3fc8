"""The disk of the rig keeps what was flushed, and loses what was not as a disk may."""

from __future__ import annotations

import random
import socket
import struct
import time

import pytest
from rigs.power.power_disk import SECTOR, PowerDisk

SIZE = 64 * SECTOR


class Machine:
    """The few requests that a virtual machine sends to its disk."""

    def __init__(self, place):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(place))
        self._reader = self._socket.makefile("rb")
        assert self._reader.read(18)[:8] == b"NBDMAGIC"
        go = b"IHAVEOPT" + struct.pack(">II", 7, 0)
        self._socket.sendall(struct.pack(">I", 3) + go)
        size = struct.unpack(">Q", self._reader.read(20 + 12)[22:30])[0]
        self._reader.read(20)  # the acknowledgement
        assert size == SIZE

    def ask(self, kind, offset=0, data=b"", *, length=0, forced=0):
        request = (0x25609513, forced, kind, 7, offset, length or len(data))
        self._socket.sendall(struct.pack(">IHHQQI", *request) + data)
        magic, error, handle = struct.unpack(">IIQ", self._reader.read(16))
        assert (magic, error, handle) == (0x67446698, 0, 7)
        return self._reader.read(length)

    def close(self):
        self._reader.close()
        self._socket.close()


@pytest.fixture
def disk_and_machine(tmp_path):
    disk = PowerDisk(bytes(SIZE), tmp_path / "disk")
    machine = Machine(tmp_path / "disk")
    yield disk, machine
    machine.close()
    disk.close()


def test_what_was_flushed_is_there_and_the_rest_in_part(disk_and_machine):
    disk, machine = disk_and_machine
    machine.ask(1, 0, b"a" * 4 * SECTOR)
    before = time.monotonic()
    machine.ask(3)
    machine.ask(1, 8 * SECTOR, b"b" * 4 * SECTOR)
    machine.ask(1, 16 * SECTOR, b"c" * 4 * SECTOR, forced=1)
    assert machine.ask(0, 8 * SECTOR, length=2) == b"bb"  # the machine sees its writes
    chance = random.Random(1)
    images = [disk.image_after_cut(time.monotonic(), chance) for _ in range(60)]
    assert all(image[: 4 * SECTOR] == b"a" * 4 * SECTOR for image in images)
    assert all(image[16 * SECTOR :].startswith(b"c" * 4 * SECTOR) for image in images)
    counts = {image.count(b"b") for image in images}
    assert {0, 4 * SECTOR} < counts  # none, all and something between
    assert all(count % SECTOR == 0 for count in counts)
    early = [disk.image_after_cut(before, chance) for _ in range(20)]
    assert {image.count(b"b") + image.count(b"c") for image in early} == {0}
    assert len({image.count(b"a") for image in early}) > 1
