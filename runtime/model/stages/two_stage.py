"""Two models in a row: regions from the first, and what the second sees in each.

A detector says where something is; a second model looks at each region again: a
classifier says what it is (R-CNN's scheme), a landmark net where its points are, a text
reader what is written there. Start at :class:`TwoStage`; ``model.then(second)`` makes
one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ....card import InputCard, ModelCard
from ....errors import UnsupportedModelError
from ...decoders import read_options
from ...frame import Image
from ...results import Result
from ..base import PictureModel, Stages
from .crop_rules import crop_rule
from .cropping import Cropper, FramePart, no_eyes
from .joining import JOINERS, Answers, Joining
from .objects import FIRST_TASKS, objects_of
from .options import MERGES, ThenOptions
from .second_stage import SecondStage

if TYPE_CHECKING:
    from ...decoders import Selection
    from ..model import Model

_CLASSIFIED: Final = ("classification", "detection")
"""Tasks of a second model whose labels are those of the result."""

_PLACING: Final = frozenset({"yolo-segment", "segmentation", "image"})
"""Decoders that place pixels in the frame, for which a region must be upright."""

_WITHOUT_LABELS: Final = ("landmarks", "pose")
"""Tasks of a second model whose own kind of result is the frame's."""


class TwoStage(PictureModel):
    """A model that finds things, and a second one that looks at each of them.

    What the second one does not recognise, by its ``score_threshold`` or its allow and
    deny lists, is dropped. Boxes that may have become one class are suppressed once
    more. Use it as a context manager, or call :meth:`close`; both models are closed
    with it.

    A call stands alone. In a stream, the regions of landmark nets are followed from
    frame to frame (:meth:`for_stream`).

    Args:
        first: Gives detections, poses or landmarks: a model, tiles around one, or two
            in a row.
        second: Its answer can be laid into the frame: classes, detections, landmarks,
            poses, a text, values, an embedding, or several heads.
        options: How regions are cut and merged.

    Attributes:
        first: The argument of that name.
        second: The argument of that name.
        options: The argument of that name.
        kind: What a landmark net as the second looks at: face, hand, pose, iris or
            points; empty for any other model.
        cropper: Makes the second model's parts of a frame.
        batch: How many regions the second looks at at once.
        card: The first one's input, and what the result means.
        assumptions: What nothing proves of either model.

    Raises:
        UnsupportedModelError: The models are of other kinds.
        ValueError: ``follow`` is said of a model whose regions are not followed, or
            ``merge`` of one that gives no labels.
    """

    def __init__(
        self, first: PictureModel, second: Model, options: ThenOptions | None = None
    ) -> None:
        self.first, self.second = first, second
        self.options = options or ThenOptions()
        card = _check(first.card, second.card)
        self.kind = _kind_of(second)
        if self.kind == "iris" and first.card.task != "landmarks":
            # Now, and not only when the first thing is found.
            raise UnsupportedModelError(no_eyes(first.card.name))
        self._stage = SecondStage(second)
        self.batch = self._stage.batch
        rule = crop_rule(self.kind, self.options)
        if self.options.follow and not rule.follow:
            raise ValueError(
                f"follow goes with face, hand and pose landmarks; {second.card.name} "
                f"is a model for {second.card.task}."
            )
        if self.options.merge != MERGES[0] and second.card.task in _WITHOUT_LABELS:
            raise ValueError(
                f"merge goes with second models that give labels; {second.card.name} "
                f"is a model for {second.card.task}."
            )
        if rule.is_turned and _PLACING & _decoders_of(second):
            raise UnsupportedModelError(
                f"{second.card.name} gives masks or pictures, which are not laid into "
                "a turned region. Leave rotation and shift out."
            )
        self.cropper = Cropper(rule, card, first.card.name)
        chosen, iou = first.selection, self.options.iou_threshold
        labels = second.card.output.labels
        self._joining = Joining(
            self.options.merge,
            chosen.iou_threshold if iou is None else iou,
            chosen.max_detections,
            max(len(labels), self._columns()),
        )
        self.card = self._card()
        self.assumptions = (*first.assumptions, *_assumed_of(second, self.kind))
        self._lock = threading.Lock()

    def look(self, picture: Image, color: str) -> tuple[Result, Stages]:
        """Return what both find in one picture, and the milliseconds of each stage.

        Everything that the second model does is ``refine_ms``.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
        """
        with self._lock:
            seen, (prepare, invoke, decode, before) = self.first.look(picture, color)
            start = time.perf_counter_ns()
            result = self.refined(seen, picture, color)
            spent = (time.perf_counter_ns() - start) / 1e6
        return result, (prepare, invoke, decode, before + spent)

    def answers(self, picture: Image, parts: list[FramePart], color: str) -> Answers:
        """Return parts of a picture, each with the second model's answer.

        Args:
            picture: uint8 (H, W, 3).
            parts: What the second model must see.
            color: Order of the picture's channels: bgr or rgb.
        """
        letterboxes = [part.letterbox for part in parts]
        said = self._stage.answers(picture, letterboxes, color)
        return list(zip(parts, said, strict=True))

    def refined(self, seen: Result, picture: Image, color: str) -> Result:
        """Return the frame's result of what the first model found.

        Args:
            seen: The first model's result.
            picture: uint8 (H, W, 3).
            color: Order of the picture's channels: bgr or rgb.
        """
        objects = objects_of(seen, self.first.card.name)
        parts = self.cropper.parts(objects, picture.shape[1::-1])
        answers = self.answers(picture, parts, color)
        return JOINERS[self.second.card.task](self._joining, objects, answers)

    def for_stream(self) -> PictureModel:
        """Return what runs over one stream: it follows what the second one finds.

        It is this model itself where nothing is followed.
        """
        follows = self.cropper.rule.follow > 0
        if not follows and self.first.for_stream() is self.first:
            return self
        from .followed import FollowedStages

        return FollowedStages(self)

    @property
    def selection(self) -> Selection:
        """Return how the first model selects, with this one's IoU threshold."""
        return self.first.selection.with_iou_threshold(self._joining.iou_threshold)

    def info(self) -> dict[str, Any]:
        """Return how both are run and why, as plain JSON types."""
        return {
            "first": self.first.info(),
            "second": self.second.info(),
            "crop": self.cropper.rule.to_dict(),
            "margin": self.cropper.rule.margin,
            "merge": self.options.merge,
            "iou_threshold": self._joining.iou_threshold,
            "batch": self.batch,
        }

    def close(self) -> None:
        """Close both models; may be called twice."""
        self.first.close()
        self.second.close()

    def _card(self) -> ModelCard:
        first, second = self.first.card, self.second.card
        name = f"{first.name}, then {second.name}"
        if second.task in _WITHOUT_LABELS:
            return replace(second, name=name, input=first.input)
        labels: tuple[str, ...] = ()
        if second.task in _CLASSIFIED:
            labels = second.output.labels
            if self.options.merge == "both":
                labels = tuple(
                    f"{one}: {two}" for one in first.output.labels for two in labels
                )
        card = first.with_output(labels=labels, hierarchy={})
        return replace(card, name=name, task="detection")

    def _columns(self) -> int:
        shape = self.second.interpreter.outputs[0].shape
        return int(shape[-1]) if shape else 1


def join(first: PictureModel, second: Model, options: Mapping[str, Any]) -> TwoStage:
    """Return a pair; this is what :meth:`.PictureModel.then` calls.

    Args:
        first: Finds things.
        second: Looks at the region of each.
        options: Those of :class:`.ThenOptions`, by name.

    Raises:
        UnsupportedModelError: The models cannot be a pair.
        ValueError: An option is unknown, of another type or out of range.
    """
    return TwoStage(first, second, read_options(ThenOptions, options, "a pair"))


def _check(first: ModelCard, second: ModelCard) -> InputCard:
    """Return the second model's input.

    Raises:
        UnsupportedModelError: The models cannot be a pair.
    """
    if first.task not in FIRST_TASKS or first.input is None:
        raise UnsupportedModelError(
            f"Two stages begin with a model that finds things in a picture "
            f"({', '.join(FIRST_TASKS)}); {first.name} is a model for {first.task}."
        )
    if second.task not in JOINERS or second.input is None:
        raise UnsupportedModelError(
            f"The answers of the second model must fit into the regions of the first "
            f"({', '.join(JOINERS)}); {second.name} is a model for {second.task}. Run "
            "it alone, on the whole picture."
        )
    return second.input


def _assumed_of(second: Model, kind: str) -> tuple[str, ...]:
    """Return the second model's assumptions, without those for whole pictures."""
    if not kind:
        return second.assumptions
    from ...decoders.landmarks import alone_note

    alone = alone_note(kind)
    return tuple(text for text in second.assumptions if text != alone)


def _decoders_of(second: Model) -> set[str]:
    """Return the names of a model's decoder and of those of its heads."""
    names = {second.card.output.decoder}
    if second.card.task == "multi-task":
        from ...decoders.heads import HeadsDecoder

        if isinstance(second.decoder, HeadsDecoder):
            names |= {head.decoder for head in second.decoder.heads}
    return names


def _kind_of(second: Model) -> str:
    """Return what a landmark net looks at; empty for any other model."""
    if second.card.task != "landmarks":
        return ""
    # Not at the top: a pair with a classifier needs none of it.
    from ...decoders.landmarks import LandmarksDecoder

    decoder = second.decoder
    return decoder.kind if isinstance(decoder, LandmarksDecoder) else "points"
