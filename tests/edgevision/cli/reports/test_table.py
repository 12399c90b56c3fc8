"""Aligned columns: numbers right, texts left, nothing that a terminal obeys."""

from __future__ import annotations

import pytest

from edgevision.cli.reports.table import byte_text, columns, shape_text


def test_numbers_stand_right_and_texts_left():
    lines = columns(("name", "ms"), [["a", 1.5], ["longer", 20], ["none", ""]])
    assert lines == ["  name     ms", "  a       1.5", "  longer   20", "  none"]


def test_rows_without_titles_have_no_head():
    assert columns(("",), [["one"], ["two"]]) == ["  one", "  two"]


def test_a_name_cannot_move_the_cursor():
    assert columns(("name",), [["\x1b[2Jcat\n"]])[1] == r"  \x1b[2Jcat\n"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (9_999, "9999 B"),
        (10_000, "10.0 kB"),
        (999_999, "1000.0 kB"),
        (10**6, "1.00 MB"),
    ],
)
def test_a_size_has_its_unit(size, text):
    assert byte_text(size) == text


def test_a_shape_shows_what_is_open():
    assert shape_text([1, None, -1, 3]) == "1x?x?x3"
    assert shape_text([]) == "scalar"
