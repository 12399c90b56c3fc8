"""The folder: written while a run goes on, and gone on from by the next one."""

from __future__ import annotations

import threading
from datetime import datetime

import cv2
import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.heat_map import (
    DayCounts,
    HeatFolder,
    heat_folder,
    heat_record,
)
from edgevision.runtime.results import Detections
from edgevision.runtime.timing import Timing
from support.region_walks import tracks_of

from edgevision.errors import SinkError

IMAGE = np.full((400, 400, 3), 90, np.uint8)


def event_of(time_s, track_id=1):
    tracks = tracks_of(time_s, {track_id: (200, 200)})
    frame = Frame(IMAGE, int(time_s * 1e9))
    return Event(frame, Detections.empty(), Timing(), tracks=tracks)


def run(folder, track_id=1):
    with HeatFolder(folder) as heat:
        for k in range(11):
            heat.add(event_of(1000.0 + k, track_id))


def read(folder):
    (counts,) = folder.glob("counts-*.csv")
    rows = DayCounts.of_text(counts.stem[7:], counts.read_text()).rows
    return np.load(folder / "heat-map.npy"), rows


def test_a_run_leaves_a_map_a_picture_and_the_counts(tmp_path):
    run(tmp_path / "heat")
    seconds, rows = read(tmp_path / "heat")
    assert seconds.sum() == 10.0
    assert [(row.came, row.most, row.seconds) for row in rows.values()] == [(1, 1, 10)]
    picture = cv2.imread(str(tmp_path / "heat/heat-map.jpg"))
    assert picture.shape == IMAGE.shape
    assert picture[200, 200].sum() > 400


def test_the_next_run_goes_on(tmp_path):
    run(tmp_path)
    run(tmp_path)
    seconds, rows = read(tmp_path)
    assert seconds.sum() == 20.0
    ((row),) = rows.values()
    assert (row.came, row.most, row.seconds) == (2, 1, 20.0)


def test_a_killed_run_leaves_what_was_written_last(tmp_path):
    heat = HeatFolder(tmp_path, every_s=0.02)
    heat.add(event_of(1000.0))
    heat.add(event_of(1001.0))
    for _ in range(500):
        if (tmp_path / "heat-map.jpg").exists():
            break
        threading.Event().wait(0.01)
    seconds, rows = read(tmp_path)
    assert seconds.sum() == 1.0
    assert len(rows) == 1
    heat.close()
    heat.close()


@pytest.mark.parametrize(
    ("mine", "grid"),
    [
        (b"mine\n", b"mine"),
        (b"a\rb,\xff\n", b"\x93NUMPY\x01\x00\x76\x00{'descr': (" + b" " * 200),
        (b'"a\rb\n\rc', b"\x93NUMPY\x01\x00\x76\x00" + b"(" * 118),
    ],
)
def test_files_of_somebody_else_are_set_aside(tmp_path, caplog, mine, grid):
    run(tmp_path)
    (counts,) = tmp_path.glob("counts-*.csv")
    counts.write_bytes(mine)
    (tmp_path / "heat-map.npy").write_bytes(grid)
    run(tmp_path)
    assert caplog.text.count("cannot go on from") == 2
    kept = {path.read_bytes() for path in tmp_path.glob("*unreadable*")}
    assert kept == {mine, grid}
    assert read(tmp_path)[0].sum() == 10.0


def test_a_folder_in_use_or_of_no_use_is_refused(tmp_path):
    with HeatFolder(tmp_path), pytest.raises(SinkError):
        HeatFolder(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkError, match="Cannot keep a heat map in .*file.*Choose"):
        HeatFolder(tmp_path / "file")


def test_a_disk_that_takes_nothing_is_told_and_the_map_goes_on(tmp_path, monkeypatch):
    def full(*_rest, **_options):
        raise OSError(28, "No space left on device")

    heat = HeatFolder(tmp_path)
    heat.add(event_of(1000.0))
    with monkeypatch.context() as patch:
        patch.setattr(heat_folder, "write_pieces", full)
        with pytest.raises(OSError, match="No space left"):
            heat.save()
    heat.add(event_of(1001.0))
    heat.close()
    assert read(tmp_path)[0].sum() == 1.0


def test_a_folder_that_is_gone_is_a_disk_that_takes_nothing(tmp_path):
    folder = tmp_path / "heat"
    heat = HeatFolder(folder)
    heat.add(event_of(1000.0))
    folder.rename(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="No such file"):
        heat.save()
    with pytest.raises(SinkError, match="Cannot write the heat map"):
        heat.close()


def test_picture_and_text_are_there_before_they_are_written(tmp_path):
    with HeatFolder(tmp_path) as heat:
        assert heat.picture() is None
        assert heat.text() == DayCounts("").text()
        heat.add(event_of(1000.0))
        assert heat.picture().shape == IMAGE.shape
        assert ",person,1,0,1,0.0" in heat.text()


def test_a_board_that_learns_the_time_later_keeps_the_counts_of_the_day(
    tmp_path, monkeypatch
):
    """Without a clock of its own it starts in another day, after a power failure."""
    noon = datetime(2026, 11, 30, 12).timestamp()
    is_set = [True]

    def wall_seconds(timestamp_ns):
        return (noon if is_set[0] else 0.0) + timestamp_ns / 1e9

    monkeypatch.setattr(heat_record, "wall_seconds", wall_seconds)
    run(tmp_path)
    is_set[0] = False
    with HeatFolder(tmp_path) as heat:
        heat.add(event_of(1000.0, 7))
        is_set[0] = True
        heat.add(event_of(1001.0, 7))
        heat.add(event_of(1002.0, 8))
    text = (tmp_path / "counts-2026-11-30.csv").read_text()
    ((row),) = DayCounts.of_text("2026-11-30", text).rows.values()
    assert (row.came, row.seconds) == (2, 12.0)
