"""The counts of a day as CSV, read back as they were."""

from __future__ import annotations

import csv
import io

import pytest
from edgevision.runtime.heat_map import DayCounts, HourRow
from hypothesis import given
from hypothesis import strategies as st


def test_the_csv_has_a_row_per_hour_region_and_class():
    counts = DayCounts("2026-11-30")
    counts.row(13, "yard", "person").came += 2
    counts.row(9, "", "car").seconds += 12.34
    counts.row(9, "", "car").most = 3
    assert counts.text().splitlines() == [
        "hour,region,label,in,out,most,seconds",
        "2026-11-30T09:00,,car,0,0,3,12.3",
        "2026-11-30T13:00,yard,person,2,0,0,0.0",
    ]


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=12
)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 23), _TEXT, _TEXT),
        st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
        max_size=5,
    )
)
def test_counts_are_read_back_as_they_were(rows):
    """Labels that a spreadsheet would run stand in the file as texts."""
    counts = DayCounts("2026-11-30")
    for (hour, region, label), (came, left, most) in rows.items():
        counts.rows[hour, region, label] = HourRow(came, left, most, 1.5)
    again = DayCounts.of_text("2026-11-30", counts.text())
    # A text that looks as if it had been made harmless is read without its quote.
    assert len(again.rows) == len(list(csv.reader(io.StringIO(counts.text())))) - 1
    assert again.text() == counts.text()


_HEAD = DayCounts("").text()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n", "the first line is not hour,region"),
        ("", "the first line is not hour,region"),
        (
            f"{_HEAD}2026-11-29T09:00,,a,0,0,0,0\n",
            "is not of 2026-11-30",
        ),
        (f"{_HEAD}2026-11-30T09:00,,a,0\n", "not enough values"),
        (f"{_HEAD}2026-11-30T09:00,,a,x,0,0,0\n", "invalid literal"),
    ],
)
def test_another_file_is_none(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        DayCounts.of_text("2026-11-30", text)


def test_rows_are_bounded():
    counts = DayCounts("2026-11-30")
    for number in range(20_010):
        counts.row(0, "", f"class {number}").came += 1
    assert len(counts.rows) == 20_000
    assert counts.dropped == 10
