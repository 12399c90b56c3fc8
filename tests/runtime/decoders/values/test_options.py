"""Texts of the command line and lists of a card mean the same."""

from __future__ import annotations

import pytest
from edgevision.runtime.decoders.values.options import ValuesOptions


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ({"names": "angle, throttle"}, {"names": ["angle", "throttle"]}),
        ({"names": 7}, {"names": ["7"]}),
        ({"units": "deg,"}, {"units": ["deg", ""]}),
        ({"ranges": "0:100"}, {"ranges": [0, 100]}),
        ({"ranges": "-1:1,,0:1e3"}, {"ranges": [[-1, 1], None, [0, 1000]]}),
        ({"scale": "100, 1"}, {"scale": [100, 1]}),
        ({"scale": 100}, {"scale": [100.0]}),
        ({"offset": "-0.5"}, {"offset": -0.5}),
    ],
)
def test_a_text_with_commas_is_a_list(text, listed):
    assert ValuesOptions(**text) == ValuesOptions(**listed)
