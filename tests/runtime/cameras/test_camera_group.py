"""Several cameras at one model: turns, faults of one of them, changes, the end."""

from __future__ import annotations

import threading

import pytest
from edgevision.runtime.cameras import camera_group
from edgevision.runtime.cameras.camera import Camera
from edgevision.runtime.cameras.camera_group import CameraGroup, open_cameras
from edgevision.runtime.model.in_turn import InTurn
from edgevision.runtime.pipeline import sink_writer
from edgevision.runtime.stage import Stage
from edgevision.runtime.watchdog import watchdog
from edgevision.runtime.watchdog.step import Invoke
from support.mjpeg_server import MjpegServer
from support.streams import FakeRunner, FakeSink, FakeSource

from edgevision.errors import ModelError, SinkError, SourceError


def in_turn(runner=None):
    """Return what makes the runner of each camera, over one model."""
    model = runner or FakeRunner()
    return lambda turn: InTurn(model, turn)


def _left() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("edgevision-")]


@pytest.fixture
def gate():
    """Return an event that keeps a thread for ever, until the test is over."""
    event = threading.Event()
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name.startswith("edgevision-"):
            thread.join(30)
    assert not _left()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sink_writer, "SINK_PATIENCE_S", 0.15)
    monkeypatch.setattr(watchdog, "_LONGEST_TICK_S", 0.02)
    monkeypatch.setattr("edgevision.runtime.pipeline.pipeline._PATIENCE_S", 0.1)


def test_every_camera_has_its_events_its_figures_and_its_sinks():
    sinks = {name: FakeSink() for name in "abc"}
    cameras = {
        name: Camera(FakeSource(count), sinks=[sinks[name]])
        for name, count in zip("abc", (40, 30, 20), strict=True)
    }
    seen: dict[str, list[int]] = {name: [] for name in cameras}
    with open_cameras(in_turn(), cameras, model="net") as group:
        for name, event in group:
            seen[name].append(event.frame.index)
    summary = group.summary()
    for name, count in zip("abc", (40, 30, 20), strict=True):
        assert seen[name] == list(range(count))
        assert [event.frame.index for event in sinks[name].events] == seen[name]
        assert {event.camera for event in sinks[name].events} == {name}
        assert sinks[name].closed == 1
        assert summary.runs[name].latency.frames == count
        assert summary.states[name] == "ended"
    assert not summary.errors
    assert not _left()


def test_the_model_is_asked_from_one_thread_at_a_time():
    busy = threading.Lock()

    def look(frame):
        assert busy.acquire(blocking=False)
        busy.release()

    cameras = {name: FakeSource(50) for name in "abcd"}
    with open_cameras(in_turn(FakeRunner(look)), cameras) as group:
        assert sum(1 for _ in group) == 200


def test_two_cameras_that_always_have_frames_take_turns():
    order = []
    waits = threading.Event()

    def look(frame):
        order.append(frame.details)
        waits.wait(0.002)  # meanwhile the other one has its next frame

    class Named(FakeSource):
        def frames(self):
            for frame in super().frames():
                object.__setattr__(frame, "details", self.count)
                yield frame

    cameras = {"long": Named(61), "short": Named(60)}
    with open_cameras(in_turn(FakeRunner(look)), cameras) as group:
        for _ in group:
            pass
    # Of the first 100 turns every second one, but for those of a busy machine.
    assert 25 <= order[:100].count(61) <= 75


class Hanging(FakeSource):
    """Give some frames, and never come back from the next read."""

    def __init__(self, gate, count):
        super().__init__(count, live=True)
        self.gate = gate

    def frames(self):
        yield from super().frames()
        self.gate.wait()


class StuckSink(FakeSink):
    def __init__(self, gate):
        super().__init__("nas")
        self.gate = gate

    def write(self, event):
        self.gate.wait()


class Damaged(FakeSource):
    """Count a damaged picture for each whole one."""

    def frames(self):
        for frame in super().frames():
            self.status.damaged += 1
            yield frame


class Failing(Stage):
    name = "failing"

    def apply(self, event):
        raise ZeroDivisionError("a fault of the code")


def _sick(kind, gate):
    """Return a camera with a fault."""
    if kind == "dies":
        return Camera(FakeSource(2, live=True, error=SourceError("gone.")))
    if kind == "hangs in read":
        return Camera(Hanging(gate, 2))
    if kind == "never opens":
        return Camera("rtsp://127.0.0.1:9/none")
    if kind == "ends":
        return Camera(FakeSource(2))
    if kind == "damaged":
        return Camera(Damaged(5))
    if kind == "sink fails":
        return Camera(FakeSource(9), sinks=[FakeSink(hook=_fail)])
    if kind == "stage fails":
        return Camera(FakeSource(9), stages=[Failing()])
    assert kind == "sink hangs"
    endless = FakeSource(10**9, live=True, period_s=0.001)
    return Camera(endless, sinks=[StuckSink(gate)])


def _fail(event):
    raise SinkError("the disk is full.")


KINDS = (
    *("dies", "hangs in read", "never opens", "ends", "damaged"),
    *("sink fails", "sink hangs", "stage fails"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sick_camera_costs_the_others_no_frame(kind, gate, impatient):
    cameras = {
        "first": Camera(FakeSource(60)),
        "sick": _sick(kind, gate),
        "last": Camera(FakeSource(60)),
    }
    seen: dict[str, list[int]] = {name: [] for name in cameras}
    with open_cameras(in_turn(), cameras) as group:
        for name, event in group:
            seen[name].append(event.frame.index)
            if len(seen["first"]) == len(seen["last"]) == 60:
                break
    assert seen["first"] == seen["last"] == list(range(60))
    summary = group.summary()
    assert summary.errors.keys() <= {"sick"}
    assert [summary.runs[n].latency.frames for n in ("first", "last")] == [60, 60]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("dies", "gone."),
        ("sink fails", "the disk is full."),
        ("stage fails", "a fault of the code"),
    ],
)
def test_a_camera_that_fails_is_said_and_the_iteration_goes_on(kind, error, caplog):
    cameras = {"sick": _sick(kind, None), "well": Camera(FakeSource(60))}
    with open_cameras(in_turn(), cameras) as group:
        names = [name for name, _ in group]
    assert names.count("well") == 60
    summary = group.summary()
    assert summary.states == {"sick": "failed", "well": "ended"}
    assert summary.errors == {"sick": error}
    assert f"camera sick has ended: {error}" in caplog.text


def test_when_all_cameras_have_failed_the_first_error_is_raised():
    cameras = {
        "a": FakeSource(1, error=SourceError("a is gone.")),
        "b": FakeSource(1, error=SourceError("b is gone.")),
    }
    with (
        pytest.raises(SourceError, match="a is gone"),
        open_cameras(in_turn(), cameras) as group,
    ):
        list(group)


def test_a_model_that_hangs_ends_all_cameras_and_their_sinks(gate):
    calls = iter(range(10**9))

    def hang(frame):
        if next(calls) == 10:
            with Invoke("net.tflite"):
                gate.wait()

    sinks = [FakeSink(), FakeSink()]
    cameras = {
        name: Camera(FakeSource(10**9, live=True, period_s=0.001), sinks=[sink])
        for name, sink in zip("ab", sinks, strict=True)
    }
    with (
        pytest.raises(ModelError, match=r"net\.tflite hangs"),
        open_cameras(in_turn(FakeRunner(hang)), cameras, max_invoke=0.05) as group,
    ):
        for _ in group:
            pass
    assert [sink.closed for sink in sinks] == [1, 1]
    errors = group.summary().errors
    # The other one waits for the model, which is no hang of its own.
    assert list(errors) == ["a", "b"]
    assert errors["a"] == errors["b"]


class Steady(FakeSource):
    """Give frames until it is closed; the next one when the last was asked for."""

    def __init__(self):
        super().__init__(10**9)


def _next_of(events, name):
    return next(event for who, event in events if who == name)


def test_a_camera_is_replaced_while_the_others_lose_no_frame():
    kept, old, new = Steady(), Steady(), Steady()
    sinks = {name: FakeSink() for name in ("kept", "old", "new")}
    cameras = {
        "kept": Camera(kept, sinks=[sinks["kept"]]),
        "other": Camera(old, sinks=[sinks["old"]]),
    }
    with open_cameras(in_turn(), cameras) as group:
        events = iter(group)
        _next_of(events, "other")
        before = group.replace("other", Camera(new, sinks=[sinks["new"]]))
        assert old.released.is_set()
        assert sinks["old"].closed == 1
        assert before.latency.frames == len(sinks["old"].events) > 0
        assert _next_of(events, "other").frame.index == 0
        for _ in range(40):
            next(events)
        assert group.names == ("kept", "other")
        assert group.pipeline("other").source is new
    indices = [event.frame.index for event in sinks["kept"].events]
    assert indices == list(range(len(indices)))
    assert sinks["kept"].closed == sinks["new"].closed == 1


def test_the_only_camera_can_be_replaced_and_the_iteration_goes_on():
    with open_cameras(in_turn(), {"a": Steady()}) as group:
        events = iter(group)
        next(events)
        group.replace("a", Camera(FakeSource(3)))
        rest = [event.frame.index for _, event in events]
    assert rest[-3:] == [0, 1, 2]


def test_cameras_come_and_go_while_it_runs():
    with open_cameras(in_turn(), {"a": Steady()}) as group:
        events = iter(group)
        next(events)
        group.add("b", Camera(Steady()))
        _next_of(events, "b")
        figures = group.remove("a")
        assert figures.latency.frames >= 1
        assert group.names == ("b",)
        assert {next(events)[0] for _ in range(5)} == {"b"}
        group.add("a", Camera(Steady()))
        _next_of(events, "a")


def test_a_replacement_that_cannot_be_opened_leaves_the_others(tmp_path):
    with open_cameras(in_turn(), {"a": Steady(), "b": Steady()}) as group:
        events = iter(group)
        next(events)
        with pytest.raises(SourceError):
            group.replace("a", Camera(tmp_path / "missing.mp4"))
        assert group.names == ("b",)
        assert _next_of(events, "b")


def test_stopping_from_another_thread_ends_the_iteration_and_closes_all():
    sources = [FakeSource(10**9, live=True, period_s=0.001) for _ in range(3)]
    group = open_cameras(in_turn(), dict(zip("abc", sources, strict=True)))
    with group:
        for _ in group:
            threading.Thread(target=group.stop).start()
    assert all(source.released.is_set() for source in sources)
    assert not _left()
    with pytest.raises(ValueError, match="was stopped"):
        group.add("d", Camera(FakeSource(1)))
    with pytest.raises(ValueError, match="iterated once"):
        next(iter(group))


def test_a_camera_that_is_added_while_the_group_is_stopped_ends_with_it():
    with open_cameras(in_turn(), {"a": Steady()}) as group:

        def source():
            group.stop()  # while the camera is opened
            return Steady()

        events = iter(group)
        next(events)
        group.add("b", Camera(source))
        assert len(list(events)) < 20
    assert group.summary().states == {"a": "ended", "b": "ended"}


def test_leaving_the_loop_closes_all():
    cameras = {name: Camera(Steady(), sinks=[FakeSink()]) for name in "abc"}
    with open_cameras(in_turn(), cameras) as group:
        for _ in group:
            break
    assert not _left()
    group.close()


def test_a_still_camera_asks_the_model_once():
    class Same(FakeSource):
        def frames(self):
            for frame in super().frames():
                frame.image[...] = 80
                yield frame

    asked = []
    runner = FakeRunner(lambda frame: asked.append(frame.image.max()))
    cameras = {
        "still": Camera(Same(30), when_motion=True, max_answer_age=1e9),
        "other": Camera(FakeSource(30)),
    }
    with open_cameras(in_turn(runner), cameras) as group:
        reused = [e.timing.is_reused for name, e in group if name == "still"]
    assert len(reused) == 30
    assert reused.count(False) == 1
    assert len(asked) == 31


def test_the_health_of_the_board_is_read_once_for_all(monkeypatch):
    logs = []

    class Log(camera_group.HealthLog):
        def __init__(self):
            super().__init__(every_s=1000.0)
            logs.append(self)

    monkeypatch.setattr(camera_group, "HealthLog", Log)
    cameras = {name: FakeSource(2) for name in "abc"}
    with open_cameras(in_turn(), cameras) as group:
        events = [event for _, event in group]
        assert group.pipeline("a").health is group.health
    assert len(logs) == 1
    assert all(event.health is logs[0]._first for event in events)
    assert not _left()


def test_notes_of_a_camera_come_with_its_name(caplog):
    class Noting(FakeSource):
        def frames(self):
            self.status.on_note("it is dark")
            yield from super().frames()

    notes = []
    group = CameraGroup(in_turn())
    group.on_note = lambda name, text: notes.append((name, text))
    group.add("yard", Camera(Noting(1)))
    with group:
        list(group)
    assert notes == [("yard", "it is dark")]
    with open_cameras(in_turn(), {"hall": Noting(1)}) as group:
        list(group)
    assert "hall: it is dark" in caplog.text


def test_a_camera_that_is_not_there_at_first_joins_the_others_later(monkeypatch):
    monkeypatch.setattr(
        "edgevision.runtime.cameras.reopened_source._FIRST_WAIT_S", 0.02
    )
    server = MjpegServer()
    server.kill()
    notes = []
    with open_cameras(in_turn(), {"web": server.url, "file": Steady()}) as group:
        group.on_note = lambda name, text: notes.append((name, text))
        events = iter(group)
        assert all(next(events)[0] == "file" for _ in iter(lambda: bool(notes), True))
        server.start()
        for name in ("web", "file", "web"):
            _next_of(events, name)
    server.kill()
    assert [name for name, _ in notes] == ["web", "web"]
    assert notes[0][1].startswith("The camera cannot be read: Cannot open http://127.")
    assert group.summary().runs["web"].reconnects == 1


def test_what_cannot_be_is_said(tmp_path):
    with pytest.raises(ValueError, match="There is no camera"):
        open_cameras(in_turn(), {})
    with CameraGroup(in_turn()) as group:
        group.add("a", Camera(FakeSource(1)))
        with pytest.raises(ValueError, match="a camera 'a' already"):
            group.add("a", Camera(FakeSource(1)))
        with pytest.raises(ValueError, match="no camera 'b'. There are: 'a'"):
            group.remove("b")
        with pytest.raises(ValueError, match="needs a name"):
            group.add("", Camera(FakeSource(1)))
    first = FakeSource(1)
    with pytest.raises(SourceError):
        open_cameras(in_turn(), {"a": first, "b": str(tmp_path / "none.mp4")})
    assert first.released.is_set()
