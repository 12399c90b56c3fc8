"""Where the last whole record of a killed run ends, also with line breaks in cells."""

from __future__ import annotations

import csv
import io

import pytest
from edgevision.runtime.sinks.disk import last_record
from edgevision.runtime.sinks.disk.last_record import end_of_lines, end_of_rows
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("content", "rows", "lines"),
    [
        (b"", 0, 0),
        (b"a", 0, 0),
        (b"a\n", 2, 2),
        (b"a\nb", 2, 2),
        (b'a\n"b\n', 2, 5),  # the second newline stands in a cell
        (b'a\n"b\nc"\n', 8, 8),
        (b'a\n"b""\n', 2, 7),
        (b'a\n"b"""\n', 8, 8),
        (b'"a\n', 0, 3),
        (b"a\n\0\0\0\0", 2, 2),  # what some file systems leave of a power loss
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 3, 1 << 20])
def test_ends(content, rows, lines, chunk, monkeypatch):
    monkeypatch.setattr(last_record, "_CHUNK", chunk)
    assert end_of_rows(io.BytesIO(content)) == rows
    assert end_of_lines(io.BytesIO(content)) == lines


CELLS = st.text(alphabet='a",;\r\n\t =', max_size=5)


@settings(max_examples=150)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=3), max_size=5), st.data())
def test_a_file_cut_anywhere_keeps_exactly_its_whole_rows(rows, data):
    """The oracle writes row by row, and so knows where each one ends."""
    text = io.StringIO(newline="")
    ends = [0]
    for row in rows:
        csv.writer(text).writerow(row)
        ends.append(text.tell())
    whole = text.getvalue().encode()
    cut = data.draw(st.integers(0, len(whole)))
    assert end_of_rows(io.BytesIO(whole[:cut])) == max(e for e in ends if e <= cut)
