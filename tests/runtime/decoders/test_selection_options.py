"""Options that detector decoders share: named once, handed on, with defaults."""

from __future__ import annotations

import inspect

import pytest
from edgevision.runtime.decoders.factory import decoder_options
from edgevision.runtime.decoders.registry import DECODERS
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.decoders.selection_options import selection_of

from edgevision.registry import load

PICK = {"score_threshold", "iou_threshold", "max_detections", "nms", "allow", "deny"}


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("classifier", None),
        ("fcos", {"strides", "activation", "max_candidates", "level"}),
        ("ssd-op", {"roles", "label_offset", "level"}),
        (
            "yolo",
            {"head", "units", "box_format", "activation", "max_candidates", "level"},
        ),
        ("yolo-levels", {"kind", "activation", "max_candidates", "level"}),
        ("yolo-pose", {"keypoints", "head", "units", "activation", "max_candidates"}),
        ("yolo-segment", {"head", "units", "activation", "max_candidates", "level"}),
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
def test_the_attribute_and_the_annotation_name_the_same_class(name):
    kind = load(DECODERS[name].target)
    rest = [
        parameter.annotation
        for parameter in inspect.signature(kind).parameters.values()
        if parameter.kind is inspect.Parameter.VAR_KEYWORD
    ]
    shared = getattr(kind, "shared", None)
    assert rest == ([f"Unpack[{shared.__name__}]"] if shared else [])


def test_what_is_not_given_is_the_selections_own_default():
    assert selection_of({}, labels=("a",)) == Selection(labels=("a",))


@pytest.mark.parametrize(
    ("options", "suppressed", "nms"),
    [
        ({}, False, "class-aware"),
        ({}, True, "none"),  # the graph did it
        ({"nms": None}, True, "none"),  # null in a card is: not given
        ({"nms": "soft"}, True, "soft"),
        # Ancestors make one class of several, which the graph did not suppress.
        ({"level": 1, "hierarchy": {"a": "x", "b": "x"}}, True, "class-aware"),
        ({"level": 1, "hierarchy": {"a": "x"}, "nms": "none"}, True, "none"),
    ],
)
def test_suppression_is_left_out_where_the_graph_did_it(options, suppressed, nms):
    found = selection_of(options, labels=("a", "b"), suppressed=suppressed)
    assert found.nms == nms


def test_no_hierarchy_is_an_empty_one():
    assert selection_of({"hierarchy": None}, labels=("a",)).hierarchy == {}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"score_threshold": 2}, r"score_threshold must be in 0\.\.1, got 2"),
        ({"max_detections": 0}, "max_detections must be an integer above 0, got 0"),
        ({"nms": ""}, "No NMS ''"),
        ({"nms": "sotf"}, "No NMS 'sotf'. Did you mean 'soft'"),
    ],
)
def test_what_is_out_of_range_is_named(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        selection_of(options, labels=())
