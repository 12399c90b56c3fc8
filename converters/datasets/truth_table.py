"""What is true about each picture, from a table beside the pictures.

``values.csv`` holds numbers: ``file,angle,throttle``. ``labels.csv`` holds labels, of
which several may be true: a column of 0 and 1 per label, or one column with the labels
of a picture joined by ``|``, ``;``, a comma or a space. Tabs instead of commas, in a
``.tsv``, are the same.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError
from ...runtime.memory import read_file, refusal
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
    head, rows = _table(path)
    columns = tuple(cell.strip() for cell in head[1:])
    first = 1
    if columns and all(not math.isnan(_number(cell)) for cell in columns):
        columns, first = (), 0  # no header: the first row is a picture's
    count = len(head) - 1
    if count < 1:
        raise CalibrationError(
            f"{path} has one column; 'file,name1,name2' with a number per name was "
            "expected."
        )
    places = _places(images)
    table = _empty(path, len(images), count)
    for line, cells in enumerate(islice(rows(), first, None), first + 1):
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
    head, rows = _table(path)
    flags = {*_TRUE, *_FALSE}
    places = _places(images)
    if len(head) > 1 and all(
        cell.strip().casefold() in flags
        for row in islice(rows(), 1, None)
        for cell in row[1:]
    ):
        columns = tuple(cell.strip() for cell in head[1:])
        table = _empty(path, len(images), len(columns))
        for row in islice(rows(), 1, None):
            marks = [float(cell.strip().casefold() in _TRUE) for cell in row[1:]]
            for position in places.get(_key(row[0]), ()):
                table[position] = marks
        return TruthTable(columns, table, str(path))
    if len(head) != 2:
        raise CalibrationError(
            f"{path} is neither 'file' with a column of 0 and 1 per label, nor "
            "'file,labels' with the labels joined by '|'."
        )
    known = [label.casefold() for label in labels]
    marked: dict[int, set[str]] = {}
    in_model = frozenset(known)
    for row in islice(rows(), 1, None):
        names = _split(row[1], in_model)
        for position in places.get(_key(row[0]), ()):
            marked.setdefault(position, set()).update(names)
    others = sorted(set().union(*marked.values()) - in_model) if marked else []
    if others:
        raise CalibrationError(
            f"{path} has the label {others[0]!r}, which the model does not have. The "
            f"model's labels are {', '.join(labels[:8])}."
        )
    table = _empty(path, len(images), len(known))
    for position, names_ in marked.items():
        table[position] = [float(label in names_) for label in known]
    return TruthTable(tuple(labels), table, str(path))


def _split(cell: str, known: Collection[str]) -> list[str]:
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


def _table(path: Path) -> tuple[list[str], Callable[[], Iterator[list[str]]]]:
    """Return a table's first row, and what reads the others, all as long as that.

    One row is in memory at a time; the table may describe more pictures than the set.

    Raises:
        CalibrationError: It cannot be read, or is empty.
    """
    try:
        text = read_file(path, most=_MOST_BYTES, growth=3).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CalibrationError(
            f"Cannot read {path} as a table in UTF-8: {error}."
        ) from error
    except OSError as error:
        raise CalibrationError(
            f"Cannot read {path} as a table: {error.strerror}."
        ) from error
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)

    def rows() -> Iterator[list[str]]:
        count = 0
        # Python's own lines, so that a label may hold a Unicode line separator.
        table = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
        try:
            for line, row in enumerate(filter(None, table), 1):
                count = count or len(row)
                if len(row) != count:
                    raise CalibrationError(
                        f"{path}, line {line}: {len(row)} columns, but the first line "
                        f"has {count}."
                    )
                yield row
        except csv.Error as error:
            raise CalibrationError(
                f"Cannot read {path} as a table: {error}."
            ) from error

    head = next(rows(), None)
    if head is None:
        raise CalibrationError(f"{path} is empty.")
    return head, rows


def _empty(path: Path, rows: int, columns: int) -> npt.NDArray[np.float64]:
    words = refusal(8 * rows * columns, None)
    if words is not None:
        raise CalibrationError(f"Cannot read {path} as a table: {words}.")
    return np.full((rows, columns), np.nan)


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
