"""A disk whose power can fail: what was not flushed is lost, in part or altogether.

A real disk confirms a write when it is in its own memory, and may bring writes to the
medium in any order; only a flush promises that all before it are there. Killing a
virtual machine alone does not show this: the host keeps what the machine has written
(with any cache mode of qemu but a discarded overlay). So this server, which speaks the
Network Block Device protocol (https://github.com/NetworkBlockDevice/nbd, doc/proto.md),
keeps a log of all writes and flushes, and makes images of the disk as a power cut at
any entry of the log may leave it.
"""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SECTOR: Final = 512
_MAGIC: Final = b"NBDMAGICIHAVEOPT"
_REPLY_MAGIC: Final = 0x3E889045565A9
_OPTION: Final = struct.Struct(">8sII")
_OPTION_REPLY: Final = struct.Struct(">QIII")
_REQUEST: Final = struct.Struct(">IHHQQI")
_ANSWER: Final = struct.Struct(">IIQ")
# has flags, flush, forced unit access
_FLAGS: Final = 1 | 4 | 8
_READ, _WRITE, _END, _FLUSH = 0, 1, 2, 3
_FUA: Final = 1


@dataclass(frozen=True)
class Write:
    """A write in the log; ``data`` of a flush is empty.

    Attributes:
        offset: Where, in bytes.
        data: What.
        is_forced: It was on the medium before it was confirmed.
        at: When it was confirmed, by the host's monotonic clock.
    """

    offset: int
    data: bytes
    is_forced: bool = False
    at: float = field(default_factory=time.monotonic)


class PowerDisk:
    """A disk in memory that one virtual machine uses over a socket.

    Args:
        image: The disk's content at the beginning.
        place: The path of the socket.
    """

    def __init__(self, image: bytes, place: Path) -> None:
        self._first = image
        self._content = bytearray(image)
        self.log: list[Write] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(place))
        self._listener.listen(1)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Wait until the machine is gone."""
        self._thread.join(10)
        self._listener.close()

    def image_after_cut(self, at: float, chance: random.Random) -> bytes:
        """Return what may be on the medium when the power fails.

        Args:
            at: When, by the host's monotonic clock.
            chance: Decides which of the writes after the last flush are there: none,
                all, or some of them, each whole or in part.
        """
        entries = [one for one in self.log if one.at <= at]
        flushes = [i for i, one in enumerate(entries) if not one.data]
        sure = flushes[-1] if flushes else 0
        share = chance.choice((0.0, 0.3, 0.7, 1.0))
        image = bytearray(self._first)
        for number, one in enumerate(entries):
            end = one.offset + len(one.data)
            if number < sure or one.is_forced:
                image[one.offset : end] = one.data
            elif chance.random() < share:
                self._write_some(image, one, chance)
        return bytes(image)

    @staticmethod
    def _write_some(image: bytearray, one: Write, chance: random.Random) -> None:
        """Write all sectors, or those up to one: a sector itself is whole."""
        length = len(one.data)
        if chance.random() < 0.2:
            length = chance.randrange(0, length + 1, SECTOR)
        image[one.offset : one.offset + length] = one.data[:length]

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as reader:
            try:
                if self._agree(connection, reader):
                    self._work(connection, reader)
            except (EOFError, OSError, struct.error):
                return  # the machine was killed

    def _agree(self, connection: socket.socket, reader) -> bool:
        connection.sendall(_MAGIC + struct.pack(">H", 3))
        _exactly(reader, 4)
        while True:
            _, option, length = _OPTION.unpack(_exactly(reader, _OPTION.size))
            _exactly(reader, length)

            def reply(kind: int, data: bytes = b"", option: int = option) -> None:
                head = _OPTION_REPLY.pack(_REPLY_MAGIC, option, kind, len(data))
                connection.sendall(head + data)

            export = struct.pack(">QH", len(self._content), _FLAGS)
            if option in (6, 7):  # INFO, GO
                reply(3, struct.pack(">H", 0) + export)
                reply(1)
                if option == 7:
                    return True
            elif option == 2:  # ABORT
                reply(1)
                return False
            else:
                reply(2**31 + 1)  # not supported

    def _work(self, connection: socket.socket, reader) -> None:
        while True:
            request = _exactly(reader, _REQUEST.size)
            _, flags, kind, handle, offset, length = _REQUEST.unpack(request)
            answer = b""
            if kind == _READ:
                answer = bytes(self._content[offset : offset + length])
            elif kind == _WRITE:
                data = _exactly(reader, length)
                self._content[offset : offset + length] = data
                self.log.append(Write(offset, data, bool(flags & _FUA)))
            elif kind == _FLUSH:
                self.log.append(Write(0, b""))
            elif kind == _END:
                return
            connection.sendall(_ANSWER.pack(0x67446698, 0, handle) + answer)


def _exactly(reader, count: int) -> bytes:
    data = reader.read(count)
    if len(data) < count:
        raise EOFError
    return data
