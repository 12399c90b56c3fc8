"""What every sink keeps: one contract, run over the registry and somebody else's class.

The smallest class that can be a sink keeps it too: all but ``write`` has a default.
"""

from __future__ import annotations

import inspect
import sys

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.results.values import Values
from edgevision.runtime.sinks.base import RunContext, Sink
from edgevision.runtime.sinks.guard import GuardedSink
from edgevision.runtime.sinks.open import open_sink, parse_sink
from edgevision.runtime.sinks.registry import SINKS
from edgevision.runtime.sinks.window import window_sink as window
from edgevision.runtime.timing import Timing
from support.streams import blank, classes, event

from edgevision.errors import SinkError
from edgevision.registry import resolve

# How each kind is opened in a folder.
EXAMPLES = {
    "csv": "csv:{dir}/out.csv",
    "heat": "heat:{dir}/heat",
    "images": "images:{dir}/out",
    "jsonl": "jsonl:{dir}/out.jsonl",
    "video": "video:{dir}/out.mkv",
    "web": "web:0",
    "window": "window:",
}
OWN = """
from edgevision.runtime.sinks import Sink


class Own(Sink):
    def write(self, event): ...
"""
KINDS = [*SINKS, "own"]
SHOWS = "import sys; print('ready', flush=True); sys.stdin.buffer.read()"


@pytest.fixture(autouse=True)
def _window(monkeypatch):
    """Let a program that only says it is ready stand in for the window."""
    monkeypatch.setenv("DISPLAY", ":88")
    command = [sys.executable, "-c", SHOWS]
    monkeypatch.setattr(window, "child_command", lambda *_: command)


@pytest.fixture
def text(request, tmp_path):
    if request.param == "own":
        (tmp_path / "own.py").write_text(OWN)
        return f"{tmp_path}/own.py:Own"
    return EXAMPLES[request.param].format(dir=tmp_path)


def test_every_kind_has_an_example():
    assert set(EXAMPLES) == set(SINKS)


@pytest.mark.parametrize("kind", SINKS)
def test_every_kind_derives_from_the_base_class_and_names_a_usable_string(kind):
    sink_class = resolve("sink", kind, SINKS)
    assert issubclass(sink_class, Sink)
    address = parse_sink(sink_class.example)
    assert address.kind == kind
    assert bool(address.target) is sink_class.needs_target


@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_a_sink_takes_a_run_and_events_and_closes_twice(text):
    sink = open_sink(text)
    assert isinstance(sink, GuardedSink)
    sink.attach(RunContext(stop=lambda: None, model="net"))
    sink.tell(lambda note: None)
    assert sink.name
    assert isinstance(sink.address, str)
    sink.write(event(1))
    sink.write(event(2))
    sink.close()
    sink.close()
    assert sink.lost == 0


@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_a_sink_is_closed_by_its_with_block(text):
    with open_sink(text) as sink:
        sink.write(event(1))
    assert sink._closed


NUMBERS = Values(
    np.asarray([-12.5, 1e6], np.float32),
    ("angle", "distance to the wall"),
    ("deg", ""),
    ((-30.0, 30.0), None),
)


@pytest.mark.parametrize("result", [NUMBERS, classes()], ids=["numbers", "nothing"])
@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_a_sink_takes_numbers_and_an_empty_answer(text, result):
    """A frame of a multi-label classifier may have no label at all."""
    sink = open_sink(text)
    sink.attach(RunContext(stop=lambda: None, model="net"))
    for index in range(3):
        frame = blank(index, size=(64, 48))
        sink.write(Event(frame, result, Timing(invoke_ms=1.0)))
    sink.close()
    assert sink.lost == 0


@pytest.mark.parametrize("text", KINDS, indirect=True)
def test_an_unknown_option_is_refused(text):
    with pytest.raises(SinkError, match="sice"):
        open_sink(f"{text}?sice=3")


def test_the_base_class_has_all_that_a_run_may_ask_a_sink_for():
    public = {name for name, _ in inspect.getmembers(Sink) if not name.startswith("_")}
    assert public == {
        *("name", "address", "lost", "needs_target", "needs_pictures", "example"),
        *("open", "attach", "tell", "write", "write_rule_event", "close"),
    }
