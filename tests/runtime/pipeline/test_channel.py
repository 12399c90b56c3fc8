"""The hand-over between threads: order, bounds, ends and errors."""

from __future__ import annotations

import threading

import pytest
from edgevision.runtime.pipeline.channel import Channel, ChannelEndedError


def test_items_come_in_order_and_then_the_end():
    channel: Channel[int] = Channel(3)
    for number in range(3):
        assert channel.put(number)
    channel.finish()
    assert [channel.get() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ChannelEndedError):
        channel.get()


def test_an_error_comes_after_the_items_before_it():
    channel: Channel[int] = Channel(2)
    channel.put(1)
    channel.finish(OSError("gone"))
    assert channel.get() == 1
    with pytest.raises(OSError, match="gone"):
        channel.get()
    with pytest.raises(ChannelEndedError):
        channel.get()


def test_a_newest_channel_keeps_the_newest_and_counts_the_others():
    channel: Channel[int] = Channel(1, newest=True)
    for number in range(5):
        channel.put(number)
    assert channel.get() == 4
    assert (channel.dropped, channel.thinned) == (4, 0)


def test_what_is_left_out_on_purpose_is_counted_apart():
    channel: Channel[int] = Channel(1, newest=True)
    channel.pausing = True
    for number in range(5):
        channel.put(number)
    assert (channel.dropped, channel.thinned) == (0, 4)


def test_a_full_channel_makes_the_producer_wait_until_it_is_aborted():
    channel: Channel[int] = Channel(1)
    channel.put(1)
    outcome: list[bool] = []
    thread = threading.Thread(target=lambda: outcome.append(channel.put(2)))
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    channel.abort()
    thread.join(5)
    assert outcome == [False]
    with pytest.raises(ChannelEndedError):
        channel.get()
