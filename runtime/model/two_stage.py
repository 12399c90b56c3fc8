"""Two models in a row (R-CNN's scheme): regions from the first, labels from the second.

A detector says where something is, a classifier looks at each region again and says
what. Start at :class:`TwoStage`; ``model.then(classifier)`` makes one.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import UnsupportedModelError, unknown_name
from ..frame import Image
from ..geometry import nms
from ..results import Classifications, Detections
from .base import PictureModel, Stages

if TYPE_CHECKING:
    from ..decoders import Selection
    from .model import Model

MERGES: Final = ("product", "second", "both")
"""product: the second's label, the product of both scores. second: label and score of
the second. both: "first: second" as the label, the product of both scores."""

BATCH: Final = 4
"""Regions at once, for a second model whose file leaves the number of rows open."""


@dataclass(frozen=True)
class ThenOptions:
    """How regions are cut and what becomes of both answers.

    Attributes:
        margin: What is added to a region on each side, as a share of its sides, 0..1.
        merge: A name from ``MERGES``.
        iou_threshold: A box goes when its IoU with a better one of its class is above
            it; None takes the first model's.
    """

    margin: float = 0.1
    merge: str = "product"
    iou_threshold: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 1:
            raise ValueError(
                f"margin must be in 0..1 (a share of the box's sides), got "
                f"{self.margin}."
            )
        if self.merge not in MERGES:
            raise ValueError(unknown_name("merge", self.merge, MERGES))
        if self.iou_threshold is not None and not 0 <= self.iou_threshold <= 1:
            raise ValueError(
                f"iou_threshold must be in 0..1, got {self.iou_threshold}."
            )


class TwoStage(PictureModel):
    """A detector, and a classifier that looks at each region that it finds.

    Regions whose best class scores below the classifier's ``score_threshold`` (or that
    its allow and deny lists leave nothing of) are dropped. What is left is suppressed
    once more, because two boxes of different classes may have become one. Use it as a
    context manager, or call :meth:`close`; both models are closed with it.

    Args:
        first: A detector, or tiles around one.
        second: A classifier.
        options: How regions are cut and merged.

    Attributes:
        first: The detector.
        second: The classifier.
        options: How regions are cut and merged.
        batch: Regions that the second looks at at once.
        card: The detector's, with the labels that are reported.
        assumptions: What nothing proves of either model.

    Raises:
        UnsupportedModelError: The models are of other kinds.
    """

    def __init__(
        self, first: PictureModel, second: Model, options: ThenOptions | None = None
    ) -> None:
        self.first, self.second = first, second
        self.options = options or ThenOptions()
        for model, task in ((first, "detection"), (second, "classification")):
            if model.card.task != task or model.card.input is None:
                raise UnsupportedModelError(
                    f"Two stages need a detector, then a classifier; {model.card.name} "
                    f"is a model for {model.card.task}, and {task} was expected."
                )
        self.batch = self._open_rows()
        chosen, iou = first.selection, self.options.iou_threshold
        self._iou = chosen.iou_threshold if iou is None else iou
        self._limit = chosen.max_detections
        self._classes = max(len(second.card.output.labels), self._columns())
        labels = second.card.output.labels
        if self.options.merge == "both":
            labels = tuple(
                f"{one}: {two}" for one in first.card.output.labels for two in labels
            )
        self.card = replace(
            first.card.with_output(labels=labels, hierarchy={}),
            name=f"{first.card.name}, then {second.card.name}",
        )
        self.assumptions = (*first.assumptions, *second.assumptions)
        self._lock = threading.Lock()

    def look(self, picture: Image, color: str) -> tuple[Detections, Stages]:
        """Return what both find in one picture, and the milliseconds of each stage.

        Everything that the second model does is ``refine_ms``.

        Args:
            picture: uint8 (H, W, 3).
            color: Order of its channels: bgr or rgb.
        """
        with self._lock:
            detections, (prepare, invoke, decode, _) = self.first.look(picture, color)
            if not isinstance(detections, Detections):
                raise UnsupportedModelError(
                    f"{self.first.card.name} gave a {type(detections).__name__}; "
                    "regions are cut from detections."
                )
            start = time.perf_counter_ns()
            result = self._refined(picture, detections, color)
            spent = (time.perf_counter_ns() - start) / 1e6
        return result, (prepare, invoke, decode, spent)

    @property
    def selection(self) -> Selection:
        """Return how the detector selects, with this one's IoU threshold."""
        return self.first.selection.with_iou_threshold(self._iou)

    def info(self) -> dict[str, Any]:
        """Return how both are run and why, as plain JSON types."""
        return {
            "first": self.first.info(),
            "second": self.second.info(),
            "margin": self.options.margin,
            "merge": self.options.merge,
            "iou_threshold": self._iou,
            "batch": self.batch,
        }

    def close(self) -> None:
        """Close both models; may be called twice."""
        self.first.close()
        self.second.close()

    def _refined(self, image: Image, detections: Detections, color: str) -> Detections:
        if not len(detections):
            return detections
        card = self.second.card.input
        aspect = card.width / card.height if card is not None else 1.0
        height, width = image.shape[:2]
        cuts = regions(
            detections.boxes, (width, height), margin=self.options.margin, aspect=aspect
        )
        kept: list[int] = []
        scores: list[float] = []
        class_ids: list[int] = []
        labels: list[str] = []
        for i, answer in enumerate(self._answers(image, cuts.tolist(), color)):
            best = answer.top
            if best is None:
                continue
            kept.append(i)
            score, class_id, label = best.score, best.class_id, best.label
            if self.options.merge != "second":
                score *= float(detections.scores[i])
            if self.options.merge == "both":
                class_id += int(detections.class_ids[i]) * self._classes
                label = f"{detections.labels[i]}: {label}"
            scores.append(score)
            class_ids.append(class_id)
            labels.append(label)
        merged = replace(
            detections[kept],
            scores=np.asarray(scores, np.float32),
            class_ids=np.asarray(class_ids, np.int64),
            labels=tuple(labels),
        )
        order = nms(
            merged.boxes,
            merged.scores,
            merged.class_ids,
            iou_threshold=self._iou,
            max_detections=self._limit,
        )
        return merged[order]

    def _answers(
        self, image: Image, cuts: list[list[int]], color: str
    ) -> list[Classifications]:
        """Return the second model's answer for each region.

        Others may call the second model meanwhile: they wait.
        """
        with self.second.lock:
            return self._answers_in_turn(image, cuts, color)

    def _answers_in_turn(
        self, image: Image, cuts: list[list[int]], color: str
    ) -> list[Classifications]:
        second = self.second
        prepare, used = second.preprocessor, second.interpreter
        if prepare is None:  # a card without an image input was refused
            return []
        answers: list[Classifications] = []
        for begin in range(0, len(cuts), self.batch):
            part = cuts[begin : begin + self.batch]
            rows = used.input(0)
            letterboxes = [
                prepare.prepare(image[y1:y2, x1:x2], out=rows[i : i + 1], color=color)
                for i, (x1, y1, x2, y2) in enumerate(part)
            ]
            del rows  # no view may be alive while the interpreter computes
            used.invoke()
            outputs = used.outputs_now()
            for i, letterbox in enumerate(letterboxes):
                own = [output[i : i + 1] for output in outputs]
                answer = second.decoder.decode(own, letterbox)
                if not isinstance(answer, Classifications):
                    kind = type(answer).__name__
                    raise UnsupportedModelError(
                        f"{second.card.name} gave a {kind}; the second stage must "
                        "classify."
                    )
                answers.append(answer)
                del own
            del outputs
        return answers

    def _open_rows(self) -> int:
        """Return how many regions the second model takes at once; its file decides."""
        used = self.second.interpreter
        signatures = getattr(used, "input_signatures", ())
        resize = getattr(used, "resize", None)
        if resize is None or not signatures or signatures[0][:1] != (-1,):
            return 1
        resize([(BATCH, *used.inputs[0].shape[1:])])
        return BATCH

    def _columns(self) -> int:
        shape = self.second.interpreter.outputs[0].shape
        return int(shape[-1]) if shape else 1


def regions(
    boxes: npt.NDArray[np.float32],
    size: tuple[int, int],
    *,
    margin: float,
    aspect: float,
) -> npt.NDArray[np.int64]:
    """Return what is cut out for each box: whole pixels of the frame, never empty.

    A box grows by the margin, then to the aspect ratio of the second model's input, so
    that stretching does not distort it; what would lie outside the frame is moved in,
    or cut where the frame is too small.

    Args:
        boxes: float32 (N, 4) xyxy, in pixels of the frame.
        size: Width and height of the frame.
        margin: Added on each side, as a share of the box's sides.
        aspect: Width by height.

    Returns:
        int64 (N, 4) xyxy.
    """
    limits = np.asarray(size, np.float64)
    sides = (boxes[:, 2:] - boxes[:, :2]).astype(np.float64) * (1 + 2 * margin)
    middles = (boxes[:, :2] + boxes[:, 2:]).astype(np.float64) / 2
    wide = np.maximum(sides[:, 0], sides[:, 1] * aspect)
    grown = np.minimum(np.stack([wide, wide / aspect], axis=1), limits)
    low = np.clip(middles - grown / 2, 0, limits - grown)
    corner = np.clip(np.floor(low), 0, limits - 1)
    end = np.clip(np.ceil(low + grown), corner + 1, limits)
    return np.concatenate([corner, end], axis=1).astype(np.int64)
