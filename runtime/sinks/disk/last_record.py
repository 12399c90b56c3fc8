"""The end of the last whole record of a file that a killed run has left."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, Final

_CHUNK: Final = 1 << 20

EndFinder = Callable[[BinaryIO], int]
"""Return how many bytes at the beginning of a file are whole records."""


def end_of_lines(file: BinaryIO) -> int:
    """Return where the last line ends that has its newline; 0: none has one.

    The file is read from its end.
    """
    position = file.seek(0, os.SEEK_END)
    while position > 0:
        start = max(0, position - _CHUNK)
        file.seek(start)
        newline = file.read(position - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        position = start
    return 0


def end_of_rows(file: BinaryIO) -> int:
    """Return where the last row of CSV ends that has its newline; 0: none has one.

    A newline between quotes belongs to a cell. Only the number of quotes from the
    beginning on tells which those are, so the file is read as a whole.
    """
    file.seek(0)
    end = start = 0
    is_quoted = False
    while chunk := file.read(_CHUNK):
        # Every other piece is outside quotes; a doubled quote leaves an empty one.
        pieces = chunk.split(b'"')
        ends_quoted = is_quoted ^ (len(pieces) % 2 == 0)
        position = len(chunk)
        for number in range(len(pieces) - 1, -1, -1):
            piece = pieces[number]
            position -= len(piece)
            if is_quoted == (number % 2 == 1):
                newline = piece.rfind(b"\n")
                if newline >= 0:
                    end = start + position + newline + 1
                    break
            position -= 1  # the quote before it
        is_quoted = ends_quoted
        start += len(chunk)
    return end
