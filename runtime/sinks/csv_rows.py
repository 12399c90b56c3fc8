"""One row per class or box, or per frame with numbers, heads or a picture."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...devices.health import SUMMARY
from ...errors import SinkError
from ...files import csv_cell, csv_column, utf8
from ..event import Event
from ..uri_options import Options
from .base import Sink
from .disk import FileOptions, GrowingFile, end_of_rows
from .record import record_of

ALL_COLUMNS: Final = (
    *("time", "index", "source", "width", "height", "item"),
    *("class_id", "label", "score", "x1", "y1", "x2", "y2"),
    *("capture_ms", "age_ms", "prepare_ms", "invoke_ms", "decode_ms"),
    *("refine_ms", "emit_ms", "total_ms", "dropped", "reconnects", "gap_s"),
    *SUMMARY,
    # New columns stand at the end, for readers that count columns.
    *("model_ms", "position_s", "keypoints", "damaged", "motion_ms", "answer_age_ms"),
    *("track_id", "camera"),
)
SLIM_COLUMNS: Final = (
    *("time_utc", "source", "position_s", "label", "score", "x1", "y1", "x2", "y2"),
)
COLUMNS: Final = {"all": ALL_COLUMNS, "slim": SLIM_COLUMNS}
_LONGEST_LINE: Final = 2**20
_LISTS: Final = ("classes", "detections", "landmarks")
_LISTS_OF_HEADS: Final = (*_LISTS, "regions")
_OF_ITEMS: Final = frozenset(
    {"item", "class_id", "label", "score", "x1", "y1", "x2", "y2", "keypoints"}
    | {"track_id"}
)
"""Columns that a file of values does not have: its own stand in their place."""


class CsvSink(Sink):
    """A file of rows, one per class, box or line of text, with fixed columns.

    A frame without any has one row whose label is empty, so no frame is missing. A
    frame of numbers has one row with a column per number, by its name; one of several
    heads has one row with a column per number, and the best label and its score of each
    head. The keypoints of a box are x and y of each in one cell, with spaces between;
    so are the points of a face or a hand, whose box is the one around them.
    Other results (masks, poses) do not fit into rows: ``jsonl`` takes them.

    Args:
        file: Where the rows go; its header is ``columns``.
        columns: Names out of :data:`ALL_COLUMNS` and :data:`SLIM_COLUMNS`.
        raw: Write texts as they are, also those that a spreadsheet runs as formulas.
    """

    needs_target = True
    example = "csv:out.csv"

    def __init__(
        self,
        file: GrowingFile,
        columns: Sequence[str] = ALL_COLUMNS,
        *,
        raw: bool = False,
    ) -> None:
        self.name = f"csv:{file.path}"
        self._file = file
        self._columns = tuple(columns)
        self._raw = raw
        # A file of values that is continued has its columns already.
        self._names: tuple[str, ...] | None = None

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> CsvSink:
        """Open by ``csv:FILE?columns=slim&raw=1&append=1&max-size=10MB&keep=5&sync=5``.

        A file that is continued keeps the columns that it has, also those of an older
        version.

        Raises:
            OutputExistsError: The file exists, without ``force`` or ``append=1``.
            SinkError: The file cannot be written, has columns that are not known or
                not those of ``columns``, or an option is not usable.
        """
        texts = Options("the csv sink", options, error=SinkError)
        growth = FileOptions.take(texts)
        form = texts.text("columns", one_of=COLUMNS)
        raw = texts.switch("raw")
        texts.finish()
        path = Path(target)
        columns = COLUMNS[form or "all"]
        if growth.append and path.is_file():
            columns = _columns_of(path, form) or columns
        file = GrowingFile(
            path,
            force=force,
            options=growth,
            header=_line(columns),
            find_end=end_of_rows,
        )
        return cls(file, columns, raw=raw)

    def write(self, event: Event) -> None:
        """Append all rows of one event, or none.

        Raises:
            SinkError: The file did not take them, or the result has no rows.
        """
        record = record_of(event)
        own = _own_columns(record, raw=self._raw)
        if own:
            self._take_names(tuple(own))
        text = io.StringIO()
        table = csv.DictWriter(text, self._columns, extrasaction="ignore")
        for row in self._rows(record, own):
            if not self._raw:
                row = {name: csv_cell(value) for name, value in row.items()}
            table.writerow(row)
        self._file.write(utf8(text.getvalue()))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _take_names(self, names: tuple[str, ...]) -> None:
        """Put a frame's own columns in the place of those of classes and boxes.

        Raises:
            SinkError: The file has other columns already.
        """
        if names == self._names:
            return
        columns = [name for name in self._columns if name not in _OF_ITEMS]
        if len(columns) < len(self._columns):
            place = self._columns.index("item" if "item" in self._columns else "label")
            columns[place:place] = names
        elif not set(names) <= set(columns):
            columns += names  # refused by the file
        self._file.replace_header(_line(columns))
        self._columns, self._names = tuple(columns), names

    def _rows(
        self, record: dict[str, Any], own: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        items = next((record[key] for key in _LISTS if key in record), None)
        if "text" in record:
            line = {"label": record["text"], "score": record["score"]}
            items = [line] if record["text"] else []
        if items is None and not own:
            raise SinkError(
                f"{self.name} holds classes, boxes, numbers, texts and facts of "
                "pictures only, and this model gives none of them. Use the sink "
                "jsonl:FILE."
            )
        if items is not None and not _OF_ITEMS & set(self._columns):
            raise SinkError(
                f"{self.name} has columns for numbers, and this model gives classes or "
                "boxes. Choose another file."
            )
        # A spreadsheet takes this for a date; of ISO 8601's "T" and "Z" it makes text.
        utc = record["time"].replace("T", " ").removesuffix("Z")
        frame = {**record, **record["timing"], **record["health"], "time_utc": utc}
        frame |= own
        if not items:
            yield frame
            return
        for position, item in enumerate(items):
            row = {**frame, **item, "item": position}
            if "box" in item:
                row.update(zip(("x1", "y1", "x2", "y2"), item["box"], strict=True))
            if "keypoints" in item:
                row["keypoints"] = _pairs(item["keypoints"])
            elif "points" in item:
                row["keypoints"] = " ".join(f"{x} {y}" for x, y, _ in item["points"])
            yield row


def _pairs(keypoints: Sequence[Mapping[str, Any]]) -> str:
    """Return the keypoints of a box as one cell: x and y of each, in their order."""
    return " ".join(f"{point['x']} {point['y']}" for point in keypoints)


def _own_columns(record: dict[str, Any], *, raw: bool) -> dict[str, Any]:
    """Return the cells of a frame of numbers or heads, by columns that only it has."""
    cells = _cells_of(record)
    for name, head in record.get("heads", {}).items():
        cells += _cells_of_head(name, head)
    own: dict[str, Any] = {}
    for name, value in cells:
        name = name if raw else csv_column(name)
        while name in own or name in {*ALL_COLUMNS, *SLIM_COLUMNS}:
            name += "_value"
        own[name] = value
    return own


def _cells_of(record: dict[str, Any]) -> list[tuple[str, Any]]:
    cells = [(item["name"], item["value"]) for item in record.get("values", ())]
    return [*cells, *_cells_of_image(record.get("image", {}), "image_")]


def _cells_of_image(image: dict[str, Any], prefix: str) -> list[tuple[str, Any]]:
    """Return the size and the values of a picture or a map; its pixels stay out."""
    return [(f"{prefix}{name}", value) for name, value in image.items()]


def _cells_of_head(name: str, head: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the cells of one head: its numbers, or its best label."""
    if "values" in head:
        return [
            (name if one in ("value", name) else f"{name}.{one}", value)
            for one, value in _cells_of(head)
        ]
    if "image" in head:
        return _cells_of_image(head["image"], f"{name}.")
    if "poses" in head:
        score = _best(head["poses"]).get("score")
        return [(f"{name}.count", len(head["poses"])), (f"{name}.score", score)]
    # A head may report nothing at all: its cells are empty then.
    best = next((_best(head[key]) for key in _LISTS_OF_HEADS if key in head), None)
    if "text" in head:
        best = {"label": head["text"], "score": head["score"]}
    elif "label" in head:
        best = head  # the nearest name of a gallery
    if best is None:
        return []
    cells = [(name, best.get("label"))]
    if "regions" in head:
        return [*cells, (f"{name}.area", best.get("area"))]
    cells.append((f"{name}.score", best.get("score")))
    if "detections" in head:
        cells.append((f"{name}.count", len(head["detections"])))
    return cells


def _best(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the first item, which has the largest score or area."""
    return next(iter(items), {})


def _line(columns: Sequence[str]) -> bytes:
    """Return the first line of a file."""
    text = io.StringIO()
    csv.writer(text).writerow(columns)
    return utf8(text.getvalue())


def _columns_of(path: Path, form: str) -> tuple[str, ...] | None:
    """Return the columns of a file that is continued.

    None means that its first line does not name columns of this form, or of any form
    where ``form`` is empty.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(_LONGEST_LINE).decode("utf-8", "replace")
    except OSError:
        return None  # opening it for writing raises the error
    if not line.endswith("\n"):
        return None
    names = tuple(next(csv.reader([line]), ()))
    for known in [COLUMNS[form]] if form else COLUMNS.values():
        if not names or names[0] != known[0]:
            continue
        # A file of values has columns that only the model names.
        is_of_values = names[:3] == known[:3] and not _OF_ITEMS & set(names)
        if set(names) <= set(known) or is_of_values:
            return names
    return None
