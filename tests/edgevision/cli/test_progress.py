"""The progress of long work: remarks stay, the rest is for terminals."""

from __future__ import annotations

import io

from edgevision.converters.progress import ProgressEvent

from edgevision.cli.progress import (
    ConversionProgress,
    Screen,
    TrainingProgress,
    measuring_bar,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


EVENTS = [
    ProgressEvent("step", "load"),
    ProgressEvent("advance", "load", 1, 2),
    ProgressEvent("warning", "Two pictures are alike."),
    ProgressEvent("note", "Layer \x1b[2J is new."),
]


def test_a_conversion_shows_remarks_where_there_is_no_terminal(capsys):
    with ConversionProgress() as progress:
        for event in EVENTS:
            progress(event)
    assert capsys.readouterr().err.splitlines() == [
        "Warning: Two pictures are alike.",
        r"Layer \x1b[2J is new.",
    ]


def test_a_verbose_conversion_prints_every_step(capsys):
    with ConversionProgress(verbose=True) as progress:
        for event in EVENTS:
            progress(event)
    assert capsys.readouterr().err.splitlines()[0] == "Loading the model"


def test_a_conversion_counts_on_a_terminal(monkeypatch):
    out = Terminal()
    monkeypatch.setattr("sys.stderr", out)
    with ConversionProgress() as progress:
        for event in EVENTS[:2]:
            progress(event)
    parts = out.getvalue().split("\r")
    assert parts[1] == "Loading the model ..."
    assert parts[2].startswith("Loading the model [##########----------] 1/2")
    assert parts[3].strip() == ""  # cleared at the end


def test_a_training_writes_progress_over_and_keeps_the_rest():
    for stream, lines in ((Terminal(), 2), (io.StringIO(), 2)):
        progress = TrainingProgress(stream)
        progress.callbacks.on_progress("epoch 1")
        progress.callbacks.on_epoch("epoch 1: 90 %")
        progress.callbacks.on_warning("few pictures")
        text = stream.getvalue()
        assert text.count("\n") == lines
        assert ("\repoch 1" in text) == stream.isatty()
        assert "Warning: few pictures\n" in text


def test_a_quiet_screen_prints_nothing(capsys):
    for quiet in (True, False):
        screen = Screen(quiet=quiet)
        screen.line("a result")
        with screen.progress("training") as tell:
            tell("half")
    seen = capsys.readouterr()
    assert seen.out == "a result\n"
    assert seen.err == "training ...\n"


def test_a_screen_breaks_long_lines_at_words_on_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    text = "          #0    star 0.91 [1 2 3 4], cross 0.90 [5 6 7 8], heart 0.80"
    for out, count in ((Terminal(), 3), (io.StringIO(), 1)):
        monkeypatch.setattr("sys.stdout", out)
        Screen(quiet=False).line(text)
        lines = out.getvalue().splitlines()
        assert len(lines) == count
        assert " ".join(out.getvalue().split()) == " ".join(text.split())
        assert lines[0].startswith("          #0    star")
        if count > 1:
            assert max(map(len, lines)) <= 40


def test_a_measurement_shows_its_share_and_its_step(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with measuring_bar() as on_progress:
        on_progress(0.25, "block 3")
    shown = terminal.getvalue()
    assert "Measuring ..." in shown
    assert "25%" in shown
    assert "block 3" in shown


def test_a_measurement_shows_nothing_where_there_is_no_terminal(capsys):
    with measuring_bar() as on_progress:
        on_progress(0.25, "block 3")
    assert capsys.readouterr().err == ""
