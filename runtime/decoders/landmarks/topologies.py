"""The published names of points, and which of them a line joins.

Hand, pose and face are MediaPipe's (google-ai-edge/mediapipe, Apache-2.0:
``mediapipe/python/solutions``: ``hands.py``, ``pose.py``, ``*_connections.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Topology:
    """What the points of a thing are called and how they are joined.

    Attributes:
        item: What the thing is called.
        labels: K names.
        skeleton: Pairs of positions in ``labels`` that a line joins.
    """

    item: str
    labels: tuple[str, ...]
    skeleton: Pairs


def chains(text: str) -> Pairs:
    """Return the pairs of neighbours in lines of numbers such as ``"0 1 2, 5 6"``."""
    pairs: list[tuple[int, int]] = []
    for chain in text.split(","):
        numbers = [int(number) for number in chain.split()]
        pairs += pairwise(numbers)
    return tuple(pairs)


def topology_of(kind: str, count: int, labels: Sequence[str] = ()) -> Topology:
    """Return the names and lines of a kind's points.

    Args:
        kind: One of ``KINDS``.
        count: The number of points.
        labels: The caller's names, instead of the published ones; empty for those.
    """
    names = tuple(labels) or tuple(str(i) for i in range(count))
    if kind == "hand" and count == len(_HAND):
        return Topology("hand", tuple(labels) or _HAND, _HAND_LINES)
    if kind == "pose" and count == len(_POSE):
        return Topology("person", tuple(labels) or _POSE, _POSE_LINES)
    if kind == "iris":
        numbered = (*names[: count - len(_IRIS)], *_IRIS)
        return Topology("eye", tuple(labels) or numbered, _EYE_LINES)
    if kind == "face":
        irises = _IRIS_LINES if count == _FACE_WITH_IRISES else ()
        return Topology("face", names, _FACE_LINES + irises)
    return Topology("points", names, ())


_FINGERS: Final = ("index finger", "middle finger", "ring finger", "pinky")
_HAND: Final = (
    "wrist",
    *(f"thumb {joint}" for joint in ("cmc", "mcp", "ip", "tip")),
    *(f"{f} {joint}" for f in _FINGERS for joint in ("mcp", "pip", "dip", "tip")),
)
_HAND_LINES: Final = chains(
    "0 1 2 3 4, 0 5 6 7 8, 9 10 11 12, 13 14 15 16, 0 17 18 19 20, 5 9 13 17"
)

_BODY_PARTS: Final = (
    *("shoulder", "elbow", "wrist", "pinky", "index", "thumb"),
    *("hip", "knee", "ankle", "heel", "foot index"),
)
_POSE: Final = (
    *("nose", "left eye inner", "left eye", "left eye outer", "right eye inner"),
    *("right eye", "right eye outer", "left ear", "right ear", "mouth left"),
    "mouth right",
    *(f"{side} {part}" for part in _BODY_PARTS for side in ("left", "right")),
)
_POSE_LINES: Final = chains(
    "8 6 5 4 0 1 2 3 7, 10 9, 12 11, 11 13 15 17 19 15 21, 12 14 16 18 20 16 22,"
    "11 23 24 12, 23 25 27 29 31 27, 24 26 28 30 32 28"
)

_FACE_WITH_IRISES: Final = 478
_FACE_LINES: Final = chains(
    # Lips: outer below and above, inner below and above.
    "61 146 91 181 84 17 314 405 321 375 291,"
    "61 185 40 39 37 0 267 269 270 409 291,"
    "78 95 88 178 87 14 317 402 318 324 308,"
    "78 191 80 81 82 13 312 311 310 415 308,"
    # The eye at the left of the picture, below and above, and its brow.
    "33 7 163 144 145 153 154 155 133, 33 246 161 160 159 158 157 173 133,"
    "46 53 52 65 55, 70 63 105 66 107,"
    # The eye at the right of the picture.
    "263 249 390 373 374 380 381 382 362, 263 466 388 387 386 385 384 398 362,"
    "276 283 282 295 285, 300 293 334 296 336,"
    # The face's oval.
    "10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377 152"
    " 148 176 149 150 136 172 58 132 93 234 127 162 21 54 103 67 109 10"
)
_IRIS_LINES: Final = chains("469 470 471 472 469, 474 475 476 477 474")

_IRIS: Final = tuple(
    f"iris {part}"
    for part in ("center", "right edge", "top edge", "left edge", "bottom edge")
)
# The order of an eye's 71 points is that of the attention mesh (``face_regions.py``).
_EYE_LINES: Final = chains(
    "0 1 2 3 4 5 6 7 8, 0 9 10 11 12 13 14 15 8, 50 51 52 53 69, 64 65 66 67 68,"
    "72 73 74 75 72"
)
