"""Decode detectors that suppress boxes in their graph, as SSD's exports do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError, unknown_name
from ...geometry import Letterbox
from ...labels import BACKGROUND, Level
from ...results import Detections
from ...tensors import TensorSpec, shapes_of
from ..options import Texts, texts_of
from ..selection import Selection
from ..selection_options import SelectionOptions
from ..tensor_values import Levels
from .output_roles import OTHER, ROLES, checked_roles, find_roles

# Positions of left, top, right and bottom.
_ORDERS: Final = {"yxyx": (1, 0, 3, 2), "xyxy": (0, 1, 2, 3)}
_UNITS: Final = ("normalized", "pixel")
_NO_CLASS: Final = 1e6  # a class_id from here on is a broken number


@dataclass(frozen=True, kw_only=True)
class SsdOpOptions(SelectionOptions):
    """Options of the decoder ``ssd-op``.

    Attributes:
        roles: Which output is which, as ``boxes``, ``classes``, ``scores``, ``count``
            (which may be absent) and ``other`` in the model's order; empty finds it in
            names, shapes and types.
        box_order: yxyx or xyxy.
        units: normalized by the model's input, or pixel of it.
        first_class: Number of the first class: 1 in files of TensorFlow's Object
            Detection API without the operation.
        label_offset: Position of class 0 in ``labels``; None means 1 when the first
            label is empty (the map counts from 1) or a word for background, else 0.
        level: Report the ancestors of labels on this level, which then compete as one
            class; None reports the classes themselves.
    """

    roles: Texts = ()
    box_order: str = "yxyx"
    units: str = "normalized"
    first_class: int = 0
    label_offset: int | None = None
    level: Level | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.box_order not in _ORDERS:
            raise ValueError(unknown_name("box order", self.box_order, _ORDERS))
        if self.units not in _UNITS:
            raise ValueError(unknown_name("unit of boxes", self.units, _UNITS))


class SsdOpDecoder:
    """Turn boxes that a graph has suppressed already into detections.

    Tensors, in any order, float32 or quantized, as ``TFLite_Detection_PostProcess``
    makes them; others beside them are not read:

    - boxes (1, N, 4): top, left, bottom, right, normalized by the model's input.
    - classes (1, N): class_id, counted without the background.
    - scores (1, N): 0..1.
    - count (1,): number of rows in use; the other rows are not read. Without it all
      rows are.

    The graph has suppressed boxes already, at most N; ``nms`` suppresses again.

    Args:
        tensors: The outputs, in the model's order.
        labels: One text per class, or with the background first; 90-slot COCO maps
            ("???" where a number is not used) work as they are.
        model_size: Width and height of the input.
        hierarchy: label -> parent label; None means that labels have no ancestors.
        options: None means the defaults.

    Attributes:
        roles: What each output means, in the model's order.
        evidence: What proves the roles, in words.
    """

    Options: ClassVar[type] = SsdOpOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: tuple[str, ...] = (),
        model_size: tuple[int, int],
        hierarchy: Mapping[str, str] | None = None,
        options: SsdOpOptions | None = None,
    ) -> None:
        options = options or SsdOpOptions()
        label_offset = options.label_offset
        roles = texts_of("roles", options.roles or ()) or ()
        if roles:
            self.roles = checked_roles(tensors, _stated_roles(roles, tensors))
            self.evidence = "the roles that the caller states"
        else:
            self.roles, self.evidence = find_roles(tensors)
        if label_offset is None:
            label_offset = int(bool(labels) and labels[0].lower() in BACKGROUND)
        self.selection = Selection(
            options,
            labels=tuple(labels[label_offset:]),
            hierarchy=hierarchy,
            level=options.level,
            suppressed=True,
        )
        self._boxes, self._classes, self._scores = map(self.roles.index, ROLES[:3])
        has_count = ROLES[3] in self.roles
        self._count = self.roles.index(ROLES[3]) if has_count else None
        self._levels = [Levels(spec) for spec in tensors]
        self._floor = self._levels[self._scores].floor(self.selection.score_threshold)
        self._first_class = options.first_class
        self._turn = list(_ORDERS[options.box_order])
        whole = options.units == "normalized"
        width, height = model_size if whole else (1, 1)
        self._unit = (float(width), float(height))

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        levels = self._levels
        scores = outputs[self._scores].reshape(-1)
        held = scores.size
        if self._count is not None:
            count = levels[self._count].real(outputs[self._count].reshape(-1)[:1])[0]
            held = int(min(max(count, 0.0), held)) if np.isfinite(count) else 0
        where = np.flatnonzero(scores[:held] >= self._floor)
        classes = levels[self._classes].real(outputs[self._classes].reshape(-1)[where])
        classes -= self._first_class
        finite = np.isfinite(scores[where]) & (classes > -0.5)
        finite &= classes < _NO_CLASS  # NaN compares with nothing
        where, classes = where[finite], classes[finite]
        if len(where) == 0:
            return Detections.empty()
        class_ids = np.rint(classes).astype(np.int64)
        corners = outputs[self._boxes].reshape(-1, 4)[where]
        boxes = levels[self._boxes].real(corners)[:, self._turn]
        real_scores = levels[self._scores].real(scores[where])
        return self.selection.of(
            boxes, np.minimum(real_scores, 1.0), class_ids, letterbox, unit=self._unit
        )


def _stated_roles(roles: Sequence[str], tensors: Sequence[TensorSpec]) -> Sequence[str]:
    """Return the roles that a caller states.

    Raises:
        ValueError: They do not name each role once, or there is not one per output.
    """
    named = [role for role in roles if role != OTHER]
    if sorted(named) not in (sorted(ROLES), sorted(ROLES[:3])):
        raise ValueError(
            f"roles must name {', '.join(ROLES)} once each (count may be absent, and "
            f"{OTHER} is what is not read), got {', '.join(roles)}."
        )
    if len(roles) != len(tensors):
        raise UnsupportedModelError(
            f"roles name {len(roles)} outputs, but the model has {len(tensors)} "
            f"({shapes_of(tensors)}). Pass --option roles=... with one for each."
        )
    return roles
