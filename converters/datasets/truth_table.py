"""What is true about each picture, from a table beside the pictures.

``values.csv`` holds numbers: ``file,angle,throttle``. ``labels.csv`` holds labels, of
which several may be true: a column of 0 and 1 per label, or one column with the labels
of a picture joined by ``|``, ``;``, a comma or a space. Tabs instead of commas, in a
``.tsv``, are the same.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError
from .image_set import ImageSet

_SUFFIXES: Final = (".csv", ".tsv")
_MOST_BYTES: Final = 256 * 2**20
_TRUE: Final = ("1", "1.0", "true", "yes")
_FALSE: Final = ("0", "0.0", "-1", "false", "no", "")


@dataclass(frozen=True)
class TruthTable:
    """One row of numbers per picture of a set.

    Attributes:
        columns: One name per column; empty where the table names none.
        rows: float64 (N, C); NaN where nothing is known.
        name: What messages call it.
    """

    columns: tuple[str, ...]
    rows: npt.NDArray[np.float64]
    name: str

    @property
    def unknown(self) -> int:
        """Return how many pictures have no row."""
        return int(np.isnan(self.rows).all(axis=1).sum())


def value_table(images: ImageSet) -> TruthTable | None:
    """Return the true numbers of pictures, of ``values.csv`` or of arrays.

    Raises:
        CalibrationError: The table cannot be read.
    """
    if images.numbers is not None:
        return TruthTable((), images.numbers, images.name)
    path = _find(images, "values")
    return None if path is None else _numbers(path, images)


def label_table(images: ImageSet, labels: Sequence[str]) -> TruthTable | None:
    """Return which labels are true, 0 or 1, of ``labels.csv`` or of arrays.

    Args:
        images: The pictures.
        labels: The model's labels; joined ones are split so that these come out.

    Raises:
        CalibrationError: The table cannot be read.
    """
    if images.numbers is not None:
        return TruthTable((), images.numbers, images.name)
    path = _find(images, "labels")
    return None if path is None else _marks(path, images, labels)


def _find(images: ImageSet, stem: str) -> Path | None:
    if images.folder is None:
        return None
    places = (images.folder / f"{stem}{suffix}" for suffix in _SUFFIXES)
    return next((place for place in places if place.is_file()), None)


def _numbers(path: Path, images: ImageSet) -> TruthTable:
    rows = _rows(path)
    columns = tuple(cell.strip() for cell in rows[0][1:])
    first = 1
    if columns and all(not math.isnan(_number(cell)) for cell in columns):
        columns, first = (), 0  # no header: the first row is a picture's
    count = len(rows[0]) - 1
    if count < 1:
        raise CalibrationError(
            f"{path} has one column; 'file,name1,name2' with a number per name was "
            "expected."
        )
    places = _places(images)
    table = np.full((len(images), count), np.nan)
    for line, cells in enumerate(rows[first:], first + 1):
        numbers = [_number(cell) for cell in cells[1:]]
        for cell, number in zip(cells[1:], numbers, strict=True):
            if math.isnan(number) and cell.strip().casefold() not in ("", "nan"):
                raise CalibrationError(
                    f"{path}, line {line}: {cell!r} is no number. Write one number "
                    "per value, and nothing where it is not known."
                )
        for position in places.get(_key(cells[0]), ()):
            table[position] = numbers
    return TruthTable(columns, table, str(path))


def _marks(path: Path, images: ImageSet, labels: Sequence[str]) -> TruthTable:
    rows = _rows(path)
    body = rows[1:]
    flags = {*_TRUE, *_FALSE}
    cells = {cell.strip().casefold() for row in body for cell in row[1:]}
    places = _places(images)
    if len(rows[0]) > 1 and cells <= flags:
        columns = tuple(cell.strip() for cell in rows[0][1:])
        table = np.full((len(images), len(columns)), np.nan)
        for row in body:
            marks = [float(cell.strip().casefold() in _TRUE) for cell in row[1:]]
            for position in places.get(_key(row[0]), ()):
                table[position] = marks
        return TruthTable(columns, table, str(path))
    if len(rows[0]) != 2:
        raise CalibrationError(
            f"{path} is neither 'file' with a column of 0 and 1 per label, nor "
            "'file,labels' with the labels joined by '|'."
        )
    known = [label.casefold() for label in labels]
    marked: dict[int, set[str]] = {}
    for row in body:
        names = _split(row[1], known)
        for position in places.get(_key(row[0]), ()):
            marked.setdefault(position, set()).update(names)
    others = sorted(set().union(*marked.values()) - set(known)) if marked else []
    if others:
        raise CalibrationError(
            f"{path} has the label {others[0]!r}, which the model does not have. The "
            f"model's labels are {', '.join(labels[:8])}."
        )
    table = np.full((len(images), len(known)), np.nan)
    for position, names_ in marked.items():
        table[position] = [float(label in names_) for label in known]
    return TruthTable(tuple(labels), table, str(path))


def _split(cell: str, known: Sequence[str]) -> list[str]:
    """Return the labels in one cell: at the first separator that gives known ones."""
    text = cell.strip().casefold()
    if not text or text in known:
        return [text] if text else []
    several: list[list[str]] = []
    for separator in (r"\|", ";", ",", r"\s+"):
        parts = [part.strip() for part in re.split(separator, text) if part.strip()]
        if all(part in known for part in parts):
            return parts
        if len(parts) > 1:
            several.append(parts)
    return several[0] if several else [text]


def _rows(path: Path) -> list[list[str]]:
    """Return the rows of a table, all as long as the first.

    Raises:
        CalibrationError: It cannot be read, is empty, or a row has another length.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CalibrationError(f"{path} is larger than {_MOST_BYTES >> 20} MB.")
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CalibrationError(
            f"Cannot read {path} as a table in UTF-8: {error}."
        ) from error
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    try:
        table = csv.reader(text.splitlines(), delimiter=delimiter)
        rows = [row for row in table if row]
    except csv.Error as error:
        raise CalibrationError(f"Cannot read {path} as a table: {error}.") from error
    if not rows:
        raise CalibrationError(f"{path} is empty.")
    for line, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise CalibrationError(
                f"{path}, line {line}: {len(row)} columns, but the first line has "
                f"{len(rows[0])}."
            )
    return rows


def _number(cell: str) -> float:
    """Return a cell's number, with a comma or a point; NaN when it is none."""
    try:
        value = float(cell.strip().replace(",", "."))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _places(images: ImageSet) -> dict[str, list[int]]:
    """Return positions by each way to name a picture: its path, name, and stem.

    A name that several pictures have, in different folders, means none of them.
    """
    root = images.folder or Path()
    by_path: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for position, item in enumerate(images.items):
        if not isinstance(item, Path):
            continue
        inside = item.relative_to(root) if item.is_relative_to(root) else item
        by_path.setdefault(_key(inside.as_posix()), []).append(position)
        for name in {item.name, item.stem}:
            by_name.setdefault(_key(name), []).append(position)
    single = {name: places for name, places in by_name.items() if len(places) == 1}
    return {**single, **by_path}


def _key(name: str) -> str:
    return name.strip().replace("\\", "/").removeprefix("./").casefold()
