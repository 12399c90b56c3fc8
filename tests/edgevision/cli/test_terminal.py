"""A line that is written over, and text that a terminal cannot obey."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from edgevision.cli.terminal import (
    Counter,
    TerminalLine,
    cells,
    cut,
    json_text,
    printable,
    say,
)


class Screen:
    """One row of a terminal, as it looks after what was written to it."""

    def __init__(self):
        self.rows = [""]

    def feed(self, text):
        """Obey carriage returns and line feeds, overwrite elsewhere."""
        column = 0
        for char in text:
            if char == "\r":
                column = 0
            elif char == "\n":
                self.rows.append("")
                column = 0
            else:
                row = self.rows[-1].ljust(column)
                self.rows[-1] = row[:column] + char + row[column + 1 :]
                column += 1
        return [row.rstrip() for row in self.rows]


def test_a_shorter_text_leaves_nothing_of_the_longer_one():
    out = io.StringIO()
    with TerminalLine(out, shown=True) as line:
        line.show("a long text")
        line.show("short")
        assert Screen().feed(out.getvalue()) == ["short"]
        line.say("stays")
        line.show("again")
        assert Screen().feed(out.getvalue()) == ["stays", "again"]
    assert Screen().feed(out.getvalue()) == ["stays", ""]


def test_only_sentences_reach_what_is_no_terminal():
    out = io.StringIO()
    with TerminalLine(out) as line:
        line.show("progress")
        line.say("stays")
    assert out.getvalue() == "stays\n"


def test_the_line_is_narrower_than_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    out = io.StringIO()
    TerminalLine(out, shown=True).show("猫" * 100)
    assert cells(out.getvalue().strip("\r")) <= 27


def test_ctrl_c_that_the_terminal_writes_is_cleared_too(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    out = io.StringIO()
    line = TerminalLine(out, shown=True)
    line.show("x" * 100)
    out.write("^C")
    assert len(out.getvalue().strip("\r")) < 40  # it does not reach the next row
    line.say("the end")
    assert Screen().feed(out.getvalue()) == ["the end", ""]


@pytest.mark.parametrize(
    ("text", "width", "columns"),
    [
        ("cat", 3, 3),
        ("猫", 2, 2),  # wide
        ("e\u0301", 1, 1),  # an accent of its own takes no column
        ("\uff21b", 3, 3),  # full width
    ],
)
def test_columns_are_counted_as_a_terminal_does(text, width, columns):
    assert cells(text) == columns
    assert cut(text, width) == text
    assert cells(cut(text, width - 1)) < width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a cat", "a cat"),
        ("Übergröße 猫", "Übergröße 猫"),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("two\nlines\r", r"two\nlines\r"),
        ("\x9b2J", r"\x9b2J"),
        ("gpj.\u202etac", r"gpj.\u202etac"),
        ("half \ud800", r"half \ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(text, shown):
    assert printable(text) == shown
    out = io.StringIO()
    TerminalLine(out, shown=True).say(text)
    assert out.getvalue() == f"{shown}\n"


def test_json_says_the_same_and_a_terminal_cannot_obey_it():
    data = {"label": "\x1b[2J\x9b\u202e\n\ud800 猫", "score": 0.5}
    for indent in (None, 2):
        text = json_text(data, indent=indent)
        assert json.loads(text) == data
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)
        text.encode("utf-8")


def test_a_counter_says_how_far_a_step_is_and_what_is_left():
    now = [0.0]
    counter = Counter(lambda: now[0])
    assert counter.begin("Reading") == "Reading ..."
    assert counter.text(0, 4) == "Reading [--------------------] 0/4"
    now[0] = 3.0
    assert counter.text(1, 4) == "Reading [#####---------------] 1/4, 9 s left"
    assert counter.text(4, 4) == "Reading [####################] 4/4"
    assert counter.text(0, 0) == "Reading [--------------------] 0/0"
    assert counter.share_text(0.5) == "Reading [##########----------] 50%, 3 s left"


def test_the_first_of_many_pieces_foretells_no_time():
    now = [0.0]
    counter = Counter(lambda: now[0])
    counter.begin("Reading")
    now[0] = 3.0
    assert "left" not in counter.text(1, 100)
    assert "left" not in counter.text(3, 100)
    now[0] = 4.0
    assert counter.text(11, 100).endswith(" 11/100, 9 s left")
    counter.begin("Writing")
    assert "left" not in counter.text(50, 100)


class _Gone(io.StringIO):
    """A standard error that takes nothing."""

    def write(self, text):
        raise OSError(28, "No space left on device")


def test_a_secret_reaches_no_stream(monkeypatch, capsys):
    monkeypatch.setattr("edgevision.redaction._secrets", {"pa55word": "${DOOR}"})
    say("it is pa55word", err=True)
    say("it is pa55word")
    assert capsys.readouterr() == ("it is ${DOOR}\n", "it is ${DOOR}\n")


def test_a_standard_error_that_takes_nothing_stops_no_work(monkeypatch):
    monkeypatch.setattr(sys, "stderr", _Gone())
    say("sentence", err=True)
    with TerminalLine(shown=True) as line:
        line.show("figures")
        line.say("sentence")


def test_a_standard_output_that_takes_nothing_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "stdout", _Gone())
    with pytest.raises(OSError, match="No space left"):
        say("result")
