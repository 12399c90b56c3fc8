"""Packets that a camera's video hands on: the pictures are those of the stream."""

from __future__ import annotations

import io

import numpy as np
import pytest
from edgevision.runtime.sources.video import PyavReader
from edgevision.runtime.video_packets import PacketTap
from support.clips import needs_pyav
from support.video_bytes import COUNT, EVERY, video_bytes

pytestmark = needs_pyav


def _decoded(data, container):
    import av

    with av.open(io.BytesIO(data), "r", format=container) as stream:
        return [frame.to_ndarray() for frame in stream.decode(video=0)]


def _read(data, container, *, live=True, wants=True):
    """Return how many pictures come, and the packets that are handed on."""
    tap, packets = PacketTap(), []
    if wants:
        tap.taker = packets.append
    reader = PyavReader(
        io.BytesIO(data), name="cam", container=container, live=live, packets=tap
    )
    count = 0
    while reader.read() is not None:
        count += 1
    reader.close()
    return count, packets


@pytest.mark.parametrize("container", ["h264", "mpegts", "flv", "matroska", "mp4"])
def test_packets_are_a_stream_that_decodes_to_the_same_pixels(container):
    data = video_bytes(container)
    count, packets = _read(data, "h264" if container == "h264" else "")
    assert count == len(packets) == COUNT
    assert [at for at, p in enumerate(packets) if p.is_key] == [*range(0, COUNT, EVERY)]
    assert [p.arrived_s for p in packets] == sorted(p.arrived_s for p in packets)
    # From any whole picture on, with the headers before it.
    for begin in range(0, COUNT, EVERY):
        stream = packets[begin].headers + b"".join(p.data for p in packets[begin:])
        expected = _decoded(data, container)[begin:]
        np.testing.assert_array_equal(_decoded(stream, "h264"), expected)


def test_nothing_is_handed_on_that_nobody_takes_or_that_cannot_be_copied():
    assert _read(video_bytes("h264"), "h264", wants=False) == (COUNT, [])
    assert _read(video_bytes("h264"), "h264", live=False) == (COUNT, [])
    assert _read(video_bytes("hevc", "libx265"), "hevc") == (COUNT, [])


@pytest.mark.parametrize("container", ["h264", "mp4"])
def test_who_comes_late_begins_with_a_whole_picture(container):
    tap, packets = PacketTap(), []
    reader = PyavReader(
        io.BytesIO(video_bytes(container)),
        name="cam",
        container="h264" if container == "h264" else "",
        live=True,
        packets=tap,
    )
    for _ in range(2):
        reader.read()
    tap.taker = packets.append
    while reader.read() is not None:
        pass
    reader.close()
    assert packets[0].is_key
    assert len(packets) in (COUNT - EVERY, COUNT - 2 * EVERY)


def test_a_stream_with_b_frames_is_not_copied(tmp_path):
    from fractions import Fraction

    from support.clips import B_FRAMES, make_clip

    path = make_clip(
        tmp_path / "b.mkv", range(20), Fraction(1, 10), options={**B_FRAMES, "g": "10"}
    )
    assert _read(path.read_bytes(), "") == (20, [])
