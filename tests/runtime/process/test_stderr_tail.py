"""The end of what a program says: bounded, and there as soon as the program ended."""

from __future__ import annotations

import subprocess
import sys

from edgevision.runtime.process.stderr_tail import StderrTail


def _said(code):
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    words = StderrTail(process.stderr, name="test")
    process.wait()
    lines = words.lines(5)
    words.close()
    assert process.stderr.closed
    return lines, words


def test_the_last_lines_are_kept_without_blanks():
    lines, _ = _said("import sys; sys.stderr.write('one\\n\\n  two \\n')")
    assert lines == ["one", "two"]


def test_who_says_nothing_has_no_words():
    assert _said("")[0] == []


def test_of_very_many_lines_only_the_end_is_held():
    code = "import sys\nfor n in range(100000): print('frame', n, file=sys.stderr)"
    lines, words = _said(code)
    assert lines[-1] == "frame 99999"
    assert len(words._end) <= 8192
