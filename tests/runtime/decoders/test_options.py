"""Options of decoders: unknown names, wrong types and wrong ranges are sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from edgevision.runtime.decoders.options import check_count, check_share, read_options


@dataclass(frozen=True, kw_only=True)
class Options:
    share: float = 0.5
    most: int = 3
    kind: str | None = None
    is_first: bool = False
    places: tuple[int, ...] = ()


def test_values_are_options_and_the_rest_has_its_default():
    assert read_options(Options, {}, "decoder 'own'") == Options()
    values = {"share": 1, "most": np.int64(2), "kind": None, "places": [1, 2]}
    options = read_options(Options, values, "decoder 'own'")
    assert (options.share, options.most, options.kind) == (1, 2, None)
    assert options.places == [1, 2]  # what no plain type says is the decoder's matter


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"shore": 1}, "No option of decoder 'own' 'shore'. Did you mean 'share'?"),
        ({"share": "half"}, "Option 'share' of decoder 'own' must be a number, got 'h"),
        ({"share": None}, "must be a number, got None"),
        ({"share": True}, "must be a number, got True"),
        ({"most": 2.5}, "Option 'most' of decoder 'own' must be a whole number, got"),
        ({"kind": 5}, "must be a text or null, got 5"),
        ({"is_first": 1}, "must be true or false, got 1"),
    ],
)
def test_what_is_no_option_is_a_sentence(values, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_options(Options, values, "decoder 'own'")


def test_types_that_are_not_postponed_are_read_as_well():
    body = {"__annotations__": {"share": float}, "share": 0.5}
    plain = dataclass(type("Plain", (), body))
    assert read_options(plain, {"share": 0.1}, "decoder 'own'").share == 0.1
    with pytest.raises(ValueError, match="must be a number, got 'x'"):
        read_options(plain, {"share": "x"}, "decoder 'own'")


@pytest.mark.parametrize("value", [0, -1, 1.0, True, "3"])
def test_a_count_is_an_integer_above_0(value):
    check_count("most", 1)
    with pytest.raises(ValueError, match="most must be an integer above 0, got"):
        check_count("most", value)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_share_lies_in_0_to_1(value):
    check_share("share", 0)
    check_share("share", 1)
    with pytest.raises(ValueError, match=r"share must be in 0\.\.1, got"):
        check_share("share", value)
