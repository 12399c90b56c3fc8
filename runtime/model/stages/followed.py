"""Regions that are followed from frame to frame, so that the first model can rest.

MediaPipe's scheme (``*_landmark_tracking_cpu.pbtxt``, ``face_landmark_front_cpu``): the
landmarks of a frame say where the region of the next one lies. The first model runs
only while fewer things are followed than wanted. Start at :class:`FollowedStages`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...frame import Frame, Image
from ...geometry import Regions, iou
from ...results import Landmarks, Result
from ..base import PictureModel, Stages
from .cropping import FramePart
from .follow_rules import next_regions
from .joining import joined_landmarks
from .objects import objects_of

if TYPE_CHECKING:
    from ...decoders import Selection
    from ...timing import Timing
    from .two_stage import TwoStage

SAME: Final = 0.5
"""Two regions show one thing when their IoU is above it (``min_similarity_threshold``
of MediaPipe's AssociationNormRectCalculator)."""

EVERY: Final = 30
"""After so many frames without the first model it runs again, for what is new."""


class FollowedStages(PictureModel):
    """Two models on the frames of one stream, with the regions of the last frame.

    What is kept belongs to the stream: pictures that do not follow each other (another
    source, such as the next file of a folder, another size, or a frame that is not
    later) begin anew. One object serves one stream and one thread.

    Args:
        pair: The two models; closed by whoever made them.

    Attributes:
        card: The pair's.
        assumptions: The pair's.
        is_first_left_out: Whether the last picture was looked at without the very first
            model.
    """

    def __init__(self, pair: TwoStage) -> None:
        self._pair = pair
        self.card, self.assumptions = pair.card, pair.assumptions
        self.is_first_left_out = False
        self._first = pair.first.for_stream()
        self._wanted = pair.cropper.rule.follow
        self._regions = Regions.empty()
        self._rested = 0
        self._last: tuple[str, int, tuple[int, int]] | None = None

    @property
    def selection(self) -> Selection:
        """Return how the pair's first model selects."""
        return self._pair.selection

    def run(self, frame: Frame) -> tuple[Result, Timing]:
        """Return the result for one frame, and the milliseconds of each stage."""
        last, now = self._last, (frame.source, frame.index, frame.size)
        if last is None or last[::2] != now[::2] or last[1] >= now[1]:
            self.reset()
        self._last = now
        result, timing = super().run(frame)
        return result, replace(timing, is_first_left_out=self.is_first_left_out)

    def reset(self) -> None:
        """Forget the regions: the next picture is another scene."""
        self._regions = Regions.empty()
        self._rested = 0
        if isinstance(self._first, FollowedStages):
            self._first.reset()

    def look(self, picture: Image, color: str) -> tuple[Result, Stages]:
        """Return what both find in the next picture of the stream.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
        """
        enough = 0 < self._wanted <= len(self._regions)
        self.is_first_left_out = enough and self._rested < EVERY
        if self.is_first_left_out:
            self._rested += 1
            start = time.perf_counter_ns()
            landmarks = self._followed(picture, color, self._regions)
            return landmarks, (0.0, 0.0, 0.0, (time.perf_counter_ns() - start) / 1e6)
        self._rested = 0
        seen, (prepare, invoke, decode, before) = self._first.look(picture, color)
        if isinstance(self._first, FollowedStages):
            self.is_first_left_out = self._first.is_first_left_out
        start = time.perf_counter_ns()
        if self._wanted:
            objects = objects_of(seen, self._pair.first.card.name)
            new = self._pair.cropper.regions(objects)
            regions = associated(self._regions, new[new.usable()])
            limit = self._pair.selection.max_detections
            result: Result = self._followed(picture, color, regions[:limit])
        else:
            result = self._pair.refined(seen, picture, color)
        spent = (time.perf_counter_ns() - start) / 1e6
        return result, (prepare, invoke, decode, before + spent)

    def info(self) -> dict[str, Any]:
        """Return how both models are run and why, as plain JSON types."""
        return self._pair.info()

    def close(self) -> None:
        """Close both models; may be called twice."""
        self._pair.close()

    def _followed(self, picture: Image, color: str, regions: Regions) -> Landmarks:
        """Return the landmarks in some regions, and keep where they will be next."""
        crops = self._pair.cropper.crops(regions, picture.shape[1::-1])
        parts = [FramePart(crop, position) for position, crop in enumerate(crops)]
        answers = self._pair.answers(picture, parts, color)
        result = joined_landmarks([answer for _, answer in answers])
        following = next_regions(self._pair.kind, result)
        self._regions = following[following.usable()]
        return result


def associated(followed: Regions, seen: Regions) -> Regions:
    """Return the followed regions, then those seen that show something else.

    Of two followed regions that have come to show one thing the later one stays, as
    MediaPipe has it; of two seen ones the first, which is the better.

    Args:
        followed: By the landmarks of the last frame.
        seen: By the first model, best first.
    """
    count = len(followed)
    every = Regions.joined([followed, seen])
    # As if they were upright: MediaPipe compares them so, too.
    half = every.sizes / 2
    boxes = np.concatenate([every.centers - half, every.centers + half], axis=1)
    same = iou(boxes, boxes) > SAME
    kept: list[int] = []
    for i in range(count):
        if not same[i, i + 1 : count].any():
            kept.append(i)
    for i in range(count, len(every)):
        if not same[i, kept].any():
            kept.append(i)
    return every[kept]
