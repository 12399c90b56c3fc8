"""An app's file: read, described, and each fault with its line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...errors import AppFileError
from ...runtime.tables import FaultList, TableError, read_table
from ..description import AppDescription
from .environment import FilledIn, fill_in
from .file_fault import FileFault, file_error, located, mark
from .toml import Positions, TomlSyntaxError, cure, loads

_LARGEST: Final = 1_000_000


@dataclass(frozen=True)
class AppFile:
    """An app's file that was read.

    Attributes:
        description: What it says.
        path: Where it is; None for an app that was described in Python.
        positions: Where each key stands.
        filled: The values of variables of the environment, by the paths of their texts.
    """

    description: AppDescription
    path: Path | None = None
    positions: Positions | None = field(default=None, repr=False, compare=False)
    filled: FilledIn = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Return what sentences call it."""
        return self.path.name if self.path is not None else "the app"

    def error(self, faults: FaultList | TableError) -> AppFileError:
        """Return what was noticed later, with the lines of this file."""
        return file_error(
            self.name,
            [located(each, self.positions, self.filled) for each in faults.faults],
        )


def read_app_file(
    path: str | os.PathLike[str], environment: Mapping[str, str] | None = None
) -> AppFile:
    """Return what an app's file says; nothing is opened but the file.

    Args:
        path: A TOML file in UTF-8.
        environment: Fills in ``${NAME}``; None means the variables of this process.

    Raises:
        AppFileError: The file cannot be read, or says what cannot be meant: all faults
            at once, each with its line and a cure.
    """
    place = Path(path)
    text = _text(place)
    try:
        tables = loads(text)
    except TomlSyntaxError as error:
        raise file_error(place.name, [_syntax_fault(error, text)]) from error
    positions = Positions(text)
    faults = FaultList()
    variables = os.environ if environment is None else environment
    filled: FilledIn = {}
    description = _description(fill_in(tables, variables, faults, filled), faults)
    if description is None or faults.faults:
        raise file_error(
            place.name, [located(each, positions, filled) for each in faults.faults]
        )
    return AppFile(description, place, positions, filled)


def _description(tables: dict[str, Any], faults: FaultList) -> AppDescription | None:
    # A variable that is missing left an empty text, which need not be a fault of its
    # own.
    missing = {fault.path for fault in faults.faults}
    try:
        return read_table(AppDescription, tables)
    except TableError as error:
        faults.faults += [each for each in error.faults if each.path not in missing]
        return None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise AppFileError(
            f"Cannot read the app's file {path}: {error.strerror}. "
            f"{_cure_of_path(path)}"
        ) from error
    if len(data) > _LARGEST:
        raise AppFileError(
            f"Cannot read the app's file {path}: it is larger than 1 MB, expected a "
            "text of some lines. Pass the .toml file."
        )
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise AppFileError(
            f"{path.name}, line {line}: byte {data[error.start]:#04x} is not UTF-8. "
            "Save the file as UTF-8."
        ) from error


def _cure_of_path(path: Path) -> str:
    if path.is_dir():
        return f"Pass the file in it: {path / 'app.toml'}"
    folder = path.parent if path.parent.is_dir() else Path()
    files = sorted(each.name for each in folder.glob("*.toml"))[:3]
    return f"In that folder are: {', '.join(files)}." if files else "Pass another path."


def _syntax_fault(error: TomlSyntaxError, text: str) -> FileFault:
    lines = text.splitlines() or [""]
    line = lines[min(error.line, len(lines)) - 1]
    return FileFault(
        error.line,
        error.column,
        "",
        f"{error.reason}. {cure(error, line)}",
        mark(line, error.column - 1),
    )
