"""Decode raw heads with anchors: SSD, EfficientDet and RetinaNet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, shown, unknown_name
from ...geometry import Letterbox
from ...labels import BACKGROUND
from ...results import Detections
from ...tensors import TensorSpec, shapes_of
from ..options import Texts, numbers_of, texts_of
from ..selection import Selection
from ..selection_options import DetectorOptions
from ..tensor_values import Levels, holds_scores, refuse_logits
from .anchor_boxes import BOX_ORDERS, WHOLE, AnchorBoxes
from .anchor_rules import FACE_POINTS, RULES, anchor_rule, rules_with
from .anchors import anchors_from
from .head_scores import ACTIVATIONS, HeadScores
from .head_tensors import ROLES_OF_HEAD, HeadTensors, find_head

_USUAL_SCALES: Final = (10.0, 10.0, 5.0, 5.0)


@dataclass(frozen=True, kw_only=True)
class SsdOptions(DetectorOptions):
    """Options of the decoder ``ssd``.

    Attributes:
        anchors: The name of a rule (efficientdet, efficientdet-lite, face-mask,
            model-maker, model-maker-320, retinaface, retinaface-1mb, retinaface-slim,
            retinanet-keras, retinanet-keras-cv, retinanet-tf, retinanet-torchvision,
            ssd, ssd-fpn, ssdlite-torchvision, ultra-light-face);
            or rows of center x, center y, width, height, normalized; or the arguments
            of :func:`.anchors.grid_anchors`. None means the only rule that gives as
            many anchors as the head has.
        activation: none, sigmoid or softmax; None means none when a quantized range
            proves scores.
        background: Whether the first class is the background; None when the number of
            labels, or the rule of the anchors, says it.
        box_order: yxhw or xywh for centers and sides relative to the anchors, ltrb for
            corners relative to theirs; yxyx or xyxy for whole boxes, normalized,
            without anchors. None means the rule's, or yxhw.
        box_scales: What the offsets of y, x, height, width (of left, top, right, bottom
            for ltrb) were multiplied with; None means the rule's, or 10, 10, 5, 5
            (1 with anchors among the outputs).
        roles: Which output is which, as boxes, scores, keypoints, anchors and other
            (what is not read) in the model's order, for a head with four classes or
            among other outputs; empty finds it in shapes and names.
    """

    anchors: str | Mapping[str, Any] | Sequence[Sequence[float]] | None = None
    activation: str | None = None
    background: bool | None = None
    box_order: str | None = None
    box_scales: Sequence[float] | None = None
    roles: Texts = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        order, scales = self.box_order, self.box_scales
        if order is not None and order not in BOX_ORDERS:
            raise ValueError(unknown_name("box order", order, BOX_ORDERS))
        each = numbers_of("box_scales", scales) if scales else ()
        if scales is not None and (len(each) != 4 or min(each) <= 0):
            raise ValueError(
                f"box_scales must be 4 numbers above 0, got {shown(scales)}."
            )
        if self.activation is not None and self.activation not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", self.activation, ACTIVATIONS))
        if isinstance(self.anchors, str):
            anchor_rule(self.anchors)
        roles = texts_of("roles", self.roles or ()) or ()
        if not all(role in ROLES_OF_HEAD for role in roles):
            raise ValueError(
                f"roles must be {', '.join(ROLES_OF_HEAD[:-1])} or {ROLES_OF_HEAD[-1]} "
                f"for each output, got {shown(self.roles)}."
            )


class SsdDecoder:
    """Turn offsets and class scores of a head with anchors into detections.

    Tensors, in any order, float or integer of 8 or 16 bits; one pair, or one for each
    feature map, as 1 x N or as 1 x rows x columns with the anchors among the channels:

    - boxes (1, N, 4): y, x, height, width relative to the anchors: centers are
      ``offset / scale × side``, sides ``exp(offset / scale)``, with a scale of 10 and
      5 for SSD (``box_scales``) and 1 for EfficientDet; or as ``box_order`` says.
    - scores (1, N, C): one per class, the background first or not at all; logits, or
      scores 0..1.
    - keypoints (1, N, 10), only of RetinaFace and its like: x, y of five points of the
      face, relative to the anchors as centers are.
    - anchors (1, N, 4), only of STMicroelectronics' SSD: left, top, right, bottom of
      each anchor, normalized. Boxes are then ltrb without scales.

    Args:
        tensors: The outputs, in the model's order.
        labels: One text per class, with or without the background first.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        evidence: Where the anchors come from, in words.
    """

    Options: ClassVar[type] = SsdOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: SsdOptions | None = None,
    ) -> None:
        options = options or SsdOptions()
        roles = texts_of("roles", options.roles or ()) or ()
        if roles and len(roles) != len(tensors):
            raise UnsupportedModelError(
                f"roles are {len(roles)}, but the model has {len(tensors)} outputs "
                f"({shapes_of(tensors)}). Pass one for each, in the model's order."
            )
        self._head = head = find_head(tensors, roles)
        rules = _rules(options, head, model_size)
        rule = RULES[rules[0]] if len(rules) == 1 else None
        activation = options.activation or _activation(tensors, head)
        with_word = int(bool(labels) and labels[0].lower() in BACKGROUND)
        first = _first_class(options.background, head, len(labels) - with_word, rules)
        own = head.anchors is not None
        usual_order = "ltrb" if own else "yxhw"
        order = options.box_order or (rule.box_order if rule else usual_order)
        whole = own or order in WHOLE
        anchors = options.anchors if rule is None else rules[0]
        questions = [
            *([_anchors_question(rules)] if anchors is None and not whole else []),
            *([] if activation else ["activation=none (scores), sigmoid or softmax"]),
            *(["background=true or false (or --labels)"] if first is None else []),
        ]
        if questions or activation is None or first is None:
            raise UnsupportedModelError(
                f"Nothing shows how the {head.rows} rows of {head.columns} scores and "
                "their boxes are read. Pass --option "
                f"{', --option '.join(questions)}."
            )
        self.evidence = (
            "the anchors are an output" if own else "whole boxes, without anchors"
        )
        at = head.anchors
        self._own = None if at is None else (at, Levels(tensors[at]))
        rows: npt.NDArray[np.float32] | None = None
        if not whole:
            try:
                rows, self.evidence = anchors_from(
                    anchors if anchors is not None else (),
                    count=head.rows,
                    model_size=model_size,
                )
            except ValueError as error:
                raise UnsupportedModelError(
                    f"Output '{tensors[head.blocks[0].boxes].name}': {error} Pass "
                    "those of its training: --option anchors=ROWS, in Python "
                    "options={'anchors': ...}."
                ) from error
        self._keypoints = FACE_POINTS if head.keypoints else ()
        usual = (1.0,) * 4 if own else _USUAL_SCALES
        usual = usual if rule is None else rule.box_scales
        scales = numbers_of("box_scales", options.box_scales or usual)
        self._coder = AnchorBoxes(rows, order, scales)
        self.selection = Selection(
            options,
            labels=tuple(labels[with_word:]),
            class_count=head.columns - first,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
            keypoint_labels=self._keypoints,
        )
        self._box_levels = [Levels(tensors[block.boxes]) for block in head.blocks]
        self._point_levels = [
            None if block.keypoints is None else Levels(tensors[block.keypoints])
            for block in head.blocks
        ]
        self._scores = [
            HeadScores(
                tensors[block.scores],
                columns=head.columns,
                first=first,
                activation=activation,
                threshold=self.selection.score_threshold,
            )
            for block in head.blocks
        ]
        self._unit = (float(model_size[0]), float(model_size[1]))

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        boxes, scores, class_ids, points = [], [], [], []
        start = 0
        for block, levels, point_levels, finder in zip(
            self._head.blocks,
            self._box_levels,
            self._point_levels,
            self._scores,
            strict=True,
        ):
            where, some_scores, some_ids = finder.pick(outputs[block.scores])
            if len(where):
                at = where + start
                raw = outputs[block.boxes].reshape(-1, 4)[where]
                corners = None
                if self._own is not None:
                    position, own = self._own
                    corners = own.real(outputs[position].reshape(-1, 4)[at])
                boxes.append(self._coder.boxes(levels.real(raw), at, corners))
                scores.append(some_scores)
                class_ids.append(some_ids)
                if point_levels is not None and block.keypoints is not None:
                    raw = outputs[block.keypoints].reshape(block.rows, -1)[where]
                    points.append(self._coder.keypoints(point_levels.real(raw), at))
            start += block.rows
        if not scores:
            return Detections.empty(self._keypoints)
        best = np.concatenate(scores)
        refuse_logits(best.max(), activations="sigmoid or activation=softmax")
        return self.selection.of(
            np.concatenate(boxes),
            np.minimum(best, np.float32(1.0)),
            np.concatenate(class_ids),
            letterbox,
            unit=self._unit,
            points=np.concatenate(points) if points else None,
        )


def _rules(
    options: SsdOptions, head: HeadTensors, size: tuple[int, int]
) -> tuple[str, ...]:
    """Return the names of the rules that may have laid the anchors."""
    if head.anchors is not None:
        return ()
    if isinstance(options.anchors, str):
        return (options.anchors,)
    if options.anchors is not None:
        return ()
    return rules_with(head.rows, size, head.columns, head.keypoints)


def _anchors_question(rules: Sequence[str]) -> str:
    if rules:
        return f"anchors={' or '.join(rules)}, which give as many, or ROWS"
    return "anchors=NAME or ROWS (no known rule gives as many)"


def _activation(tensors: Sequence[TensorSpec], head: HeadTensors) -> str | None:
    """Return none where the ranges of quantized scores prove it."""
    proven = all(holds_scores(tensors[block.scores]) for block in head.blocks)
    return "none" if proven else None


def _first_class(
    option: bool | None, head: HeadTensors, labels: int, rules: Sequence[str]
) -> int | None:
    """Return the column of the first class: 1 behind a background, else 0.

    None means that nothing says it.
    """
    if option is not None:
        return int(option)
    columns = head.columns
    if labels > 0:
        if columns in (labels, labels + 1):
            return columns - labels
        raise UnsupportedModelError(
            f"The head has {columns} columns, but there are {labels} labels. Pass "
            f"--labels with {columns} texts, or with one less."
        )
    backgrounds = {RULES[name].background for name in rules}
    if head.anchors is not None:
        backgrounds = {True}
    agreed = backgrounds.pop() if len(backgrounds) == 1 else None
    return None if agreed is None else int(agreed)
