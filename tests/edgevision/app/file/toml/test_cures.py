"""A text that is no TOML: its line, its column, and what to write instead."""

from __future__ import annotations

import pytest

from edgevision.app.file.toml import TomlSyntaxError, cure, loads


@pytest.mark.parametrize(
    ("text", "line", "words", "mended"),
    [
        ("a = 1\nb = 5m", 2, 'A text stands in quotes: b = "5m"', 'b = "5m"'),
        ("source: csi", 1, 'Write source = "csi"', 'source = "csi"'),
        ("max_fps: 5 # few", 1, "Write max_fps = 5", "max_fps = 5"),
        ('to: "web:8080"', 1, 'Write to = "web:8080"', 'to = "web:8080"'),
        ("- on: true", 1, "Write on = true", "on = true"),
        ("model:\n  file: x", 1, "not YAML: write a table as [model]", "[model]"),
        ("sink:", 1, "write a table as [[sink]]", "[[sink]]"),
        ("[camera.my yard]", 1, "letters, digits, '_' and '-'", "[camera.front_yard]"),
        ("[camera.yard\na = 1", 1, "stands in brackets: [camera.yard]", None),
        ("a = 1\na = 2", 2, "twice: write it once", None),
        ("[a]\n[a]\n", 2, "twice: write it once", None),
        ("[model]\n[model]\n", 2, "A second model is [model.then]", None),
        ('a = "x', 1, "Write the quotes at the end", None),
        ("a = “x”", 1, "straight quotes", None),
        ('a = "C:\\q"', 1, "in single quotes: 'C:\\clips'", "a = 'C:\\clips'"),
        ('a = "C:\\Users\\me"', 1, "in single quotes", "a = 'C:\\Users'"),
        ("a = [1, 2", 1, "a closing bracket", None),
        ("a = [[0, 1] [2, 3]]", 1, "Write a comma between two", "a = [[0, 1], [2, 3]]"),
        ("a = [\n  [0.1 0.5]]", 2, "Write a comma between two", None),
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
