"""One row per class or box, for spreadsheets: ``csv:out.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...devices.health import SUMMARY
from ...errors import SinkError
from ..event import Event
from ..uri_options import Options
from .base import Sink
from .growing_file import FileOptions, GrowingFile
from .record import record_of

ALL_COLUMNS: Final = (
    *("time", "index", "source", "width", "height", "item"),
    *("class_id", "label", "score", "x1", "y1", "x2", "y2"),
    *("capture_ms", "age_ms", "prepare_ms", "invoke_ms", "decode_ms"),
    *("refine_ms", "emit_ms", "total_ms", "dropped", "reconnects", "gap_s"),
    *SUMMARY,
    # New columns stand at the end, for readers that count columns.
    *("model_ms", "position_s"),
)
SLIM_COLUMNS: Final = (
    *("time_utc", "source", "position_s", "label", "score", "x1", "y1", "x2", "y2"),
)
COLUMNS: Final = {"all": ALL_COLUMNS, "slim": SLIM_COLUMNS}
_LISTS: Final = ("classes", "detections")


class CsvSink(Sink):
    """A file of rows, one per class or box, with fixed columns.

    A frame without any has one row whose label is empty, so no frame is missing.
    Other results (masks, keypoints) do not fit into rows: ``jsonl`` takes them.

    Args:
        file: Where the rows go; its header is ``columns``.
        columns: Names out of :data:`ALL_COLUMNS` and :data:`SLIM_COLUMNS`.
    """

    needs_target = True
    example = "csv:out.csv"

    def __init__(self, file: GrowingFile, columns: Sequence[str] = ALL_COLUMNS) -> None:
        self.name = f"csv:{file.path}"
        self._file = file
        self._columns = columns

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> CsvSink:
        """Open by ``csv:FILE?columns=slim&append=1&max-size=10MB&keep=5``.

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
        texts.finish()
        path = Path(target)
        columns = COLUMNS[form or "all"]
        if growth.append and path.is_file():
            columns = _columns_of(path, form) or columns
        header = (",".join(columns) + "\r\n").encode()
        file = GrowingFile(path, force=force, options=growth, header=header)
        return cls(file, columns)

    def write(self, event: Event) -> None:
        """Append all rows of one event, or none.

        Raises:
            SinkError: The file did not take them, or the result has no rows.
        """
        text = io.StringIO()
        table = csv.DictWriter(text, self._columns, extrasaction="ignore")
        table.writerows(self._rows(record_of(event)))
        self._file.write(text.getvalue().encode())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _rows(self, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
        items = next((record[key] for key in _LISTS if key in record), None)
        if items is None:
            raise SinkError(
                f"{self.name} holds classes and boxes only, and this model gives "
                "neither. Use the sink jsonl:FILE."
            )
        # A spreadsheet takes this for a date; of ISO 8601's "T" and "Z" it makes text.
        utc = record["time"].replace("T", " ").removesuffix("Z")
        frame = {**record, **record["timing"], **record["health"], "time_utc": utc}
        if not items:
            yield frame
        for position, item in enumerate(items):
            row = {**frame, **item, "item": position}
            if "box" in item:
                row.update(zip(("x1", "y1", "x2", "y2"), item["box"], strict=True))
            yield row


def _columns_of(path: Path, form: str) -> tuple[str, ...] | None:
    """Return the columns of a file that is continued.

    None means that its first line does not name columns of this form, or of any form
    where ``form`` is empty.
    """
    try:
        with path.open("rb") as file:
            line = file.readline(4096).decode("ascii", "replace")
    except OSError:
        return None  # opening it for writing raises the error
    names = tuple(line.rstrip("\r\n").split(","))
    if not line.endswith("\n"):
        return None
    for known in [COLUMNS[form]] if form else COLUMNS.values():
        if names[0] == known[0] and set(names) <= set(known):
            return names
    return None
