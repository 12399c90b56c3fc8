"""Normalizations by name and by number."""

from __future__ import annotations

import pytest
from edgevision.runtime.image.normalization import (
    NORMALIZATIONS,
    format_normalize,
    parse_normalize,
)
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.floats(-300, 300, allow_nan=False).map(lambda v: round(v, 3))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("raw", 0.0, 255.0), ("unit", 0.0, 1.0), ("signed", -1.0, 1.0)],
)
def test_a_named_range_maps_black_and_white_to_its_ends(name, low, high):
    mean, std, color = parse_normalize(name)
    assert (0 - mean[0]) / std[0] == low
    assert (255 - mean[0]) / std[0] == high
    assert color is None


def test_caffe_is_blue_green_red_and_only_shifts():
    assert parse_normalize("caffe").color == "bgr"
    assert parse_normalize("caffe").mean[0] == 103.939
    assert parse_normalize(" Torch ").mean[0] == pytest.approx(123.675)


@pytest.mark.parametrize("name", [n for n in NORMALIZATIONS if n != "caffe"])
def test_names_survive_formatting(name):
    known = NORMALIZATIONS[name]
    assert format_normalize(known.mean, known.std) == name


@given(
    st.sampled_from([1, 3]).flatmap(lambda n: st.tuples(*[NUMBERS] * n)),
    st.sampled_from([1, 3]).flatmap(
        lambda n: st.tuples(*[st.floats(0.01, 300).map(lambda v: round(v, 3))] * n)
    ),
)
def test_any_numbers_survive_formatting(mean, std):
    text = "mean={},std={}".format(*(",".join(map(str, part)) for part in (mean, std)))
    parsed = parse_normalize(text)
    assert len(parsed.mean) == len(parsed.std)
    again = parse_normalize(format_normalize(parsed.mean, parsed.std))
    size = max(len(again.mean), len(parsed.mean))
    for first, second in ((again.mean, parsed.mean), (again.std, parsed.std)):
        assert list(first) * (size // len(first)) == pytest.approx(
            list(second) * (size // len(second)), rel=1e-5, abs=1e-5
        )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("unti", "No normalization 'unti'. Did you mean 'unit'?"),
        ("", "No normalization ''."),
        ("mean=1,2,std=1", "needs one or three finite numbers after mean=, got 2"),
        ("mean=1", "needs one or three finite numbers after std=, got 0"),
        ("mean=1,std=0", "std must be above 0"),
        ("mean=1,std=nan", "finite numbers after std="),
        ("mean=a,std=1", "holds 'a' where a number was expected"),
        ("mean=1,mean=2,std=1", "one mean= and one std="),
        ("scale=1,std=1", "one mean= and one std="),
    ],
)
def test_other_texts_are_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence.replace("?", r"\?")):
        parse_normalize(text)
