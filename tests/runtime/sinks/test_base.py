"""The base class of sinks: what somebody else's class gets without writing it."""

from __future__ import annotations

import pytest
from edgevision.runtime.pipeline.stream import open_stream
from edgevision.runtime.sinks.base import RunContext, Sink
from edgevision.runtime.sinks.open import open_sink
from support.own_parts import offer
from support.streams import FakeRunner, FakeSource, event

from edgevision.errors import SinkError

LAMP = """
from edgevision.runtime.sinks import Sink


class Lamp(Sink):
    lit = 0

    def write(self, event):
        self.lit += len(event.result)


class Switch:
    pass


class Named(Lamp):
    def __init__(self, room):
        super().__init__(f"lamp:{room}")


class Fixed(Lamp):
    def __init__(self):
        super().__init__("lamp")


class Dark(Sink):
    pass


class Loose(Lamp):
    def __init__(self):
        self.wire = {}["red"]


class Odd(Lamp):
    @classmethod
    def open(cls, target, options, *, force=False):
        return 3


raise_nothing = True
"""


class Least(Sink):
    """The smallest sink there can be."""

    def __init__(self) -> None:
        self.count = 0  # without super().__init__(): somebody will forget it

    def write(self, event):
        self.count += 1


@pytest.fixture
def lamp(tmp_path):
    path = tmp_path / "lamp.py"
    path.write_text(LAMP)
    return path


def test_a_class_with_write_alone_keeps_the_whole_contract():
    with Least() as sink:
        sink.attach(RunContext(stop=lambda: None, model="net"))
        sink.tell(lambda note: None)
        sink.write(event())
        sink.close()
    assert (sink.name, sink.address, sink.lost, sink.count) == ("sink", "", 0, 1)


def test_a_sink_of_ones_own_works_in_a_stream():
    sink = Least()
    with open_stream(FakeRunner(), FakeSource(3), sinks=[sink]) as events:
        assert len(list(events)) == 3
        assert events.summary().lost == {"sink": 0}
    assert sink.count == 3


def test_what_is_not_derived_from_the_base_class_is_refused_with_a_sentence():
    class Duck:
        name = "duck"

        def write(self, event): ...

    source = FakeSource(1)
    with pytest.raises(TypeError, match="derive from .*sinks.Sink, got Duck"):
        open_stream(FakeRunner(), source, sinks=[Duck()])
    assert source.released.is_set()


@pytest.mark.parametrize("sinks", ["jsonl:out.jsonl", Least()])
def test_one_sink_without_a_list_is_told(sinks):
    with pytest.raises(TypeError, match="sinks must be a list, .* in brackets"):
        open_stream(FakeRunner(), FakeSource(1), sinks=sinks)


def test_the_run_tells_every_sink_the_models_name_and_how_to_stop():
    class Attached(Least):
        def attach(self, run):
            self.run = run

    sink = Attached()
    with open_stream(FakeRunner(), FakeSource(9), sinks=[sink], model="net") as events:
        for _ in events:
            sink.run.stop()
    assert sink.run.model == "net"


def test_a_file_s_class_is_opened_by_its_place(lamp):
    sink = open_sink(f"{lamp}:Lamp?on-error=stop")
    sink.write(event())
    assert (sink.name, sink.sink.lit, sink.on_error) == ("Lamp", 1, "stop")
    assert open_sink(f"{lamp}:Named:kitchen").name == "lamp:kitchen"


def test_an_installed_modules_class_is_opened_by_its_place(monkeypatch, lamp):
    package = lamp.parent / "own_lights"
    package.mkdir()
    lamp.rename(package / "lamp.py")
    monkeypatch.syspath_prepend(str(lamp.parent))
    assert open_sink("own_lights.lamp:Named:hall").name == "lamp:hall"


def test_an_entry_point_is_a_kind_of_sink(monkeypatch, lamp):
    package = lamp.parent / "own_offer"
    package.mkdir()
    lamp.rename(package / "lamp.py")
    offer(lamp.parent, "edgevision.sinks", "lamp", "own_offer.lamp:Named")
    monkeypatch.syspath_prepend(str(lamp.parent))
    assert open_sink("lamp:porch").name == "lamp:porch"


@pytest.mark.parametrize(
    ("end", "match"),
    [
        (":Switch", "is not a sink: expected a class derived from"),
        (":Lantern", "Cannot load the sink .*: no 'Lantern' there"),
        (":raise_nothing", "is not a sink"),
        (":Dark", "is not a sink: it has no method 'write'"),
        (":Loose", r"Cannot make the sink .*: KeyError: 'red' \(.*lamp.py, line \d+"),
        (":Odd", "its method open returned int, expected a Sink"),
        (
            ":Named",
            "the sink Named with no target: missing a required",
        ),
        (":Fixed:hall", "the sink Fixed with the target 'hall': too many"),
        (":Lamp?pin=4", "the sink Lamp has no options, got 'pin'"),
    ],
)
def test_what_cannot_be_a_sink_is_told(lamp, end, match):
    with pytest.raises(SinkError, match=match):
        open_sink(f"{lamp}{end}")


def test_a_file_that_is_absent_or_broken_is_told(tmp_path):
    with pytest.raises(SinkError, match="there is no file"):
        open_sink(f"{tmp_path}/absent.py:Lamp")
    (tmp_path / "broken.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(SinkError, match="Error: No module named 'nothing"):
        open_sink(f"{tmp_path}/broken.py:Lamp")
    with pytest.raises(SinkError, match="No module named 'not_there'"):
        open_sink("not_there.lamp:Lamp")


def test_a_file_of_code_without_a_class_is_told_how_to_name_one():
    with pytest.raises(SinkError, match=r"Write it as \./lamp\.py:CLASS"):
        open_sink("./lamp.py")


def test_an_unknown_kind_says_what_exists_and_how_ones_own_plugs_in():
    match = (
        r"No sink 'mqtt'. Known: csv, heat, images, .* "
        r"A sink of your own is ./file.py:CLASS"
    )
    with pytest.raises(SinkError, match=match):
        open_sink("mqtt:broker")
