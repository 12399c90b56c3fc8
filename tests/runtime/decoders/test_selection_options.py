"""Options that detector decoders share: named once, handed on, with defaults."""

from __future__ import annotations

from dataclasses import fields

import pytest
from edgevision.runtime.decoders.factory import decoder_options
from edgevision.runtime.decoders.registry import DECODERS
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.decoders.selection_options import (
    DetectorOptions,
    SelectionOptions,
)

from edgevision.registry import load

PICK = {"score_threshold", "iou_threshold", "max_detections", "nms", "allow", "deny"}


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("classifier", None),
        ("fcos", {"strides", "activation", "max_candidates", "level"}),
        (
            "ssd-op",
            {"roles", "box_order", "units", "first_class", "label_offset", "level"},
        ),
        (
            "yolo",
            {"head", "units", "box_format", "activation", "max_candidates", "level"},
        ),
        ("yolo-levels", {"kind", "activation", "max_candidates", "level"}),
        ("yolo-pose", {"keypoints", "head", "units", "activation", "max_candidates"}),
        (
            "yolo-segment",
            {"head", "units", "box_format", "activation", "max_candidates", "level"},
        ),
    ],
)
def test_a_decoder_says_what_it_takes(name, others):
    found = decoder_options(name)
    assert len(set(found)) == len(found)
    if others is None:
        assert not set(found) >= PICK
    else:
        assert set(found) == PICK | others


@pytest.mark.parametrize("name", DECODERS)
def test_every_option_is_explained_where_it_is_declared(name):
    declared = load(DECODERS[name].target).Options
    explained = "".join(base.__doc__ or "" for base in declared.__mro__[:-1])
    for field in fields(declared):
        assert f"        {field.name}: " in explained, field.name
    # A default of its own is said by the class that states it.
    own = vars(declared)["__annotations__"]
    for option in own:
        assert f"        {option}: " in (declared.__doc__ or "")


@pytest.mark.parametrize(
    ("nms", "level", "suppressed", "expected"),
    [
        (None, None, False, "class-aware"),
        (None, None, True, "none"),  # the graph did it
        ("soft", None, True, "soft"),
        # Ancestors make one class of several, which the graph did not suppress.
        (None, 1, True, "class-aware"),
        ("none", 1, True, "none"),
    ],
)
def test_suppression_is_left_out_where_the_graph_did_it(
    nms, level, suppressed, expected
):
    chosen = Selection(
        SelectionOptions(nms=nms),
        labels=("a", "b"),
        hierarchy={"a": "x", "b": "x"},
        level=level,
        suppressed=suppressed,
    )
    assert chosen.nms == expected


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"score_threshold": 2}, r"score_threshold must be in 0\.\.1, got 2"),
        ({"max_detections": 0}, "max_detections must be an integer above 0, got 0"),
        ({"max_candidates": 0}, "max_candidates must be an integer above 0, got 0"),
        ({"nms": ""}, "No NMS ''"),
        ({"nms": "sotf"}, "No NMS 'sotf'. Did you mean 'soft'"),
    ],
)
def test_what_is_out_of_range_is_named(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        DetectorOptions(**options)
