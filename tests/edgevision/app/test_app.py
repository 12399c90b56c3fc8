"""An app as an object: cameras run with one model, and a reload changes one of them."""

from __future__ import annotations

import json
import threading

import pytest
from edgevision.runtime.clips import ClipFolder
from edgevision.runtime.demo import DETECTOR
from edgevision.runtime.interpreter.backends import installed_backends

import edgevision
from edgevision.app import App
from edgevision.app.description import (
    AppDescription,
    CameraDescription,
    ModelDescription,
    SinkDescription,
)
from edgevision.errors import AppFileError, SourceError

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)

MODEL = ModelDescription(file=str(DETECTOR), threads=1)
ENDLESS = "synthetic:?fps=0&size=64x48"


def camera(frames: int, **more) -> CameraDescription:
    return CameraDescription(f"{ENDLESS}&frames={frames}", **more)


def test_each_camera_runs_to_its_end_and_shares_the_sinks(tmp_path):
    to = f"jsonl:{tmp_path}/all.jsonl"
    own = f"jsonl:{tmp_path}/{{camera}}.jsonl"
    described = AppDescription(
        MODEL,
        {"yard": camera(5), "door": camera(3)},
        sink=(SinkDescription(to), SinkDescription(own, cameras=("door",))),
    )
    with App(described) as app:
        events = list(app)
        lost = app.running.lost
    assert sorted(name for name, _ in events) == ["door"] * 3 + ["yard"] * 5
    for name, count in (("yard", 5), ("door", 3)):
        indexes = [event.frame.index for each, event in events if each == name]
        assert indexes == list(range(count))
    records = (tmp_path / "all.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["index"] for line in records) == sorted(
        [*range(5), *range(3)]
    )
    assert len((tmp_path / "door.jsonl").read_text().splitlines()) == 3
    assert lost == {to: 0, f"jsonl:{tmp_path}/door.jsonl": 0}


def test_a_second_start_goes_on_behind_the_records_of_the_first(tmp_path):
    to = f"jsonl:{tmp_path}/all.jsonl"
    described = AppDescription(MODEL, {"yard": camera(2)}, sink=(SinkDescription(to),))
    for _ in range(2):
        with App(described) as app:
            list(app)
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 4
    new = AppDescription(
        MODEL, {"yard": camera(2)}, sink=(SinkDescription(f"{to}?append=0"),)
    )
    with App(new) as app, pytest.raises(edgevision.EdgeVisionError, match="exists"):
        list(app)
    with App(described) as app:
        list(app.run(force=True))
    assert len((tmp_path / "all.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize("to", ["web:0", "video:a.mkv", "heat:heat/"])
def test_cameras_do_not_share_a_page_or_a_video(to):
    described = AppDescription(
        MODEL, {"a": camera(1), "b": camera(1)}, sink=(SinkDescription(to),)
    )
    with pytest.raises(
        AppFileError, match=r"the app: \[\[sink\]\] 1, to: .* a, b would"
    ):
        App(described)
    own = AppDescription(
        MODEL,
        {"a": camera(1), "b": camera(1)},
        sink=(SinkDescription(to, cameras=("b",)),),
    )
    assert App(own)


def test_a_source_for_a_camera_that_is_not_there_is_an_error():
    described = AppDescription(MODEL, {"yard": camera(1)})
    with pytest.raises(ValueError, match="no camera 'yrd'. Did you mean 'yard'?"):
        App(described, sources={"yrd": "clip.mp4"})


def test_a_video_that_is_not_there_is_an_error_before_the_first_frame():
    described = AppDescription(MODEL, {"yard": CameraDescription("none.mp4")})
    with App(described) as app, pytest.raises(SourceError, match=r"none\.mp4"):
        app.run()


FILE = """\
[model]
file = '{model}'
threads = 1
score_threshold = {score}
[camera.steady]
source = "{endless}"
max_fps = 200
[camera.other]
source = "{endless}&frames={frames}"
max_fps = 200
"""


class Watched:
    """An app of a file that runs in a thread, and the events that came.

    Args:
        path: The file.
    """

    def __init__(self, path) -> None:
        self.path = path
        self.write()
        self.app = edgevision.load_app(path)
        self.notes: list[str] = []
        self.events: list[tuple[str, int]] = []
        self.came = threading.Condition()
        self.running = self.app.run(on_note=self.notes.append)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def write(self, *, frames=1000, score=0.5, more="") -> None:
        text = FILE.format(model=DETECTOR, endless=ENDLESS, frames=frames, score=score)
        self.path.write_text(text + more)

    def _run(self) -> None:
        for name, event in self.running:
            with self.came:
                self.events.append((name, event.frame.index))
                self.came.notify_all()

    def wait_for(self, name: str, count: int) -> None:
        """Wait until so many more events of a camera came."""
        with self.came:
            begin = len(self.events)
            assert self.came.wait_for(
                lambda: sum(n == name for n, _ in self.events[begin:]) >= count, 30
            )

    def indexes(self, name: str) -> list[int]:
        return [index for each, index in self.events if each == name]


@pytest.fixture
def watched(tmp_path):
    app = Watched(tmp_path / "app.toml")
    yield app
    app.app.stop()
    app.thread.join(30)
    app.app.close()
    assert not app.thread.is_alive()


def test_a_reload_begins_only_what_changed_anew(watched):
    watched.wait_for("other", 5)
    watched.write(frames=999)
    assert watched.app.reload() == "other changed"
    watched.wait_for("other", 3)
    watched.wait_for("steady", 3)
    steady = watched.indexes("steady")
    assert steady == list(range(len(steady)))
    assert watched.indexes("other").count(0) == 2
    assert watched.app.reload() == "nothing changed"


def test_cameras_come_and_go_with_the_file(watched):
    more = f'[camera.third]\nsource = "{ENDLESS}"\nmax_fps = 200\n'
    watched.write(more=more)
    assert watched.app.reload() == "third added"
    watched.wait_for("third", 3)
    watched.write()
    assert watched.app.reload() == "third removed"
    watched.wait_for("steady", 3)
    assert watched.running.group.names == ("steady", "other")


def test_another_model_begins_all_anew(watched):
    watched.wait_for("steady", 3)
    watched.write(score=0.3)
    assert watched.app.reload() == "steady changed, other changed"
    watched.wait_for("steady", 3)
    assert watched.indexes("steady").count(0) == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"more": "max_fsp = 3\n"}, "Did you mean 'max_fps'"),
        ({"more": "[camera.new]\n"}, "has no 'source'"),
        ({"score": 3}, "expected a number of at least 0 and at most 1"),
        ({"more": "deny = 'x'"}, "line 11"),
    ],
)
def test_a_file_with_faults_changes_nothing(watched, change, sentence):
    watched.wait_for("steady", 3)
    watched.write(**change)
    with pytest.raises(AppFileError, match=sentence):
        watched.app.reload()
    watched.wait_for("steady", 3)
    watched.wait_for("other", 3)
    for name in ("steady", "other"):
        indexes = watched.indexes(name)
        assert indexes == list(range(len(indexes)))
    watched.write()
    assert watched.app.reload() == "nothing changed"


def test_a_camera_that_cannot_be_changed_is_said_and_tried_again(watched, tmp_path):
    watched.wait_for("steady", 3)
    text = watched.path.read_text()
    watched.path.write_text(text.replace(f"{ENDLESS}&frames=1000", "none.mp4"))
    words = watched.app.reload()
    assert words.startswith("other cannot be run: Cannot read none.mp4")
    watched.wait_for("steady", 3)
    watched.path.write_text(text)
    assert watched.app.reload() == "other added"
    watched.wait_for("other", 3)


def test_the_limits_of_clips_can_be_changed(watched, tmp_path):
    table = f'[clips]\nfolder = "{tmp_path}/clips"\nquota = "{{}}"\n'
    for quota in ("1GB", "2GB"):
        watched.write(more=table.format(quota))
        assert watched.app.reload() == "steady changed, other changed"
        watched.wait_for("other", 3)
    watched.write()
    assert watched.app.reload() == "steady changed, other changed"
    ClipFolder(tmp_path / "clips", quota=1).close()  # nobody holds it any more


def test_a_camera_whose_new_stages_cannot_be_opened_runs_as_before(watched, tmp_path):
    to = f"[[sink]]\nto = 'jsonl:{tmp_path}/a.jsonl'\n"
    watched.write(more=to)
    watched.app.reload()
    with ClipFolder(tmp_path / "clips", quota=1):
        more = f'[clips]\nfolder = "{tmp_path}/clips"\n'
        watched.write(more=more)
        assert watched.app.reload().startswith("steady runs as before: ")
    watched.wait_for("steady", 3)
    lines = len((tmp_path / "a.jsonl").read_text().splitlines())
    watched.wait_for("steady", 30)
    assert len((tmp_path / "a.jsonl").read_text().splitlines()) > lines
    watched.write(more=to)
    assert watched.app.reload() == "nothing changed"


def test_an_app_without_a_file_cannot_be_read_again():
    with App(AppDescription(MODEL, {"yard": camera(1)})) as app:
        with pytest.raises(ValueError, match="Only an app of a file that runs"):
            app.reload()
        list(app)
        with pytest.raises(ValueError, match="runs already"):
            app.run()
