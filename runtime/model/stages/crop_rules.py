"""How the region for a second model is made of what a first one found.

Landmark nets were trained on regions that are made by one rule each; these stand in
MediaPipe's graphs (google-ai-edge/mediapipe, ``mediapipe/modules``, the graphs named
``*_detection_to_roi.pbtxt`` and ``*_landmarks_to_roi.pbtxt``), and so does the border:
``ImageToTensorCalculator`` repeats the frame's edge unless it is told otherwise. For
all other models a region is the box with a margin, upright and inside of the frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from .options import ThenOptions

_MARGIN: Final = 0.1


@dataclass(frozen=True)
class Eye:
    """A part of a face that a net of its own looks at.

    Attributes:
        label: What it is called.
        corners: Names of the two points at its ends, from left to right in the crop
            before it is mirrored.
        mirrored: Whether it is shown mirrored: the net knows one side only.
    """

    label: str
    corners: tuple[str, str]
    mirrored: bool


@dataclass(frozen=True)
class CropRule:
    """How a region is made of a box and its keypoints.

    Attributes:
        margin: Added on each side, as a share of the sides.
        is_turned: The region may be turned and reach out of the frame; else it is
            upright, of whole pixels, and moved into the frame.
        rotation: Names of the two keypoints whose direction decides the angle; empty
            means upright.
        target: The direction that is seen then, in degrees: 0 to the right, 90 up.
        shift: How far it is moved along its own axes, as shares of the sides.
        is_circle: The two keypoints are the middle and a point of the circle that holds
            the whole thing, which is used instead of the box.
        plain_margin: The margin where the first model does not give these keypoints,
            because its boxes hold something else then.
        parts: The eyes, for a net that looks at each of them.
        follow: Objects from which on a stream leaves the first model out; 0 means that
            none are followed.
        is_stated: The user says the keypoints of ``rotation``: without them there is an
            error, and no plain box.
    """

    margin: float = _MARGIN
    is_turned: bool = False
    rotation: tuple[str, ...] = ()
    target: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    is_circle: bool = False
    plain_margin: float = _MARGIN
    parts: tuple[Eye, ...] = ()
    follow: int = 0
    is_stated: bool = False

    @property
    def plain(self) -> CropRule:
        """Return the rule for objects without the keypoints of the rotation."""
        return replace(
            self,
            margin=self.plain_margin,
            rotation=(),
            shift=(0.0, 0.0),
            is_circle=False,
        )

    def describe(self) -> str:
        """Return what is done in a few words, for people."""
        if self.parts:
            words = [f"the {' and the '.join(part.label for part in self.parts)}"]
        elif self.is_circle:
            words = ["the circle around the first keypoint"]
        else:
            words = ["the box"]
        words[0] += f" and {self.margin:.4g} of its size on each side"
        if self.shift != (0.0, 0.0):
            across, down = self.shift
            words.append(f"moved by {across:g} and {down:g} of its size (across, down)")
        if self.rotation:
            start, end = self.rotation
            words.append(
                f"turned so that {start} to {end} points to {self.target:g} degrees"
            )
        text = ", ".join(words)
        if self.follow:
            text += f"; in a stream the first model rests while {self.follow} "
            text += "is followed" if self.follow == 1 else "are followed"
        return text

    def to_dict(self) -> dict[str, Any]:
        """Return what is done, as plain JSON types."""
        facts: dict[str, Any] = {"margin": round(self.margin, 4)}
        if self.rotation:
            facts["rotation"] = " > ".join(self.rotation)
            facts["target"] = self.target
        if self.shift != (0.0, 0.0):
            facts["shift"] = list(self.shift)
        if self.parts:
            facts["parts"] = [part.label for part in self.parts]
        facts["outside"] = "edge repeated" if self.is_turned else "moved inside"
        facts["follow"] = self.follow
        return facts


CROP_RULES: Final[dict[str, CropRule]] = {
    # Eyes level, 1.5 times the box.
    "face": CropRule(
        0.25, True, ("right eye", "left eye"), 0.0, plain_margin=0.25, follow=1
    ),
    # The middle finger up, 2.6 times the palm, moved towards the fingers.
    "hand": CropRule(
        *(0.8, True, ("wrist", "middle finger MCP"), 90.0, (0.0, -0.5)),
        plain_margin=0.25,
        follow=2,
    ),
    # The body up, 1.25 times the circle around its hips.
    "pose": CropRule(
        *(0.125, True, ("mid hip center", "full body size and rotation"), 90.0),
        is_circle=True,
        plain_margin=0.125,
        follow=1,
    ),
    # 2.3 times the eye; the numbers are those of the face mesh.
    "iris": CropRule(
        *(0.65, True),
        parts=(
            Eye("right eye", ("33", "133"), False),
            Eye("left eye", ("362", "263"), True),
        ),
    ),
}
"""Kind of a landmark net -> its rule."""


def crop_rule(kind: str, options: ThenOptions) -> CropRule:
    """Return the rule for a second model, with what the user says instead.

    Args:
        kind: The kind of a landmark net; empty for any other model.
        options: What the user says.
    """
    rule = CROP_RULES.get(kind, CropRule())
    if options.margin is not None:
        rule = replace(rule, margin=options.margin, plain_margin=options.margin)
    if options.rotation == "none":
        rule = replace(rule, rotation=(), is_circle=False)
    elif options.rotation is not None:
        rule = replace(
            rule,
            rotation=options.keypoints,
            is_circle=False,
            is_turned=True,
            is_stated=True,
        )
    if options.target is not None:
        rule = replace(rule, target=options.target)
    moved = options.moved
    if moved is not None:
        rule = replace(rule, shift=moved, is_turned=True)
    if options.follow is not None:
        rule = replace(rule, follow=options.follow if rule.follow else 0)
    return rule
