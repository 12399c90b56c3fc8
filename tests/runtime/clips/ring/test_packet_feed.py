"""Packets on the clock of the frames that are made of them."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.clips.ring import PacketFeed
from edgevision.runtime.frame import Frame
from edgevision.runtime.video_packets import VideoPacket

IMAGE = np.zeros((2, 2, 3), np.uint8)


def _packet(arrived_s):
    return VideoPacket(arrived_s, b"data", is_key=True, headers=b"head")


@pytest.mark.parametrize(("position_s", "offset_s"), [(None, 0.0), (3.0, -997.0)])
def test_packets_wait_for_the_first_frame_and_have_its_clock(position_s, offset_s):
    feed = PacketFeed()
    assert feed.take(_packet(999.9), 0) == []
    assert feed.take(_packet(1000.0), 2) == []
    frame = Frame(IMAGE, int(1000e9), 0, "cam", None, position_s)
    early = feed.meet(frame)
    assert [packet.time_s for packet in early] == pytest.approx(
        [999.9 + offset_s, 1000.0 + offset_s]
    )
    assert [packet.left_out for packet in early] == [0, 2]
    assert early[0].headers == b"head"
    assert feed.meet(frame) == []
    (late,) = feed.take(_packet(1000.5), 1)
    assert late.time_s == pytest.approx(1000.5 + offset_s)
    assert late.left_out == 1


def test_frames_without_packets_are_noticed():
    feed = PacketFeed()
    assert feed.is_silent(Frame(IMAGE, int(1000e9), 0))
    feed.take(_packet(1000.0), 0)
    assert not feed.is_silent(Frame(IMAGE, int(1001e9), 0))
    assert feed.is_silent(Frame(IMAGE, int(1003e9), 0))


def test_packets_of_a_stream_whose_frames_never_come_have_a_limit():
    feed = PacketFeed()
    for number in range(3000):
        feed.take(_packet(float(number)), 0)
    assert len(feed.meet(Frame(IMAGE, int(3000e9), 0))) == 1000
