"""The heat map and the counts of the day on the page."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import cv2
import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.frame import Frame
from edgevision.runtime.results import Detections
from edgevision.runtime.sinks import open_sink
from edgevision.runtime.timing import Timing
from support.region_walks import tracks_of

from edgevision.errors import SinkError

IMAGE = np.full((400, 400, 3), 90, np.uint8)


def event_of(time_s):
    tracks = tracks_of(time_s, {1: (200, 200)})
    frame = Frame(IMAGE, int(time_s * 1e9))
    return Event(frame, Detections.empty(), Timing(), tracks=tracks)


def ask(sink, path):
    with urllib.request.urlopen(f"{sink.address}{path}", timeout=10) as answer:  # noqa: S310
        return answer.headers["Content-Type"], answer.read()


def test_the_page_shows_the_map_and_the_counts_and_keeps_them(tmp_path):
    with open_sink(f"web:0?heat={tmp_path}/heat&width=320") as sink:
        with pytest.raises(urllib.error.HTTPError) as refusal:
            ask(sink, "heat-map.jpg")
        assert refusal.value.code == 404
        refusal.value.close()
        assert not json.loads(ask(sink, "status.json")[1])["has_heat_map"]
        for second in range(5):
            sink.write(event_of(1000.0 + second))
        kind, data = ask(sink, "heat-map.jpg?at=1")
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert (kind, picture.shape) == ("image/jpeg", (320, 320, 3))
        assert picture[160, 160].sum() > 400
        kind, data = ask(sink, "counts.csv")
        assert kind.startswith("text/csv")
        assert data.decode().splitlines()[1].endswith(",person,1,0,1,4.0")
    assert (tmp_path / "heat/heat-map.jpg").exists()


def test_without_a_folder_there_is_no_map():
    with open_sink("web:0") as sink:
        sink.write(event_of(1000.0))
        with pytest.raises(urllib.error.HTTPError) as refusal:
            ask(sink, "counts.csv")
        assert refusal.value.code == 404
        refusal.value.close()
        assert not json.loads(ask(sink, "status.json")[1])["has_heat_map"]


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkError, match="Cannot keep a heat map in"):
        open_sink(f"web:0?heat={tmp_path}/file")


def test_a_port_that_is_in_use_lets_go_of_the_folder(tmp_path):
    with open_sink("web:0") as sink:
        port = sink.address.rsplit(":", 1)[1].strip("/")
        with pytest.raises(SinkError, match="Cannot serve the web page on port"):
            open_sink(f"web:{port}?heat={tmp_path}/heat")
    with open_sink(f"web:0?heat={tmp_path}/heat"):
        pass
