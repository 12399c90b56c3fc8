"""Decode detectors whose graph ends in ``TFLite_Detection_PostProcess``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import UnsupportedModelError
from ...geometry import Letterbox
from ...labels import BACKGROUND, Level
from ...results import Detections
from ...tensors import TensorSpec, shapes_of
from ..selection import Selection
from ..selection_options import SelectionOptions
from ..tensor_values import Levels

ROLES: Final = ("boxes", "classes", "scores", "count")
"""The operation's outputs, in the order in which it makes them."""

# What TFLite Metadata and exporters call them.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "boxes": ("location", "locations", "boxes", "detection_boxes"),
    "classes": ("category", "categories", "classes", "detection_classes"),
    "scores": ("score", "scores", "detection_scores"),
    "count": ("number of detections", "count", "num_detections"),
}
_OP_NAME: Final = re.compile(r"TFLite_Detection_PostProcess(?::([0-3]))?$")


def find_roles(
    tensors: Sequence[TensorSpec],
    *,
    op_outputs: Sequence[int] = (),
    names: Sequence[str] = (),
) -> tuple[tuple[str, ...], str]:
    """Return what each of the four outputs means, and what proves it.

    Args:
        tensors: The outputs, in the model's order (which may be any).
        op_outputs: Tensor indices of the operation's outputs, in its own order; the
            surest proof.
        names: What the file's metadata or signature calls the outputs, in the model's
            order.

    Raises:
        UnsupportedModelError: The outputs are not those of the operation, or nothing
            proves which of two equal shapes are the scores.
    """
    words = shapes_of(tensors)
    if len(tensors) != 4:
        raise UnsupportedModelError(
            f"An ssd-op detector has four outputs, this model has {len(tensors)} "
            f"({words}). Pass --decoder if this is another kind of model."
        )
    if len(op_outputs) >= 4:
        role_of = {index: role for index, role in zip(op_outputs, ROLES, strict=False)}
        roles = tuple(role_of.get(spec.index, "") for spec in tensors)
        if set(roles) == set(ROLES):
            return _checked(tensors, roles), "the operation's order of outputs"
    for output_names, evidence in (
        (names, "the names in the file's metadata"),
        ([spec.name for spec in tensors], "the tensors' names"),
    ):
        roles = tuple(_role(name) for name in output_names)
        if set(roles) == set(ROLES) and len(roles) == 4:
            return _checked(tensors, roles), evidence
    raise UnsupportedModelError(
        f"Nothing shows which of the outputs {words} are the scores and which the "
        "classes. Pass --option roles=boxes,classes,scores,count in the model's order."
    )


@dataclass(frozen=True, kw_only=True)
class SsdOpOptions(SelectionOptions):
    """Options of the decoder ``ssd-op``.

    Attributes:
        roles: Which output is which, as ``boxes``, ``classes``, ``scores``, ``count``
            in the model's order (a sequence, or one text with commas); empty finds it
            in the tensors' names.
        label_offset: Position of class 0 in ``labels``; None means 1 when the first
            label is empty (the map counts from 1) or a word for background, else 0.
        level: Report the ancestors of labels on this level, which then compete as one
            class; None reports the classes themselves.
    """

    roles: str | Sequence[str] = ()
    label_offset: int | None = None
    level: Level | None = None


class SsdOpDecoder:
    """Turn the four outputs of ``TFLite_Detection_PostProcess`` into detections.

    Tensors, in any order, float32 or quantized:

    - boxes (1, N, 4): top, left, bottom, right, normalized by the model's input.
    - classes (1, N): class_id, counted without the background.
    - scores (1, N): 0..1.
    - count (1,): number of rows in use; the other rows are not read.

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
        roles, label_offset = options.roles, options.label_offset
        if isinstance(roles, str):
            roles = [role.strip() for role in roles.split(",")] if roles else ()
        if roles:
            if sorted(roles) != sorted(ROLES):
                raise ValueError(
                    f"roles must name {', '.join(ROLES)} once each, got "
                    f"{', '.join(roles)}."
                )
            self.roles = _checked(tensors, tuple(roles))
            self.evidence = "the roles that were given"
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
        positions = [self.roles.index(role) for role in ROLES]
        self._boxes, self._classes, self._scores, self._count = positions
        self._levels = [Levels(spec) for spec in tensors]
        self._floor = self._levels[self._scores].floor(self.selection.score_threshold)
        self._unit = (float(model_size[0]), float(model_size[1]))

    def decode(
        self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox
    ) -> Detections:
        """Return the objects of one frame, best first."""
        levels = self._levels
        count = levels[self._count].real(outputs[self._count].reshape(-1)[:1])[0]
        scores = outputs[self._scores].reshape(-1)
        held = int(min(max(count, 0.0), scores.size)) if np.isfinite(count) else 0
        where = np.flatnonzero(scores[:held] >= self._floor)
        classes = levels[self._classes].real(outputs[self._classes].reshape(-1)[where])
        finite = np.isfinite(scores[where]) & np.isfinite(classes)
        where, classes = where[finite], classes[finite]
        if len(where) == 0:
            return Detections.empty()
        class_ids = np.rint(classes).astype(np.int64)
        corners = outputs[self._boxes].reshape(-1, 4)[where]
        boxes = levels[self._boxes].real(corners)[:, [1, 0, 3, 2]]
        real_scores = levels[self._scores].real(scores[where])
        return self.selection.of(
            boxes, np.minimum(real_scores, 1.0), class_ids, letterbox, unit=self._unit
        )


def _role(name: str) -> str:
    by_op = _OP_NAME.search(name)
    if by_op:
        return ROLES[int(by_op[1] or 0)]
    plain = name.strip().lower()
    return next((role for role, known in _NAMES.items() if plain in known), "")


def _checked(tensors: Sequence[TensorSpec], roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles when the shapes agree with them."""
    sizes = {role: spec.size for role, spec in zip(roles, tensors, strict=True)}
    last = tensors[roles.index("boxes")].shape[-1:]
    rows = sizes["scores"]
    if (
        sizes["count"] != 1
        or sizes["classes"] != rows
        or sizes["boxes"] != 4 * rows
        or last != (4,)
    ):
        raise UnsupportedModelError(
            f"Outputs {shapes_of(tensors)} cannot be {', '.join(roles)}; expected "
            "boxes 1xNx4, classes 1xN, scores 1xN and count 1. Pass --option roles=... "
            "in the model's order."
        )
    return roles
