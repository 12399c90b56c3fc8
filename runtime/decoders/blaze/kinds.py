"""What MediaPipe's detectors find, and which of them are published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class BlazeKind:
    """What a detector finds.

    Attributes:
        label: Its text.
        keypoints: Their names, as MediaPipe has them.
    """

    label: str
    keypoints: tuple[str, ...]


KINDS: Final[dict[str, BlazeKind]] = {
    kind.label: kind
    for kind in (
        BlazeKind(
            "face",
            (
                *("right eye", "left eye", "nose tip", "mouth center"),
                *("right ear tragion", "left ear tragion"),
            ),
        ),
        BlazeKind(
            "palm",
            (
                *("wrist", "index finger MCP", "middle finger MCP"),
                *("ring finger MCP", "pinky MCP", "thumb CMC", "thumb MCP"),
            ),
        ),
        BlazeKind(
            "person",
            (
                *("mid hip center", "full body size and rotation"),
                *("mid shoulder center", "upper body size and rotation"),
            ),
        ),
    )
}
"""Label -> kind. Right and left are those of the person."""

# Strides, and whether layers have a second anchor: all that is published.
LAYERS: Final[tuple[tuple[tuple[int, ...], bool], ...]] = (
    ((8, 16, 16, 16), True),
    ((16, 32, 32, 32), True),
    ((8, 16, 32, 32, 32), True),
    ((4,), False),
)


@dataclass(frozen=True)
class PublishedDetector:
    """A detector that MediaPipe published.

    Attributes:
        label: What it finds.
        side: Width and height of its input.
        rows: Number of its anchors.
        normalize: What its graph does with pixels, as ``--normalize`` has it.
        graph: The graph's name.
        score_threshold: The graph's own, 0..1.
    """

    label: str
    side: int
    rows: int
    normalize: str
    graph: str
    score_threshold: float = 0.5


PUBLISHED: Final[tuple[PublishedDetector, ...]] = (
    PublishedDetector("face", 128, 896, "signed", "face_detection_short_range"),
    PublishedDetector("face", 192, 2304, "signed", "face_detection_full_range", 0.6),
    PublishedDetector("face", 256, 896, "signed", "face_detection_back", 0.65),
    PublishedDetector("palm", 192, 2016, "unit", "palm_detection of 2021"),
    PublishedDetector("palm", 128, 896, "signed", "palm_detection of 2020"),
    PublishedDetector("palm", 256, 2944, "signed", "hand_detection of 2019"),
    PublishedDetector("person", 224, 2254, "signed", "pose_detection of 2021"),
    PublishedDetector("person", 128, 896, "signed", "pose_detection of 2020"),
)
"""From the graphs in google-ai-edge/mediapipe (``mediapipe/modules``, ``graphs``)."""


def kind_of_keypoints(count: int) -> BlazeKind | None:
    """Return the kind with so many keypoints; None means that none has."""
    return next((k for k in KINDS.values() if len(k.keypoints) == count), None)
