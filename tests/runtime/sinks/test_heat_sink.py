"""``heat:DIR`` keeps a map, and says when there is nothing to map."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.results import Detections
from edgevision.runtime.sinks import open_sink
from edgevision.runtime.timing import Timing
from support.region_walks import tracks_of

IMAGE = np.zeros((400, 400, 3), np.uint8)


def event_of(tracks):
    return Event(Frame(IMAGE, 10**9), Detections.empty(), Timing(), tracks=tracks)


def test_a_run_with_tracks_leaves_a_map(tmp_path):
    with open_sink(f"heat:{tmp_path}/heat?every=5") as sink:
        sink.write(event_of(tracks_of(1.0, {1: (200, 200)})))
    names = sorted(path.name for path in (tmp_path / "heat").iterdir())
    assert names[0].startswith("counts-")
    assert names[1:] == ["heat-map.jpg", "heat-map.npy"]


def test_a_run_without_tracks_is_told_once_what_to_add(tmp_path):
    notes = []
    sink = open_sink(f"heat:{tmp_path}/heat")
    sink.tell(notes.append)
    for _ in range(3):
        sink.write(event_of(None))
    sink.close()
    (note,) = notes
    assert "counts tracks, and this run has none: it stays empty. Add --track" in note
    assert list((tmp_path / "heat").iterdir()) == []
