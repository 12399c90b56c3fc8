"""One row per class or box, for spreadsheets: ``csv:out.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ...devices.health import SUMMARY
from ...errors import SinkError
from ..event import Event
from ..uri_options import Options
from .base import Sink
from .growing_file import FileOptions, GrowingFile
from .record import record_of

COLUMNS: Final = (
    *("time", "index", "source", "width", "height", "item"),
    *("class_id", "label", "score", "x1", "y1", "x2", "y2"),
    *("capture_ms", "age_ms", "prepare_ms", "invoke_ms", "decode_ms"),
    *("refine_ms", "emit_ms", "model_ms", "total_ms", "dropped", "reconnects", "gap_s"),
    *SUMMARY,
)
_LISTS: Final = ("classes", "detections")


class CsvSink(Sink):
    """Write classes or boxes as rows with fixed columns.

    A frame without any has one row whose ``item`` is empty, so no frame is missing.
    Other results (masks, keypoints) do not fit into rows: ``jsonl`` takes them.
    """

    needs_target = True
    example = "csv:out.csv"

    def __init__(self, file: GrowingFile) -> None:
        self.name = f"csv:{file.path}"
        self._file = file

    @classmethod
    def open(
        cls, target: str, options: Mapping[str, str], *, force: bool = False
    ) -> CsvSink:
        """Open by ``csv:FILE?append=1&max-size=10MB&keep=5``.

        Raises:
            OutputExistsError: The file exists, without ``force`` or ``append=1``.
            SinkError: The file cannot be written, or an option is not usable.
        """
        texts = Options("the csv sink", options, error=SinkError)
        growth = FileOptions.take(texts)
        texts.finish()
        header = (",".join(COLUMNS) + "\r\n").encode()
        path = Path(target)
        return cls(GrowingFile(path, force=force, options=growth, header=header))

    def write(self, event: Event) -> None:
        """Append the rows of one event, all of them or none.

        Raises:
            SinkError: The file did not take them, or the result has no rows.
        """
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
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
        frame = {**record, **record["timing"], **record["health"]}
        if not items:
            yield frame
        for position, item in enumerate(items):
            row = {**frame, **item, "item": position}
            if "box" in item:
                row.update(zip(("x1", "y1", "x2", "y2"), item["box"], strict=True))
            yield row
