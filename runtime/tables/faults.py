"""What is wrong in a table of a file, with the path of each key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import shown

TablePath = tuple[str | int, ...]
"""The keys from the top of the file, and the indexes of items from 0."""


@dataclass(frozen=True)
class TableFault:
    """One thing that is wrong in a table.

    Attributes:
        path: Where: the key, or the table where a key is missing or unknown.
        sentence: What is wrong, what was expected, and one next step.
        is_of_table: The path is that of a table, and the sentence names its key.
        text: For a value that has a grammar of its own, such as a rule: the value.
        position: The index in ``text`` of the character that is wrong.
    """

    path: TablePath
    sentence: str
    is_of_table: bool = False
    text: str = ""
    position: int | None = None

    def __str__(self) -> str:
        """Return the place and the sentence, as ``[camera.yard] max_fps: ...``."""
        return f"{place_text(self.path, is_of_table=self.is_of_table)} {self.sentence}"


class TableError(ValueError):
    """A table with faults.

    Attributes:
        faults: All of them, at least one, in the order of the file.
    """

    def __init__(self, *faults: TableFault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class FaultList:
    """The faults of a file, gathered while the rest is still read.

    Attributes:
        faults: What was gathered so far.
    """

    def __init__(self) -> None:
        self.faults: list[TableFault] = []

    def add(self, path: TablePath, sentence: str, *, is_of_table: bool = False) -> None:
        """Add one fault; see :class:`TableFault`."""
        self.faults.append(TableFault(path, sentence, is_of_table=is_of_table))

    def take(self, error: TableError) -> None:
        """Add the faults of an error."""
        self.faults.extend(error.faults)

    def refuse(self) -> None:
        """Raise all that was gathered.

        Raises:
            TableError: There is at least one fault.
        """
        if self.faults:
            raise TableError(*self.faults)


def as_path(where: str | TablePath) -> TablePath:
    """Return a path from ``camera.yard.region``; numbers are indexes of items."""
    if not isinstance(where, str):
        return where
    return tuple(int(p) if p.isdecimal() else p for p in where.split(".") if p)


def place_text(path: TablePath, *, is_of_table: bool = False) -> str:
    """Return a path as people know it from the file.

    Example:
        >>> place_text(("rule", "intruder", "when"))
        '[rule.intruder] when:'
        >>> place_text(("sink", 1, "to"))
        '[[sink]] 2, to:'
        >>> place_text(("camera", "yard", "region", "lawn", "zone", 2))
        '[camera.yard.region.lawn] zone, item 3:'
        >>> place_text(("camera", "yard"), is_of_table=True)
        '[camera.yard]'
    """
    keys = len(path)
    if not is_of_table:
        keys = max((i for i, p in enumerate(path) if isinstance(p, str)), default=0)
    table, rest = path[:keys], path[keys:]
    names = ".".join(part for part in table if isinstance(part, str))
    numbers = [part + 1 for part in table if isinstance(part, int)]
    text = f"[[{names}]] {numbers[-1]}" if numbers else f"[{names}]" if names else ""
    if rest:
        text += f"{', ' if numbers else ' ' if text else ''}{rest[0]}"
    text += "".join(f", item {part + 1}" for part in rest[1:] if isinstance(part, int))
    return text if is_of_table else f"{text}:"


def unknown_key(key: str, known: Iterable[str]) -> str:
    """Return the sentence for a key that a table does not have."""
    return f"no such key here. {nearest(key, known)}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the name that was probably meant, and all that there are.

    Example:
        >>> nearest("max_fsp", ["source", "max_fps"])
        "Did you mean 'max_fps'? Known: max_fps, source."
    """
    names = sorted(known)
    close = difflib.get_close_matches(name[:200].lower(), names, n=1)
    hint = f"Did you mean {shown(close[0])}? " if close else ""
    return f"{hint}Known: {', '.join(names) or 'none'}."
