"""What each output of a detector with its suppression inside means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ....errors import UnsupportedModelError
from ...tensors import TensorSpec, shapes_of

ROLES: Final = ("boxes", "classes", "scores", "count")
"""The operation's outputs, in the order in which it makes them."""
OTHER: Final = "other"
"""The role of an output that is not read."""

# What TFLite Metadata and exporters call them.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "boxes": ("location", "locations", "boxes", "detection_boxes", "det_boxes"),
    "classes": (
        *("category", "categories", "classes", "detection_classes", "det_classes"),
        "labels",
    ),
    "scores": ("score", "scores", "detection_scores", "det_scores", "confidence"),
    "count": ("number of detections", "count", "num_detections", "num_dets"),
}
_OP_NAME: Final = re.compile(r"TFLite_Detection_PostProcess(?::([0-3]))?$")
_CALL: Final = re.compile(r"StatefulPartitionedCall:(\d+)$")
# exporter_main_v2.py of TensorFlow's Object Detection API names eight outputs; a file
# without a signature has them in the order of these names.
_EXPORTED: Final = (
    *("detection_anchor_indices", "detection_boxes", "detection_classes"),
    *("detection_multiclass_scores", "detection_scores", "num_detections"),
    *("raw_detection_boxes", "raw_detection_scores"),
)
_HIGHEST_SCORE: Final = 1.5


def find_roles(
    tensors: Sequence[TensorSpec], *, names: Sequence[str] = ()
) -> tuple[tuple[str, ...], str]:
    """Return what each output means, and what proves it.

    Args:
        tensors: The outputs, in the model's order (which may be any).
        names: What the file's metadata or signature calls the outputs, in the model's
            order.

    Returns:
        A name of :data:`ROLES`, or :data:`OTHER`, for each output, and the evidence.

    Raises:
        UnsupportedModelError: There are no boxes, or nothing proves which of two equal
            shapes are the scores.
    """
    for output_names, evidence in (
        (names, "the names in the file's metadata"),
        ([spec.name for spec in tensors], "the tensors' names"),
        (_names_by_order(tensors), "the shapes and the order of the eight outputs"),
    ):
        roles = roles_of_names(output_names)
        if roles and len(roles) == len(tensors):
            return checked_roles(tensors, roles), evidence
    roles = _roles_of_values(tensors)
    if roles:
        return checked_roles(tensors, roles), "shapes, types and ranges"
    words = shapes_of(tensors)
    raise UnsupportedModelError(
        f"Nothing shows which of the outputs {words} are the scores and which the "
        "classes. Pass --option roles=boxes,classes,scores,count in the model's order"
        f"{', with other for what is none of these' if len(tensors) > 4 else ''}."
    )


def roles_of_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return what outputs with these names mean; empty when the names do not say it.

    Args:
        names: One per output.
    """
    roles = tuple(_role(name) for name in names)
    counts = [roles.count(role) for role in ROLES]
    return roles if counts[:3] == [1, 1, 1] and counts[3] <= 1 else ()


def checked_roles(
    tensors: Sequence[TensorSpec], roles: Sequence[str]
) -> tuple[str, ...]:
    """Return the roles when the shapes agree with them.

    Raises:
        UnsupportedModelError: They do not.
    """
    sizes = {role: spec.size for role, spec in zip(roles, tensors, strict=True)}
    last = tensors[roles.index("boxes")].shape[-1:]
    rows = sizes["scores"]
    if (
        sizes.get("count", 1) != 1
        or sizes["classes"] != rows
        or sizes["boxes"] != 4 * rows
        or last != (4,)
    ):
        raise UnsupportedModelError(
            f"Outputs {shapes_of(tensors)} cannot be {', '.join(roles)}; expected "
            "boxes 1xNx4, classes 1xN, scores 1xN and count 1. Pass --option roles=... "
            "in the model's order."
        )
    return tuple(roles)


def _role(name: str) -> str:
    by_op = _OP_NAME.search(name)
    if by_op:
        return ROLES[int(by_op[1] or 0)]
    plain = name.strip().lower().removesuffix(":0")
    return next((role for role, known in _NAMES.items() if plain in known), OTHER)


def _names_by_order(tensors: Sequence[TensorSpec]) -> tuple[str, ...]:
    """Return the names of the eight outputs of an exporter whose file has lost them."""
    matches = [_CALL.search(spec.name) for spec in tensors]
    order = [int(match[1]) if match else -1 for match in matches]
    if sorted(order) != list(range(len(_EXPORTED))):
        return ()
    shapes = [tensors[order.index(i)].shape for i in range(len(_EXPORTED))]
    rows, boxes = shapes[0], shapes[1]
    if len(rows) != 2 or len(shapes[3]) != 3 or len(shapes[7]) != 3:
        return ()
    many, classes = shapes[7][1:]
    expected = [
        *(rows, (*rows, 4), rows, (*rows, classes), rows),
        *((1,), (1, many, 4), (1, many, classes)),
    ]
    if shapes != expected or boxes[0] != 1:
        return ()
    return tuple(_EXPORTED[i] for i in order)


def _roles_of_values(tensors: Sequence[TensorSpec]) -> tuple[str, ...]:
    """Return the roles that shapes, types and ranges prove; empty for none."""
    boxes = [i for i, spec in enumerate(tensors) if spec.shape[-1:] == (4,)]
    if len(boxes) != 1 or len(tensors) not in (3, 4):
        return ()
    rows = tensors[boxes[0]].size // 4
    pair = [i for i, s in enumerate(tensors) if s.size == rows and i not in boxes]
    if len(pair) != 2 or rows == 1:
        return ()
    classes = [i for i in pair if _is_class(tensors[i])]
    if len(classes) != 1:
        return ()
    roles = ["count"] * len(tensors)
    roles[boxes[0]] = "boxes"
    for i in pair:
        roles[i] = "classes" if i in classes else "scores"
    return tuple(roles)


def _is_class(spec: TensorSpec) -> bool:
    """Return whether a tensor holds what no score is: integers, or more than 1."""
    if spec.dtype.kind not in "iu":
        return False
    if not spec.is_quantized:
        return True
    high = (int(np.iinfo(spec.dtype).max) - spec.zero_point) * spec.scale
    return high > _HIGHEST_SCORE
