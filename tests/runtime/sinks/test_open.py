"""Sink strings, and what every sink keeps."""

from __future__ import annotations

import sys

import pytest
from edgevision.runtime.sinks.open import open_sink, parse_sink
from edgevision.runtime.sinks.registry import SINKS
from edgevision.runtime.sinks.window import window_sink as window
from support.streams import event

from edgevision.errors import OutputExistsError, SinkError

# How each kind is opened in a folder.
EXAMPLES = {
    "csv": "csv:{dir}/out.csv",
    "images": "images:{dir}/out",
    "jsonl": "jsonl:{dir}/out.jsonl",
    "video": "video:{dir}/out.mkv",
    "web": "web:0",
    "window": "window:",
}
SHOWS = "import sys; print('ready', flush=True); sys.stdin.buffer.read()"


@pytest.fixture(autouse=True)
def _window(monkeypatch):
    """Let a program that only says it is ready stand in for the window."""
    monkeypatch.setenv("DISPLAY", ":88")
    command = [sys.executable, "-c", SHOWS]
    monkeypatch.setattr(window, "child_command", lambda *_: command)


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(SINKS)


@pytest.mark.parametrize("kind", SINKS)
def test_a_sink_takes_events_and_closes_twice(kind, tmp_path):
    sink = open_sink(EXAMPLES[kind].format(dir=tmp_path))
    assert sink.name.startswith(f"{kind}:")
    sink.write(event(1))
    sink.write(event(2))
    sink.close()
    sink.close()
    assert sink.lost == 0


@pytest.mark.parametrize("kind", SINKS)
def test_an_unknown_option_is_refused(kind, tmp_path):
    with pytest.raises(SinkError, match="sice"):
        open_sink(EXAMPLES[kind].format(dir=tmp_path) + "?sice=3")


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_exists_is_replaced_only_by_force(kind, tmp_path):
    text = EXAMPLES[kind].format(dir=tmp_path)
    (tmp_path / f"out.{kind}").write_text("precious\n")
    with pytest.raises(OutputExistsError, match="--force"):
        open_sink(text)
    assert (tmp_path / f"out.{kind}").read_text() == "precious\n"
    open_sink(text, force=True).close()
    assert "precious" not in (tmp_path / f"out.{kind}").read_text()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("out.jsonl", "has no kind. Write it as KIND:TARGET, for instance jsonl:out"),
        ("jsnol:out", "Did you mean 'jsonl'"),
        ("jsonl:", "does not say where to"),
        ("jsonl:a?on-error=panic", "expected one of retry, drop, stop"),
    ],
)
def test_a_wrong_sink_string_is_told(text, match):
    with pytest.raises(SinkError, match=match):
        parse_sink(text)
