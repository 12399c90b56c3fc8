"""H.264 as it came in a file of its own: the same pixels, each at its time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from edgevision.runtime.sinks.video import PacketWriter, PieceFile
from support.clip_events import times
from support.clips import needs_pyav
from support.video_bytes import COUNT, SIZE, video_bytes

from edgevision.errors import SinkError

pytestmark = needs_pyav
STAMPS = [0.0, 0.1, 0.15, 1.0, 1.1, 1.1, 1.3, 5.0, 5.1, 5.2, 5.3, 5.4]


def _packets():
    import av

    with av.open(io.BytesIO(video_bytes("h264")), "r", format="h264") as stream:
        return [(bytes(p), p.is_keyframe) for p in stream.demux(video=0) if p.size]


def _decoded(source, **settings):
    import av

    with av.open(source, "r", **settings) as stream:
        return [frame.to_ndarray() for frame in stream.decode(video=0)]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_file_has_the_packets_at_their_times(tmp_path, name):
    packets = _packets()
    file = PieceFile(tmp_path / name)
    writer = PacketWriter(file, packets[0][0])
    assert writer.size == SIZE
    for (data, is_key), at_s in zip(packets, STAMPS, strict=True):
        writer.add(data, at_s, is_key=is_key)
    writer.close()
    file.close()
    expected = _decoded(io.BytesIO(video_bytes("h264")), format="h264")
    assert len(expected) == COUNT
    np.testing.assert_array_equal(_decoded(str(tmp_path / name)), expected)
    assert times(tmp_path / name) == pytest.approx(STAMPS, abs=0.002)


def test_what_a_kill_leaves_plays_up_to_the_last_whole_picture(tmp_path):
    packets = _packets()
    file = PieceFile(tmp_path / "a.mp4")
    writer = PacketWriter(file, packets[0][0])
    for number, (data, is_key) in enumerate(packets[:10]):
        writer.add(data, number / 10, is_key=is_key)
    left = (tmp_path / "a.mp4").read_bytes()
    writer.close()
    file.close()
    assert len(_decoded(io.BytesIO(left))) == 8


def test_packets_without_a_size_are_refused(tmp_path):
    file = PieceFile(tmp_path / "a.mp4")
    with pytest.raises(SinkError, match="Cannot copy a video into"):
        PacketWriter(file, b"\0\0\0\1\x41 no headers here")
    file.close()
