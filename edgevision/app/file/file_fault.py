"""What is wrong in an app's file, with its line and its column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...errors import AppFileError, both_ends
from ...redaction import hide_pieces, hide_secrets, redact
from ...runtime.tables import TableFault, place_text
from .environment import FilledIn
from .toml import Position, Positions

MOST_SHOWN: Final = 10
_BEFORE: Final = 50
_WIDTH: Final = 80


@dataclass(frozen=True)
class FileFault:
    """One thing that is wrong in an app's file.

    Attributes:
        line: From 1; 0 where there is no file.
        column: From 1.
        place: The table and the key, as ``[rule.intruder] when:``; empty where the file
            is no TOML.
        sentence: What is wrong, and what to do.
        marked: Two lines: a text, and a mark below the character that is wrong; empty
            where there is none.
    """

    line: int
    column: int
    place: str
    sentence: str
    marked: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """Return the whole sentence, with the file's name."""
        place = f"{self.place} " if self.place else ""
        line = f", line {self.line}" if self.line else ""
        return hide_secrets(f"{name}{line}: {place}{self.sentence}")


def located(
    fault: TableFault, positions: Positions | None, filled: FilledIn | None = None
) -> FileFault:
    """Return a fault with its line, where there is a file.

    Args:
        fault: What is wrong.
        positions: Where each key stands.
        filled: The values of variables, of which the fault shows no piece.
    """
    secrets = [
        value
        for path, values in (filled or {}).items()
        if all(a == b for a, b in zip(path, fault.path, strict=False))
        for value in values
    ]
    place = positions.of(fault.path) if positions is not None else Position(0, 0)
    marked: tuple[str, ...] = ()
    if fault.position is not None and not secrets:
        marked = mark(fault.text, fault.position)
    name = place_text(fault.path, is_of_table=fault.is_of_table)
    sentence = hide_pieces(fault.sentence, secrets)
    return FileFault(place.line, place.column, name, sentence, marked)


def mark(text: str, index: int) -> tuple[str, ...]:
    """Return the part of a text around a character, and a mark below it.

    Nothing is returned for a text with a password in it: it is not shown, and without
    it the mark is at another place.

    Example:
        >>> mark("person on lawn", 7)
        ('    person on lawn', '           ^')
    """
    line = "".join(char if char.isprintable() else " " for char in text)
    if redact(line) != line:
        return ()
    cut = max(index - _BEFORE, 0)
    return f"    {line[cut : cut + _WIDTH]}", f"    {' ' * (index - cut)}^"


def file_error(name: str, faults: Sequence[FileFault]) -> AppFileError:
    """Return the error for a file: its faults in the order of their lines.

    Args:
        name: The file's name.
        faults: At least one.
    """
    ordered = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    if len(ordered) == 1:
        only = ordered[0]
        return AppFileError(only.text(name), faults=ordered, table=only.marked)
    table: list[str] = []
    for fault in ordered[:MOST_SHOWN]:
        table += [both_ends(fault.text(name)), *fault.marked]
    if len(ordered) > MOST_SHOWN:
        table.append(f"... and {len(ordered) - MOST_SHOWN} more.")
    return AppFileError(
        f"{name} has {len(ordered)} faults.", faults=ordered, table=tuple(table)
    )
