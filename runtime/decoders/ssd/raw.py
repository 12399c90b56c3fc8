"""Decode raw SSD heads: offsets to anchors, and a score per class."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, unknown_name
from ...geometry import Boxes, Letterbox, from_centers
from ...labels import BACKGROUND
from ...results import ClassIds, Detections, Scores
from ...tensors import TensorSpec, shapes_of
from ..selection import Selection
from ..selection_options import DetectorOptions
from ..tensor_values import Levels
from .anchors import anchors_from

ACTIVATIONS: Final = ("none", "sigmoid", "softmax")
BOX_ORDERS: Final = ("yxhw", "xywh")
_NO_LOGITS: Final = (-0.01, 1.5)
# exp() of a larger number gives no real box: 20,000 times its anchor.
_LARGEST_LOG: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class SsdOptions(DetectorOptions):
    """Options of the decoder ``ssd``.

    Attributes:
        anchors: Rows of center x, center y, width, height, normalized; or the arguments
            of :func:`.anchors.grid_anchors`; None computes the usual ones, which must
            then be as many as the head has.
        activation: none, sigmoid or softmax; None means none when a quantized range
            proves scores.
        background: Whether the first class is the background; None when the number of
            labels says it.
        box_order: yxhw or xywh.
        box_scales: What the offsets of y, x, height, width were multiplied with.
    """

    anchors: Mapping[str, Any] | Sequence[Sequence[float]] | None = None
    activation: str | None = None
    background: bool | None = None
    box_order: str = "yxhw"
    box_scales: Sequence[float] = (10.0, 10.0, 5.0, 5.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.box_order not in BOX_ORDERS:
            raise ValueError(unknown_name("box order", self.box_order, BOX_ORDERS))
        if len(self.box_scales) != 4 or min(self.box_scales) <= 0:
            raise ValueError(
                f"box_scales must be 4 numbers above 0, got {tuple(self.box_scales)}."
            )


class SsdDecoder:
    """Turn offsets and class scores of an SSD head into detections.

    Tensors, in any order, float or integer of 8 or 16 bits:

    - boxes (1, N, 4): y, x, height, width relative to the anchors: centers are
      ``offset / 10 × side``, sides ``exp(offset / 5)`` (the usual ``box_scales``).
    - scores (1, N, C): one per class, the background first or not at all; logits, or
      scores 0..1.

    Args:
        tensors: The two outputs, in the model's order.
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
        box_order, box_scales = options.box_order, options.box_scales
        self._boxes, self._scores = _find_tensors(tensors)
        box_spec, score_spec = tensors[self._boxes], tensors[self._scores]
        self._count, columns = score_spec.shape[-2:]
        self._activation = _activation(options.activation, score_spec)
        first = int(bool(labels) and labels[0].lower() in BACKGROUND)
        self._first = _first_class(
            options.background, columns, len(labels), first, score_spec
        )
        try:
            self._anchors, self.evidence = anchors_from(
                options.anchors, count=self._count, model_size=model_size
            )
        except ValueError as error:
            raise UnsupportedModelError(
                f"Output '{box_spec.name}': {error} Pass those of its training: "
                "--option anchors=ROWS, in Python options={'anchors': ...}."
            ) from error
        # Offsets in the order x, y, width, height from here on.
        turn = [1, 0, 3, 2] if box_order == "yxhw" else [0, 1, 2, 3]
        self._turn = turn
        self._divisors = np.asarray(box_scales, np.float32)[[1, 0, 3, 2]]
        self._box_levels = Levels(box_spec)
        sigmoid = "sigmoid" if self._activation == "sigmoid" else "none"
        self._score_levels = Levels(score_spec, activation=sigmoid)
        self._score_spec = score_spec
        self.selection = Selection(
            options,
            labels=tuple(labels[first:]),
            class_count=columns - self._first,
            hierarchy=hierarchy,
            level=options.level,
            max_candidates=options.max_candidates,
        )
        self._floor = self._score_levels.floor(self.selection.score_threshold)
        self._unit = (float(model_size[0]), float(model_size[1]))

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        raw = outputs[self._scores].reshape(self._count, -1)
        if self._activation == "softmax":
            where, scores, class_ids = self._by_softmax(raw)
        else:
            where, scores, class_ids = self._by_score(raw)
        # NaN fails this comparison; infinite scores are dropped as well.
        passing = scores >= np.float32(self.selection.score_threshold)
        passing &= np.isfinite(scores)
        where, scores, class_ids = where[passing], scores[passing], class_ids[passing]
        if len(where) == 0:
            return Detections.empty()
        if scores.max() > _NO_LOGITS[1]:
            raise UnsupportedModelError(
                f"A score is {scores.max():.3g}, and 0..1 was expected: these are "
                "logits. Pass --option activation=sigmoid or activation=softmax."
            )
        offsets = outputs[self._boxes].reshape(self._count, 4)[where]
        return self.selection.of(
            self._placed(offsets, where),
            np.minimum(scores, np.float32(1.0)),
            class_ids,
            letterbox,
            unit=self._unit,
        )

    def _by_score(
        self, raw: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.intp], Scores, ClassIds]:
        classes = raw[:, self._first :]
        best = classes.max(axis=1)
        where = np.flatnonzero(best >= self._floor)
        class_ids = classes[where].argmax(axis=1).astype(np.int64)
        return where, self._score_levels.real(best[where]), class_ids

    def _by_softmax(
        self, raw: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[np.intp], Scores, ClassIds]:
        """Apply softmax only to the anchors that can pass.

        A softmax over two columns is never lower than one over all of them, so the
        difference of two raw values rules most anchors out.
        """
        threshold = min(max(self.selection.score_threshold, 1e-6), 1 - 1e-6)
        needed = np.log(threshold / (1.0 - threshold)) - 1e-3
        step = self._score_spec.scale if self._score_spec.is_quantized else 1.0
        kind = np.int32 if raw.dtype.kind in "iu" else np.float32
        best = raw[:, self._first :].max(axis=1).astype(kind)
        if self._first:
            ahead = (best - raw[:, 0].astype(kind)) * step
            where = np.flatnonzero(ahead >= needed)
        else:
            where = np.arange(self._count)
        reals = self._score_levels.real(raw[where])
        reals -= reals.max(axis=1, keepdims=True, initial=-np.inf)
        shares = np.exp(reals)
        shares /= shares.sum(axis=1, keepdims=True)
        shares = shares[:, self._first :]
        class_ids = shares.argmax(axis=1).astype(np.int64)
        return where, shares.max(axis=1, initial=0.0), class_ids

    def _placed(self, offsets: npt.NDArray[Any], where: npt.NDArray[np.intp]) -> Boxes:
        """Return boxes xyxy, normalized, from raw offsets."""
        reals = self._box_levels.real(offsets)[:, self._turn] / self._divisors
        anchors = self._anchors[where]
        sides = np.exp(np.minimum(reals[:, 2:], _LARGEST_LOG)) * anchors[:, 2:]
        centers = reals[:, :2] * anchors[:, 2:] + anchors[:, :2]
        return from_centers(np.concatenate([centers, sides], axis=1))


def _find_tensors(tensors: Sequence[TensorSpec]) -> tuple[int, int]:
    """Return the positions of boxes and scores."""
    words = shapes_of(tensors)
    pairs = []
    if len(tensors) == 2:
        for boxes, scores in ((0, 1), (1, 0)):
            one, other = tensors[boxes].shape, tensors[scores].shape
            if one[-1:] == (4,) and len(other) >= 2 and one[-2:-1] == other[-2:-1]:
                pairs.append((boxes, scores))
    if len(pairs) == 2:
        named = [
            pair
            for pair in pairs
            if any(w in tensors[pair[0]].name.lower() for w in ("box", "loc"))
            or any(
                w in tensors[pair[1]].name.lower() for w in ("score", "cls", "class")
            )
        ]
        pairs = named
    if len(pairs) != 1:
        raise UnsupportedModelError(
            f"Outputs {words} are no SSD head; expected boxes 1xNx4 and scores 1xNxC "
            "(with 4 classes, names that say which is which). Pass --decoder if this "
            "is another kind of model."
        )
    return pairs[0]


def _activation(option: str | None, spec: TensorSpec) -> str:
    if option is not None:
        if option not in ACTIVATIONS:
            raise ValueError(unknown_name("activation", option, ACTIVATIONS))
        return option
    levels = Levels(spec)
    low, high = levels.low, levels.high
    if low is None or high is None or not spec.is_quantized:
        low, high = -math.inf, math.inf
    if low >= _NO_LOGITS[0] and high <= _NO_LOGITS[1]:
        return "none"
    raise UnsupportedModelError(
        f"Nothing shows whether output '{spec.name}' holds scores or logits. "
        "Pass --option activation=none, sigmoid or softmax."
    )


def _first_class(
    option: bool | None, columns: int, labels: int, with_word: int, spec: TensorSpec
) -> int:
    """Return the column of the first class: 1 behind a background, else 0."""
    if option is not None:
        return int(option)
    if with_word:
        labels -= 1
    if labels and columns == labels + 1:
        return 1
    if labels and columns == labels:
        return 0
    if labels:
        raise UnsupportedModelError(
            f"Output '{spec.name}' has {columns} columns, but there are {labels} "
            f"labels. Pass --labels with {columns} texts, or with one less."
        )
    raise UnsupportedModelError(
        f"Nothing shows whether the first of the {columns} columns of output "
        f"'{spec.name}' is the background. Pass --labels, or --option "
        "background=true or false."
    )
