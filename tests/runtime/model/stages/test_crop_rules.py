"""The rules of regions: MediaPipe's numbers, and what a user says instead."""

from __future__ import annotations

from edgevision.runtime.model.stages.crop_rules import CropRule, crop_rule
from edgevision.runtime.model.stages.options import ThenOptions


def test_any_other_model_gets_the_box_with_a_margin() -> None:
    rule = crop_rule("", ThenOptions())
    assert rule == CropRule()
    assert rule.describe() == "the box and 0.1 of its size on each side"
    assert rule.to_dict() == {"margin": 0.1, "outside": "moved inside", "follow": 0}
    assert crop_rule("points", ThenOptions(margin=0.3)).margin == 0.3


def test_landmark_nets_get_mediapipes() -> None:
    hand = crop_rule("hand", ThenOptions())
    assert hand.to_dict() == {
        "margin": 0.8,
        "rotation": "wrist > middle finger MCP",
        "target": 90.0,
        "shift": [0.0, -0.5],
        "outside": "edge repeated",
        "follow": 2,
    }
    assert hand.describe() == (
        "the box and 0.8 of its size on each side, moved by 0 and -0.5 of its size "
        "(across, down), turned so that wrist to middle finger MCP points to 90 "
        "degrees; in a stream the first model rests while 2 are followed"
    )
    assert hand.plain.rotation == ()
    assert hand.plain.margin == 0.25
    assert crop_rule("iris", ThenOptions()).to_dict()["parts"] == [
        "right eye",
        "left eye",
    ]


def test_the_user_has_the_last_word() -> None:
    said = ThenOptions(
        margin=0.5, rotation="nose > chin", target=-90, shift="0.1,0", follow=4
    )
    rule = crop_rule("face", said)
    assert (rule.margin, rule.plain_margin) == (0.5, 0.5)
    assert rule.rotation == ("nose", "chin")
    assert (rule.target, rule.shift, rule.follow) == (-90, (0.1, 0.0), 4)
    upright = crop_rule("pose", ThenOptions(rotation="none", follow=0))
    assert upright.rotation == ()
    assert not upright.is_circle
    assert upright.follow == 0
    # A region that is turned is cut by a warp, for any model.
    assert crop_rule("", ThenOptions(rotation="a>b")).is_turned
    assert crop_rule("", ThenOptions(shift="0,0.1")).is_turned
    assert not crop_rule("", ThenOptions(rotation="none")).is_turned
