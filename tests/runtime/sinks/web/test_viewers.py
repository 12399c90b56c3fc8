"""Who gets which picture, without any network."""

from __future__ import annotations

import asyncio

import pytest
from edgevision.runtime.sinks.web.http_messages import RefusedError
from edgevision.runtime.sinks.web.viewers import Viewers


def test_everybody_who_waits_gets_the_same_next_picture():
    wishes = []

    async def scene():
        viewers = Viewers(on_wanted=lambda: wishes.append(True))
        waiting = [asyncio.create_task(viewers.next_picture(5)) for _ in range(3)]
        await asyncio.sleep(0)
        assert viewers.is_picture_wanted
        viewers.send(b"jpeg", b"{}")
        viewers.send(b"later", b"{}")
        pictures = await asyncio.gather(*waiting)
        assert not viewers.is_picture_wanted
        return pictures

    assert asyncio.run(scene()) == [b"jpeg"] * 3
    assert len(wishes) == 3


def test_who_waits_in_vain_is_refused():
    async def scene():
        await Viewers(on_wanted=lambda: None).next_picture(0.01)

    with pytest.raises(RefusedError, match="no picture yet"):
        asyncio.run(scene())
