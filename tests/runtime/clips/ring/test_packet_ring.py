"""The last seconds of a camera's own video: always from a whole picture on."""

from __future__ import annotations

from dataclasses import replace

from edgevision.runtime.clips.ring import PacketRing, RingPacket, RingPicture
from hypothesis import given
from hypothesis import strategies as st


def _packet(time_s, size=10, *, is_key=False):
    return RingPacket(time_s, 1e9 + time_s, b"x" * size, is_key)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40), st.booleans())),
    st.integers(0, 40),
    st.integers(20, 300),
    st.integers(0, 100),
)
def test_it_holds_whole_groups_that_reach_back_as_far_as_the_memory_permits(
    steps, seconds, most, back
):
    ring, packets, now = PacketRing(seconds, most), [], 0
    for step, size, is_key in steps:
        now += step
        packets.append(_packet(now, size, is_key=is_key))
        ring.add(packets[-1])
        assert ring.size <= most
    held = ring.since(-1)
    assert held == packets[len(packets) - len(held) :]
    assert ring.size == sum(packet.size for packet in held)
    assert not held or held[0].is_key
    # Brute force: of all places to begin, the last one that is early enough.
    keys = [at for at, packet in enumerate(held) if packet.is_key]
    early = [at for at in keys if held[at].time_s <= now - back]
    begin = max(early, default=0)
    assert ring.since(now - back) == held[begin:]
    if held and sum(p.size for p in packets) <= most:
        every = [at for at, packet in enumerate(packets) if packet.is_key]
        early = [at for at in every if packets[at].time_s <= now - seconds]
        assert held[0] is packets[early[-1] if early else every[0]]


def test_a_group_that_is_larger_than_the_memory_goes_as_a_whole():
    ring = PacketRing(10.0, 25)
    ring.add(_packet(1.0, is_key=True))
    ring.add(_packet(2.0))
    ring.add(_packet(3.0))
    assert ring.since(0) == []
    assert ring.newest is None
    assert ring.why_short(1.5) == "memory"
    # What builds on it cannot be shown either.
    ring.add(_packet(4.0))
    assert ring.since(0) == []
    ring.add(_packet(5.0, is_key=True))
    assert [packet.time_s for packet in ring.since(0)] == [5.0]


def test_it_says_why_it_does_not_reach_back():
    ring = PacketRing(2.0, 1000)
    assert ring.why_short(0) == "stream"
    for second in range(10, 20):
        ring.add(_packet(float(second), is_key=True))
    assert ring.since(0)[0].time_s == 17.0
    assert ring.why_short(9.0) == "stream"
    assert ring.why_short(12.0) == "gap"
    ring.reach(4.0)
    for second in range(20, 30):
        ring.add(_packet(float(second), is_key=True))
    assert ring.since(0)[0].time_s == 25.0


def test_another_stream_begins_anew():
    ring = PacketRing(10.0, 1000)
    first = _packet(5.0, is_key=True)
    ring.add(first)
    assert first.is_other_stream(_packet(4.0))
    assert first.is_other_stream(replace(first, headers=b"other"))
    assert first.is_other_stream(RingPicture(6.0, 0.0, b""))
    assert RingPicture(6.0, 0.0, b"").is_other_stream(first)
    assert not first.is_other_stream(_packet(5.0))
    ring.add(replace(first, time_s=6.0, headers=b"other"))
    assert [packet.time_s for packet in ring.since(0)] == [6.0]
