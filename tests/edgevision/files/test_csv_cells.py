"""No text of a label or a file's name is a formula for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgevision.files import csv_cell, csv_column

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("cat", "cat"),
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-cmd", "'-cmd"),
        ("  =1", "  '=1"),
        ('"=1', "\"'=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a;=1", "a;'=1"),  # where ";" separates
        ("a\t=1", "a\t'=1"),
        ("a\r\n=1", "a\r\n'=1"),
        ("'=1", "'=1"),  # is a text already
        ("a=b", "a=b"),
        ("-1", "-1"),
        ("-1.5 20.25", "-1.5 20.25"),  # keypoints
        ("1e-5", "1e-5"),
        ("-", "-"),
        ("a;-", "a;'-"),  # the next cell would follow it
        ("a;-1", "a;'-1"),
        ("a\0b", "ab"),
        (-12.5, -12.5),
        (None, None),
        (True, True),
    ],
)
def test_cells(value, written):
    assert csv_cell(value) == written
    assert csv_cell(written) == written


@settings(max_examples=200)
@given(st.text(alphabet='=+-@\uff1da1;,\t\r\n "', max_size=12))
def test_no_reader_finds_a_formula_whatever_separates_its_cells(text):
    """A strict reader of each separator is the oracle, and one that cuts every line."""
    line = io.StringIO(newline="")
    csv.writer(line).writerow(["x", csv_cell(text), "y"])
    written = line.getvalue()
    seen = [
        found
        for separator in ",;\t"
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator)
        for found in row
    ]
    seen += re.split(r"[;\t\r\n]", csv_cell(text))
    for found in seen:
        body = found.lstrip(' "')
        is_harmless = len(text) < 2 or re.fullmatch(r"[-+\d ]+", text)
        assert not body or body[0] not in STARTS or is_harmless, (text, found)


def test_a_text_that_was_made_to_take_long_does_not():
    # What looks at each pair of characters would take hours.
    for part in ("\n", "; ", " ", '"'):
        assert csv_cell(part * 200_000 + "=1").endswith("'=1")


def test_a_column_is_one_line_and_no_formula():
    assert csv_column("=speed\r\nmax") == "'=speed max"
