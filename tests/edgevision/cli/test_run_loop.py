"""The live line of a run: figures first, silent without a terminal."""

from __future__ import annotations

from dataclasses import replace

from edgevision.runtime.timing import Timing
from support.streams import event

from edgevision.cli.run_loop import LiveEvents
from edgevision.cli.terminal import TerminalLine


class Clock:
    """Seconds that only pass when told to."""

    now = 100.0

    def __call__(self):
        return self.now


def _lines(capsys):
    return [part for part in capsys.readouterr().err.split("\r") if part.strip()]


def test_the_rate_is_that_of_the_last_two_seconds(capsys):
    clock = Clock()
    line = LiveEvents(TerminalLine(shown=True), clock)
    for number in range(41):
        line.update(event(number, timing=Timing(invoke_ms=1.5, age_ms=7)))
        clock.now += 0.125
    first, *_, last = _lines(capsys)
    assert first.startswith(
        "#0  model 1.5 ms, age 7 ms since capture, 0 dropped  class 0 0.50"
    )
    assert last.startswith("#40  8.0 fps, model 1.5 ms, age 7 ms")


def test_two_frames_have_no_rate(capsys):
    clock = Clock()
    line = LiveEvents(TerminalLine(shown=True), clock)
    for number in range(7):
        line.update(event(number))
        clock.now += 10.0
    assert ["fps" in text for text in _lines(capsys)] == [False] * 5 + [True] * 2


def test_it_is_written_at_most_five_times_a_second(capsys):
    clock = Clock()
    line = LiveEvents(TerminalLine(shown=True), clock)
    for number in range(100):
        line.update(event(number))
        clock.now += 0.01
    assert len(_lines(capsys)) == 5


def test_a_narrow_terminal_cuts_off_the_results(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    LiveEvents(TerminalLine(shown=True)).update(
        replace(event(3), reconnects=2, dropped=5)
    )
    assert _lines(capsys) == ["#3  model 1.0 ms, age 0 ms since capt"]


def test_a_sentence_takes_the_line_away_first(capsys):
    line = TerminalLine(shown=True)
    LiveEvents(line).update(event())
    line.say("cam is lost.")
    line.clear()
    told = capsys.readouterr().err
    assert told.endswith(" \rcam is lost.\n")


def test_without_a_terminal_only_sentences_are_printed(capsys):
    line = TerminalLine(shown=False)
    LiveEvents(line).update(event())
    line.say("cam is lost.")
    assert capsys.readouterr().err == "cam is lost.\n"
