"""Counts of one day by hour, region and class, and their CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

from ...files import csv_cell

HEADER: Final = ("hour", "region", "label", "in", "out", "most", "seconds")
_MOST_ROWS: Final = 20_000

Key = tuple[int, str, str]


@dataclass
class HourRow:
    """One hour of one class in one region.

    Attributes:
        came: How many entered the zone or crossed the line inwards; of the whole
            picture: how many appeared.
        left: How many left, crossed outwards, or went.
        most: The most at one time; 0 for a line.
        seconds: How long all were there, together; 0 for a line.
    """

    came: int = 0
    left: int = 0
    most: int = 0
    seconds: float = 0.0


class DayCounts:
    """The rows of one day.

    Attributes:
        day: As ``2026-11-30``.
        rows: Hour 0..23, region (empty: the whole picture) and class -> the row.
        dropped: Counts of classes and regions beyond 20 000 rows, which are not kept.
    """

    def __init__(self, day: str) -> None:
        self.day = day
        self.rows: dict[Key, HourRow] = {}
        self.dropped = 0

    def row(self, hour: int, region: str, label: str) -> HourRow:
        """Return a row to count in."""
        key = (hour, region, label)
        row = self.rows.get(key)
        if row is None:
            row = HourRow()
            if len(self.rows) < _MOST_ROWS:
                self.rows[key] = row
            else:
                self.dropped += 1
        return row

    def text(self) -> str:
        """Return the rows as CSV, by hour, region and class."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(HEADER)
        for (hour, region, label), row in sorted(self.rows.items()):
            writer.writerow(
                [
                    f"{self.day}T{hour:02}:00",
                    csv_cell(region),
                    csv_cell(label),
                    row.came,
                    row.left,
                    row.most,
                    f"{row.seconds:.1f}",
                ]
            )
        return buffer.getvalue()

    @classmethod
    def of_text(cls, day: str, text: str) -> DayCounts:
        """Return the counts that a CSV of :meth:`text` holds.

        Args:
            day: Its day.
            text: The CSV.

        Raises:
            ValueError: It is another file.
        """
        counts = cls(day)
        lines = csv.reader(io.StringIO(text))
        if tuple(next(lines, ())) != HEADER:
            raise ValueError(f"the first line is not {','.join(HEADER)}")
        for cells in lines:
            when, region, label, came, left, most, seconds = cells
            if not when.startswith(f"{day}T"):
                raise ValueError(f"the line of {when!r} is not of {day}")
            key = (int(when[11:13]), _plain(region), _plain(label))
            counts.rows[key] = HourRow(int(came), int(left), int(most), float(seconds))
        return counts


def _plain(cell: str) -> str:
    """Return a text as it was before ``csv_cell``: without a quote at its start."""
    return cell[1:] if cell.startswith("'") and csv_cell(cell[1:]) == cell else cell
