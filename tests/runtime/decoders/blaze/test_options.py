"""Options of the BlazeFace decoder are checked when they are stated."""

from __future__ import annotations

from typing import Any

import pytest
from edgevision.runtime.decoders.blaze.options import BlazeOptions, layers_of


@pytest.mark.parametrize(
    ("value", "layers"),
    [(None, None), ("8,16, 16", (8, 16, 16)), ([8, 16], (8, 16)), (4, (4,))],
)
def test_strides_are_texts_numbers_or_lists(value: Any, layers: Any) -> None:
    assert layers_of(value) == layers


@pytest.mark.parametrize("value", ["", "8,x", [0], [], ["a"], 2.5, "8,-1"])
def test_other_strides_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="strides must be whole numbers above 0"):
        BlazeOptions(strides=value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"kind": "faces"}, "No kind of detector 'faces'. Did you mean 'face'"),
        ({"activation": "softmax"}, "No activation 'softmax'"),
        ({"nms": "blended"}, "No NMS 'blended'"),
    ],
)
def test_unknown_names_are_refused(options: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        BlazeOptions(**options)
