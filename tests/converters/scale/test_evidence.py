"""What is beyond doubt, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.scale.candidate import candidates, in_other_order
from edgevision.converters.scale.evidence import ScaleRow, ranked
from hypothesis import given
from hypothesis import strategies as st

ALL = {item.normalize: item for item in candidates(3)}


def evidence(distances=None, right=None, *, bgr=None, count=12, is_frozen=False):
    """Return evidence; ``right`` has the number of right pictures per scale."""
    rows = []
    for name, item in ALL.items():
        hits = None if right is None else right.get(name, 0)
        mask = () if hits is None else tuple(i < hits for i in range(count))
        figures = {"accuracy": float(np.mean(mask))} if mask else {}
        distance = None if distances is None else distances.get(name, 3.0)
        rows.append(ScaleRow(item, distance, figures, mask))
    if bgr is not None:
        name, distance = bgr
        rows.append(ScaleRow(in_other_order(ALL[name]), distance))
    layer = "" if distances is None else "bn"
    return ranked(rows, count, layer, is_frozen=is_frozen)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"distances": {"unit": 0.2}}, "unit"),
        # the next is 1.4 times as far
        ({"distances": {"unit": 0.25, "signed": 0.35}}, None),
        # nothing fits
        ({"distances": {"unit": 0.81}}, None),
        # pictures of another kind: nearly fits, and nothing else does
        ({"distances": {"unit": 0.7}}, "unit"),
        ({"distances": {"unit": 0.7, "signed": 2.0}}, None),
        ({"distances": {"unit": 0.2}, "is_frozen": True}, None),
        ({"distances": {"unit": 0.2}, "count": 3}, None),
        ({"right": {"raw": 12}}, "raw"),
        # 7 pictures that only one has right: 1 in 128
        ({"right": {"raw": 12, "unit": 5}}, "raw"),
        ({"right": {"raw": 12, "unit": 6}}, None),
        # truth contradicts the layer
        ({"distances": {"unit": 0.2}, "right": {"signed": 12}}, None),
        # truth proves, the frozen layer says nothing
        (
            {"distances": {"unit": 0.2}, "right": {"signed": 12}, "is_frozen": True},
            "signed",
        ),
        # too few pictures to contradict
        ({"distances": {"unit": 0.2}, "right": {"unit": 6, "signed": 9}}, "unit"),
        ({}, None),
    ],
)
def test_beyond_doubt(facts, expected):
    best = evidence(**facts).proven
    assert (None if best is None else best.candidate.normalize) == expected
    if best is not None:
        assert evidence(**facts).rows[0] == best


@pytest.mark.parametrize(
    ("distance", "option"),
    [
        (0.3, "--normalize unit"),  # the usual order is nearer
        (0.19, "--normalize unit"),  # as near
        (0.16, None),  # perhaps the other
        (0.1, "--normalize unit --color bgr"),
    ],
)
def test_the_order_of_channels_is_rgb_unless_another_is_proven(distance, option):
    best = evidence({"unit": 0.2}, bgr=("unit", distance)).proven
    assert (None if best is None else best.candidate.option) == option


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ({"raw": 2, "unit": 12}, "unit"),
        ({"raw": 9, "unit": 12}, None),  # perhaps by chance
        ({"raw": 12}, None),
    ],
)
def test_a_scale_that_is_right_more_often_is_said(right, expected):
    best = evidence(right=right).more_accurate_than((0.0,), (1.0,))
    assert (None if best is None else best.candidate.normalize) == expected
    # a rule of the caller's own is not among the rows
    assert evidence(right=right).more_accurate_than((3.0,), (7.0,)) is None
    assert evidence({"unit": 0.1}).more_accurate_than((0.0,), (1.0,)) is None


@given(
    st.dictionaries(st.sampled_from(sorted(ALL)), st.floats(0, 15), min_size=6),
    st.dictionaries(st.sampled_from(sorted(ALL)), st.integers(0, 12), min_size=6),
)
def test_what_is_proven_is_the_nearest_or_the_most_accurate(distances, right):
    both = evidence(distances, right)
    best = both.proven
    assert len(both.rows) == 6
    if best is not None:
        nearest = min(distances.values())
        most = max(right.values())
        assert best.distance == nearest or best.figures["accuracy"] == most / 12
