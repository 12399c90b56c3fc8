"""The stage that covers what must not leave the process."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from ...errors import RedactionError
from ..frame import Frame, Image
from ..stage import Stage
from .covered_areas import CoveredAreas, check_boxes
from .held_boxes import HeldBoxes
from .hidden_results import hidden, nothing_of
from .hidden_words import HiddenWords
from .marked_things import lost_boxes, marked_boxes, marked_pixels
from .settings import RedactionSettings
from .time_limited_model import ThingFinder, TimeLimitedModel

if TYPE_CHECKING:
    from ..event import Event
    from ..results import Result
    from ..rule_event import RuleEvent

logger = logging.getLogger(__name__)

_PLAIN: Final = (bool, int, float, str)
_SMALLEST: Final = (16, 16)  # in place of a picture whose size is not known


class RedactStage(Stage):
    """Replace the picture of each event by one in which things and zones are covered.

    The new frame is a plain one: the picture as it came, a JPEG of it, and what a
    source knows beyond it are not in the event any more, and what a result holds of
    covered areas goes, too. Whatever fails here, the event gets a black picture
    (``redaction_failed`` counts them): a picture leaves only when it was looked at.

    Where the answer is that of an older picture (``when_motion``), the redacted picture
    of that answer is shown again.

    Args:
        settings: What is covered, and how.
        model: Finds what is covered; None means that the run's own model does. Closed
            here where it is ``Closing``.
        most: How many things that model reports at most (:func:`.most_things`): where
            it reports so many there may be more, and the picture is black. 0 means no
            limit.

    Attributes:
        failed: How many events got a black picture.
        last_error: Why, for the newest of them; empty without one.
    """

    name = "redact"
    needs_pictures = True
    covers = True

    def __init__(
        self,
        settings: RedactionSettings,
        model: ThingFinder | None = None,
        *,
        most: int = 0,
    ) -> None:
        if settings.model and model is None:
            raise ValueError(
                f"the settings name the model {settings.model}: open it, and pass it "
                "as model."
            )
        self._settings = settings
        self._cover = settings.cover
        self._model: TimeLimitedModel | None = None
        if model is not None:
            self._model = TimeLimitedModel(model, limit_s=settings.answer_within)
        self._most = most
        self._labels = frozenset(settings.labels)
        self._uses_answer = bool(self._labels) and model is None
        self._held = HeldBoxes(settings.hold)
        self._zones = CoveredAreas.none((0, 0))
        self._last: tuple[str, Image, CoveredAreas] | None = None
        self._hidden_words = HiddenWords()
        self.failed = 0
        self.last_error = ""

    def apply(self, event: Event) -> Event:
        """Return the event with a picture that may be shown."""
        try:
            return self._redacted(event)
        # Whatever it is, in our code, a model or a source: the picture stays here.
        except Exception as error:
            return self._withheld(event, error)

    def end(self, rule_events: tuple[RuleEvent, ...]) -> tuple[RuleEvent, ...]:
        """Return the last reports without words that were read in covered areas."""
        return self._hidden_words.without(rule_events)

    def close(self) -> None:
        """Close the model for redaction; may be called twice."""
        self._last = None
        if self._model is not None:
            self._model.close()

    def _redacted(self, event: Event) -> Event:
        last, self._last = self._last, None
        if self._uses_answer and event.timing.is_reused:
            covered, areas = _again(event.frame, last)
            self._last = last
        else:
            image = event.frame.image
            _check(image)
            areas = self._areas(event, image)
            covered = self._cover.apply(image, areas)
            # Where pictures are compared, the answer for this one may be used again.
            if self._uses_answer and event.timing.motion_ms > 0:
                self._last = event.frame.source, covered.copy(), areas
        result = hidden(event.result, areas, self._cover)
        return self._leaving(event, covered, result)

    def _areas(self, event: Event, image: Image) -> CoveredAreas:
        size = (image.shape[1], image.shape[0])
        areas = self._zones_of(size)
        if not self._labels:
            return areas
        if self._model is not None:
            result = self._model.ask(image)
        else:
            result = event.result
            _refuse_gaps(event)
        margin = self._settings.margin
        pixels = marked_pixels(result, self._labels, margin=margin)
        if pixels is not None:
            return areas + pixels
        boxes = marked_boxes(result, self._labels)
        self._refuse_full(result)
        # Checked before they are held: one bad box must not stay for a second.
        check_boxes(boxes)
        frame = event.frame
        boxes = self._held.update(boxes, size, frame.time_s, frame.source)
        if self._model is None:
            lost = lost_boxes(event.tracks, self._labels)
            boxes = np.concatenate([boxes, lost])
        return areas + CoveredAreas.of_boxes(boxes, size, margin=margin)

    def _refuse_full(self, result: Any) -> None:
        """Refuse a result that may have left something out.

        Raises:
            RedactionError: It has as many things as the model reports at most.
        """
        if self._most and len(result) >= self._most:
            raise RedactionError(
                f"The model reports at most {self._most} in a picture, and others may "
                "be left out. Pass a higher max_detections or score_threshold."
            )

    def _zones_of(self, size: tuple[int, int]) -> CoveredAreas:
        if self._zones.size != size:
            zones = CoveredAreas.none(size)
            for zone in self._settings.zones:
                points = [(x * size[0], y * size[1]) for x, y in zone]
                zones += CoveredAreas.of_polygon(points, size)
            self._zones = zones
        return self._zones

    def _withheld(self, event: Event, error: Exception) -> Event:
        """Return the event with a picture that shows nothing."""
        self.failed += 1
        reason = str(error) if isinstance(error, RedactionError) else repr(error)
        if reason != self.last_error:
            logger.warning("redaction failed, and a black picture is shown: %s", reason)
        self.last_error = reason
        size = _size_of(event.frame)
        black = np.zeros((size[1], size[0], 3), np.uint8)
        return self._leaving(event, black, nothing_of(event.result, size))

    def _leaving(self, event: Event, image: Image, result: Result) -> Event:
        """Return the event with another picture and result, and nothing of its own."""
        self._hidden_words.add(event.result, result)
        return replace(
            event,
            frame=_plain(event.frame, image),
            result=result,
            tracks=self._hidden_words.without_of(event.tracks),
            regions=self._hidden_words.without_of_regions(event.regions),
            rule_events=self._hidden_words.without(event.rule_events),
            redaction_failed=self.failed,
        )


def _check(image: Any) -> None:
    if (
        not isinstance(image, np.ndarray)
        or image.dtype != np.uint8
        or image.ndim != 3
        or image.shape[2] != 3
        or 0 in image.shape
    ):
        raise RedactionError("Cannot cover a picture that is not uint8 (H, W, 3).")


def _refuse_gaps(event: Event) -> None:
    """Refuse an answer from which things may be missing that are in the picture.

    Raises:
        RedactionError: A second model dropped what it did not recognise.
    """
    timing = event.timing
    if timing.is_first_left_out or timing.refine_ms > 0:
        raise RedactionError(
            "Of two models in a row the second leaves out what it does not recognise, "
            "and it would not be covered. Pass the first one as the model for "
            "redaction."
        )


def _again(
    frame: Frame, last: tuple[str, Image, CoveredAreas] | None
) -> tuple[Image, CoveredAreas]:
    """Return the redacted picture that belongs to an answer that is used again."""
    if last is None or last[0] != frame.source or last[2].size != frame.size:
        raise RedactionError(
            "The answer is that of an older picture, which was not redacted."
        )
    return last[1].copy(), last[2]


def _plain(frame: Frame, image: Image) -> Frame:
    """Return a frame of another picture that has no way back to its own."""
    details = {
        name: value
        for name, value in (frame.details or {}).items()
        if type(value) in _PLAIN
    }
    return Frame(
        image,
        frame.timestamp_ns,
        frame.index,
        frame.source,
        details or None,
        frame.position_s,
    )


def _size_of(frame: Frame) -> tuple[int, int]:
    try:
        width, height = frame.size
    except Exception:  # a source's own frame, whose picture cannot be had
        return _SMALLEST
    return max(width, 1), max(height, 1)
