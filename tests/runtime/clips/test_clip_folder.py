"""The folder of clips: its quota, its days, and what is not ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
from edgevision.runtime.clips import ClipFolder
from edgevision.runtime.clips.clip_file import hidden_name
from edgevision.runtime.clips.clip_record import ClipRecord
from support.clip_events import WALL_S, report

from edgevision.errors import SinkError

DAY = 86400.0


def _keep(folder, name, *, wall_s=WALL_S, size=1000, files=None):
    """Write a whole clip as an earlier run has left it: ``size`` bytes and a JSON."""
    event = report("start", wall_s - WALL_S, event_id=name)
    known = ClipRecord(event, ended_by="event").to_dict()
    known["files"] = {"clip": f"{name}.mp4"} if files is None else files
    text = json.dumps(known)
    (folder / f"{name}.json").write_text(text)
    (folder / f"{name}.mp4").write_bytes(bytes(size))
    return size + len(text)


@pytest.fixture
def opened(tmp_path):
    """Open folders; they are closed at the end."""
    folders = []

    def open_folder(**settings):
        notes = []
        settings = {"quota": 10**9, "clock": lambda: WALL_S, **settings}
        folders.append(ClipFolder(tmp_path, on_note=notes.append, **settings))
        folders[-1].notes = notes
        return folders[-1]

    yield open_folder
    for folder in folders:
        folder.close()


def _stems(path):
    return sorted(one.stem for one in path.glob("*.json"))


def test_the_oldest_go_until_the_quota_is_kept(tmp_path, opened):
    sizes = [_keep(tmp_path, f"c{n}", wall_s=WALL_S - n) for n in range(5)]
    folder = opened(quota=sum(sizes[:3]) + 5)
    folder.tidy()
    assert _stems(tmp_path) == ["c0", "c1", "c2"]
    assert sorted(p.name for p in tmp_path.glob("*.mp4")) == [
        "c0.mp4",
        "c1.mp4",
        "c2.mp4",
    ]
    assert folder.removed == 2
    assert folder.notes == []


def test_clips_of_this_run_count_and_those_that_grow_stay(tmp_path, opened):
    old = _keep(tmp_path, "old", wall_s=WALL_S - 100)
    folder = opened(quota=3 * old)
    new, growing = folder.begin("new"), folder.begin("growing")
    assert (new, growing) == ("new", "growing")
    (tmp_path / hidden_name("growing", ".mp4")).write_bytes(bytes(2 * old))
    folder.tidy()
    assert _stems(tmp_path) == ["old"]
    _keep(tmp_path, "new")
    folder.end("new")
    folder.tidy()
    assert _stems(tmp_path) == ["new"]
    # The growing one alone is more than the quota: it stays, and that is said once.
    (tmp_path / hidden_name("growing", ".mp4")).write_bytes(bytes(9 * old))
    folder.tidy()
    folder.tidy()
    assert _stems(tmp_path) == []
    assert (tmp_path / hidden_name("growing", ".mp4")).exists()
    assert len(folder.notes) == 1
    assert "the clips that grow take" in folder.notes[0]


def test_a_clip_that_becomes_whole_while_sizes_are_summed_is_no_error(
    tmp_path, opened, monkeypatch
):
    folder = opened()
    folder.tidy()
    growing = tmp_path / hidden_name(folder.begin("growing"), ".mp4")
    growing.write_bytes(b"x")
    scan = os.scandir

    @contextmanager
    def scan_late(path):
        with scan(path) as entries:
            listed = list(entries)
        growing.unlink()  # the writer of another camera
        yield listed

    monkeypatch.setattr(os, "scandir", scan_late)
    folder.tidy()
    assert not growing.exists()
    assert folder.notes == []


def test_a_folder_that_is_gone_is_said_once(tmp_path, opened):
    folder = opened()
    folder.begin("growing")
    folder.tidy()
    tmp_path.rename(tmp_path.parent / "elsewhere")
    folder.tidy()
    folder.tidy()
    assert [note.split(": ")[1] for note in folder.notes] == [
        "No such file or directory. Start again when it is there."
    ]
    (tmp_path.parent / "elsewhere").rename(tmp_path)


def test_clips_go_after_their_days_but_not_by_a_clock_that_was_not_set(
    tmp_path, opened
):
    _keep(tmp_path, "old", wall_s=WALL_S - 15 * DAY)
    _keep(tmp_path, "young", wall_s=WALL_S - 13 * DAY)
    _keep(tmp_path, "unset", wall_s=100.0)
    _keep(tmp_path, "ahead", wall_s=WALL_S + 400 * DAY)
    opened(keep_days=14).tidy()
    assert _stems(tmp_path) == ["ahead", "unset", "young"]


def test_what_is_not_ours_is_never_touched(tmp_path, opened):
    outside = tmp_path / "outside"
    outside.mkdir()
    folder_path = tmp_path / "events"
    folder_path.mkdir()
    (outside / "precious.mp4").write_bytes(b"x")
    mine = {
        "notes.json": '{"kind": "something else"}',
        "broken.json": "{",
        "list.json": "[1]",
        "deep.json": "[" * 100_000,
        "holiday.mp4": "x" * 5000,
        "z.jpg": "x",
        ".hidden": "x",
    }
    for name, text in mine.items():
        (folder_path / name).write_text(text)
    (folder_path / "link.json").symlink_to(outside / "precious.mp4")
    # A record of somebody's own that names other people's files.
    wrong = {"a": "../outside/precious.mp4", "b": "holiday.mp4", "c": 5, "d": "z.jpg"}
    _keep(folder_path, "evil", files=wrong)
    before = {p.name for p in folder_path.iterdir()}
    with ClipFolder(folder_path, quota=1, clock=lambda: WALL_S) as folder:
        folder.tidy()
        assert folder.removed == 1
    left = {p.name for p in folder_path.iterdir()}
    # Its own JSON goes, and nothing that it names.
    assert before - left == {"evil.json"}
    assert (outside / "precious.mp4").exists()


def test_other_limits_hold_from_then_on(tmp_path, opened):
    size = _keep(tmp_path, "c0", wall_s=WALL_S - 9)
    _keep(tmp_path, "c1", wall_s=WALL_S - 8)
    folder = opened(quota=2 * size + 5)
    folder.tidy()
    assert folder.removed == 0
    folder.limit(size + 5, 0)
    folder.tidy()
    assert folder.removed == 1


def test_clips_that_were_removed_by_hand_make_room(tmp_path, opened, monkeypatch):
    size = _keep(tmp_path, "c0", wall_s=WALL_S - 9)
    for n in (1, 2, 3):
        _keep(tmp_path, f"c{n}", wall_s=WALL_S - 9 + n)
    folder = opened(quota=4 * size + 5)
    folder.tidy()
    for name in ("c1.mp4", "c1.json"):
        (tmp_path / name).unlink()
    folder.begin("c4")
    _keep(tmp_path, "c4")
    folder.end("c4")
    monkeypatch.setattr("edgevision.runtime.clips.clip_folder._SCAN_EVERY_S", -1.0)
    folder.tidy()
    assert _stems(tmp_path) == ["c0", "c2", "c3", "c4"]


@pytest.mark.parametrize(
    ("event_id", "stem"),
    [
        ("20261130T204107.512-1a2b-0007", "20261130T204107.512-1a2b-0007"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("a/b c", "a-b-c"),
        ("…", "clip"),
        ("x" * 300, "x" * 80),
    ],
)
def test_an_id_becomes_a_name_inside_of_the_folder(opened, event_id, stem):
    folder = opened()
    assert folder.begin(event_id) == stem
    assert folder.begin(event_id) == f"{stem}-2"


def test_a_name_that_an_earlier_run_used_gets_a_number(tmp_path, opened):
    _keep(tmp_path, "e1")
    assert opened().begin("e1") == "e1-2"


def test_a_second_writer_is_refused(tmp_path, opened):
    opened()
    with pytest.raises(SinkError, match="is written to by another output of this"):
        opened()
    code = (
        "import sys\n"
        "from edgevision.runtime.clips import ClipFolder\n"
        "ClipFolder(sys.argv[1], quota=1)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert f"is written to by process {os.getpid()}" in result.stderr


def test_a_folder_that_cannot_be_made_is_an_error_with_its_cure(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SinkError, match="Choose another folder"):
        ClipFolder(tmp_path / "file" / "events", quota=1)


def test_a_file_that_cannot_be_removed_is_said(tmp_path, opened, monkeypatch):
    _keep(tmp_path, "c0")

    def refuse(path):
        raise PermissionError(1, "Operation not permitted")

    folder = opened(quota=1)
    monkeypatch.setattr(os, "unlink", refuse)
    folder.tidy()
    assert folder.notes[0] == "Cannot remove the clip c0: Operation not permitted."
    assert folder.removed == 0
