"""A text that is no TOML: its line, its column, and what to write instead."""

from __future__ import annotations

import pytest

from edgevision.app.file.toml import TomlSyntaxError, cure, loads


@pytest.mark.parametrize(
    ("text", "line", "words", "mended"),
    [
        ("a = 1\nb = 5m", 2, 'A text stands in quotes: b = "5m"', 'b = "5m"'),
        ("source: csi", 1, "Write source = csi", None),
        ("[camera.yard\na = 1", 1, "stands in brackets: [camera.yard]", None),
        ("a = 1\na = 2", 2, "twice: write it once", None),
        ("[a]\n[a]\n", 2, "twice: write it once", None),
        ('a = "x', 1, "Write the quotes at the end", None),
        ("a = “x”", 1, "straight quotes", None),
        ('a = "C:\\q"', 1, "in single quotes: 'C:\\clips'", "a = 'C:\\clips'"),
        ("a = [1, 2", 1, "a closing bracket", None),
        ("a = yes", 1, "Write a = true", "a = true"),
        ("a = off # really", 1, "Write a = false", "a = false"),
        ("= 3", 1, "A line is KEY = VALUE", "max_fps = 5"),
        ("[" * 3000, 1, "", None),
        ("a = " + "[" * 3000, 1, "a closing bracket", None),
        ("a = 1\n[" + "a." * 30_000 + "b]", 2, "no table is deeper", None),
        (".".join(["a . 'b'"] * 9_000) + " = 1", 1, "no table is deeper", None),
        ("a = " + "{a.b.c.d = " * 20 + "1" + "}" * 20, 1, "no table is deeper", None),
    ],
)
def test_a_cure_fits_the_line(text, line, words, mended):
    with pytest.raises(TomlSyntaxError) as error:
        loads(text)
    assert error.value.line == line
    assert words in cure(error.value, text.splitlines()[line - 1])
    if mended is not None:
        loads(mended)
