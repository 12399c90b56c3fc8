"""All sinks are closed once, whatever one of them does."""

from __future__ import annotations

import pytest
from edgevision.runtime.pipeline.sink_writer import SinkWriter
from support.streams import FakeSink, event

from edgevision.errors import SinkError


class Broken(FakeSink):
    def close(self):
        super().close()
        raise SinkError(f"{self.name} is broken")


def test_the_first_error_is_raised_when_all_are_closed():
    sinks = [FakeSink("a"), Broken("b"), Broken("c"), FakeSink("d")]
    writer = SinkWriter(sinks)
    with pytest.raises(SinkError, match="b is broken"):
        writer.close()
    writer.close()  # twice is once
    assert [sink.closed for sink in sinks] == [1, 1, 1, 1]


def test_closing_the_others_survives_their_errors(caplog):
    sinks = [Broken("a"), FakeSink("b")]
    SinkWriter(sinks).close_others(None)
    assert [sink.closed for sink in sinks] == [1, 1]
    assert "cannot finish a sink: a is broken" in caplog.text


def test_an_error_while_writing_keeps_the_event_from_later_sinks():
    def fail(event):
        raise SinkError("full")

    later = FakeSink("later")
    with pytest.raises(SinkError, match="full"):
        SinkWriter([FakeSink(hook=fail), later]).write(event())
    assert later.events == []
