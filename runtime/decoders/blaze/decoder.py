"""Decode MediaPipe's detectors of faces, palms and people (the BlazeFace family)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox, from_centers
from ...results import Detections
from ...tensors import TensorSpec
from ..selection import Selection
from ..tensor_values import Levels, refuse_logits
from .anchors import anchor_centers
from .kinds import KINDS, BlazeKind, kind_of_keypoints
from .layout import find_blaze_layout
from .options import BlazeOptions, layers_of

_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Part:
    """How the scores and boxes of some anchors are read.

    Attributes:
        boxes: Position of their tensor among the outputs.
        scores: Position of their tensor.
        box_levels: Reads the boxes.
        score_levels: Reads the scores.
        floor: The smallest raw score that may pass.
        shifts: float32 (rows, 4 + 2K), what the anchors add to each row.
    """

    boxes: int
    scores: int
    box_levels: Levels
    score_levels: Levels
    floor: float | int
    shifts: _Floats


class BlazeFaceDecoder:
    """Turn the outputs of MediaPipe's anchor detectors into detections with keypoints.

    For faces (short range, full range, back camera), palms and people, as MediaPipe
    publishes them and as others export them again. Tensors, in any order, float or
    integer of 8 or 16 bits:

    - boxes (1, N, 4 + 2K): center x, center y, width, height and x, y of K keypoints,
      in model pixels from the middle of the row's anchor.
    - scores (1, N, 1) or (1, N): logits, or scores 0..1 where the graph has a sigmoid.

    N is the number of anchors: such as 896 at 128x128. Instead there may be two such
    tensors for each stride, rows or maps (1, h, w, anchors x numbers), or one tensor
    (1, N, 1 + 4 + 2K) with the score first, as TensorFlow.js has it. A person's box is
    that of the face; the four keypoints are those by which MediaPipe crops the body.

    Args:
        tensors: The outputs, in the model's order.
        labels: One text; empty for the kind's own.
        model_size: Width and height of the input.
        options: None means the defaults.

    Attributes:
        selection: How boxes become detections.
        kind: What is found: its label and the names of its keypoints.
        evidence: What shows the anchors, in words.
    """

    Options: ClassVar[type] = BlazeOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        options: BlazeOptions | None = None,
    ) -> None:
        options = options or BlazeOptions()
        layout = find_blaze_layout(
            tensors,
            model_size=model_size,
            strides=layers_of(options.strides),
            interpolated=options.interpolated,
        )
        self.kind = _kind(options.kind, layout.keypoints)
        self.evidence = layout.evidence
        centers = anchor_centers(model_size, layout.grids)
        # What is added to a row: the anchor to the center and to each keypoint.
        shifts = np.tile(centers, (1, 2 + layout.keypoints))
        shifts[:, 2:4] = 0.0
        is_logit = self._is_logit = options.activation == "sigmoid"
        self._parts: list[_Part] = []
        first = 0
        for part in layout.parts:
            scores = Levels(tensors[part.scores], activation=options.activation)
            floor = scores.floor(options.score_threshold)
            if is_logit and not _reaches(scores.high, options.score_threshold):
                floor = np.inf
            self._parts.append(
                _Part(
                    part.boxes,
                    part.scores,
                    Levels(tensors[part.boxes]),
                    scores,
                    floor,
                    shifts[first : first + part.rows],
                )
            )
            first += part.rows
        self.selection = Selection(
            options,
            labels=labels or (self.kind.label,),
            class_count=1,
            keypoint_labels=self.kind.keypoints,
        )
        self._threshold = np.float32(options.score_threshold)

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        parts = [
            part
            for part in (self._passing(outputs, part) for part in self._parts)
            if part is not None
        ]
        if not parts:
            return Detections.empty(self.kind.keypoints)
        if len(parts) == 1:
            scores, rows = parts[0]
        else:
            scores, rows = (
                np.concatenate(arrays) for arrays in zip(*parts, strict=True)
            )
        points = rows[:, 4:].reshape(len(rows), -1, 2)
        return self.selection.of(
            from_centers(rows[:, :4]),
            scores,
            np.zeros(len(scores), np.int64),
            letterbox,
            points=points,
        )

    def _passing(
        self, outputs: Sequence[npt.NDArray[Any]], part: _Part
    ) -> tuple[_Floats, _Floats] | None:
        """Return the scores and rows that pass, in model pixels; None for none."""
        count, columns = part.shifts.shape
        if part.boxes == part.scores:
            table = outputs[part.boxes].reshape(count, 1 + columns)
            raw, table = table[:, 0], table[:, 1:]
        else:
            raw = outputs[part.scores].reshape(count)
            table = outputs[part.boxes].reshape(count, columns)
        where = np.flatnonzero(raw >= part.floor)
        if where.size == 0:
            return None
        scores = part.score_levels.real(raw[where])
        # The raw threshold of floats is a bound: the reals decide.
        passing = scores >= self._threshold
        if not passing.all():
            where, scores = where[passing], scores[passing]
            if where.size == 0:
                return None
        if not self._is_logit:
            refuse_logits(scores.max())
        rows = part.box_levels.real(table[where])
        rows += part.shifts[where]
        return scores, rows


def _kind(name: str | None, keypoints: int) -> BlazeKind:
    """Return what a model finds, by its name or by its number of keypoints.

    Raises:
        UnsupportedModelError: A kind of that name has another number of keypoints.
    """
    if name is None:
        names = tuple(f"keypoint {number + 1}" for number in range(keypoints))
        return kind_of_keypoints(keypoints) or BlazeKind("object", names)
    kind = KINDS[name]
    if len(kind.keypoints) != keypoints:
        raise UnsupportedModelError(
            f"A detector of kind '{name}' gives {len(kind.keypoints)} keypoints, and "
            f"these outputs have {keypoints}. Leave --option kind={name} out."
        )
    return kind


def _reaches(top: float | None, threshold: float) -> bool:
    """Return whether a tensor's logits go beyond the threshold's.

    Integers without a logit above it tell nothing apart: in STMicroelectronics' uint8
    file, the largest logit of the coarse level is 0, and all its cells score 0.5.
    """
    if top is None or not 0.0 < threshold < 1.0:
        return True
    return top > math.log(threshold / (1.0 - threshold))
