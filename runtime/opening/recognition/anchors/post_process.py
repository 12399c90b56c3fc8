"""Recognise detectors that suppress boxes in their graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .....errors import ModelError, UnsupportedModelError
from ....tflite import ModelFile, Operator
from ..answer import Proof, Recognition, output_names
from ..heatmaps import find_centernet_boxes
from ..last_operation import POST_PROCESS, computed_tensor

_SUPPRESSING: Final = frozenset({"NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5"})
_TENSORFLOW: Final = ("detection_boxes", "detection_classes", "detection_scores")


def find_post_process(model: ModelFile) -> Recognition | None:
    """Recognise the outputs of ``TFLite_Detection_PostProcess``, or those named so.

    Raises:
        UnsupportedModelError: The graph suppresses boxes, and nothing says how they are
            written.
    """
    if len(model.outputs) < 3:
        return None
    words, options, evidence = _read(model)
    if words:
        return Recognition("ssd-op", words, options, evidence)
    exported = find_centernet_boxes(model)
    if exported is not None:
        return exported
    names = {operator.name for operator in model.operators} & _SUPPRESSING
    if names and _are_rows(model):
        raise UnsupportedModelError(
            f"The boxes of {model.name} are those that {' and '.join(sorted(names))} "
            "keeps in its graph, and nothing shows how they are written. Pass "
            "--decoder ssd-op with --option roles=... (boxes, classes, scores, count "
            "or other, for each output), --option box_order=yxyx or xyxy, and "
            "--option units=normalized or pixel."
        )
    return None


def prove_roles(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove what each output of a detector with its suppression inside means."""
    return _read(model)[1:]


def _read(model: ModelFile) -> tuple[str, Mapping[str, Any], Mapping[str, str]]:
    """Return what proves the decoder ("" for nothing), and its options."""
    if len(model.outputs) < 3:
        return "", {}, {}
    operation = _operation(model)
    if operation is None:
        return _named(model)
    words = f"its last operation is {POST_PROCESS}"
    roles = _roles_of_operation(model, operation)
    if not roles:
        return words, {}, {}
    why = f"the order in which {POST_PROCESS} makes its outputs"
    return words, {"roles": roles}, {"roles": why}


def _operation(model: ModelFile) -> Operator | None:
    """Return the post-processing operation where it makes one of the outputs."""
    operation = next((op for op in model.operators if op.name == POST_PROCESS), None)
    if operation is None:
        return None
    outputs = {computed_tensor(model, one.index) for one in model.output_tensors}
    return operation if outputs & set(operation.outputs) else None


def _roles_of_operation(model: ModelFile, operation: Operator) -> list[str]:
    """Return the role of each output; empty where one of three is not among them."""
    from ....decoders.ssd import OTHER, ROLES

    role_of = dict(zip(operation.outputs, ROLES, strict=False))
    roles = [
        role_of.get(computed_tensor(model, tensor.index), OTHER)
        for tensor in model.output_tensors
    ]
    counts = [roles.count(role) for role in ROLES]
    return roles if counts[:3] == [1, 1, 1] and counts[3] <= 1 else []


def _named(model: ModelFile) -> tuple[str, Mapping[str, Any], Mapping[str, str]]:
    """Prove the roles by what the file calls its outputs."""
    from ....decoders.ssd import checked_roles, find_roles, roles_of_names

    own = [spec.name for spec in model.outputs]
    for names, words in (
        (output_names(model), "the names of its signature"),
        (_metadata_names(model), "the names in its metadata"),
        (own, "the names of its outputs"),
    ):
        roles = roles_of_names(names)
        if not roles or len(roles) != len(own):
            continue
        is_tensorflow = set(_TENSORFLOW) <= {name.removesuffix(":0") for name in names}
        if not is_tensorflow and words != "the names in its metadata":
            continue  # nothing says how such boxes are written
        try:
            checked_roles(model.outputs, roles)
        except UnsupportedModelError:
            continue
        return _with_format(model, roles, words, is_tensorflow)
    try:
        roles, words = find_roles(model.outputs)
    except UnsupportedModelError:
        return "", {}, {}
    if len(own) == 8 and "eight outputs" in words:
        return _with_format(model, roles, words, True)
    return "", {}, {}


def _with_format(
    model: ModelFile, roles: Sequence[str], words: str, is_tensorflow: bool
) -> tuple[str, Mapping[str, Any], Mapping[str, str]]:
    """Return roles with what is known of boxes and classes behind such names."""
    options: dict[str, Any] = {"roles": list(roles)}
    evidence = {"roles": words}
    if is_tensorflow:
        options["first_class"] = 1
        evidence["first_class"] = (
            "exports of TensorFlow's Object Detection API without the operation count "
            "classes from 1"
        )
    boxes = _metadata_boxes(model, list(roles).index("boxes"))
    if boxes is not None:
        order, in_pixels = boxes
        options["box_order"], options["units"] = (
            order,
            "pixel" if in_pixels else "normalized",
        )
        evidence["box_order"] = evidence["units"] = "the file's metadata"
    return words, options, evidence


def _metadata_names(model: ModelFile) -> list[str]:
    try:
        metadata = model.tflite_metadata
    except ModelError:
        return []
    return [] if metadata is None else [one.name for one in metadata.outputs]


def _metadata_boxes(model: ModelFile, output: int) -> tuple[str, bool] | None:
    """Return the order of a box in metadata, and whether it is in pixels."""
    try:
        metadata = model.tflite_metadata
    except ModelError:
        return None
    if metadata is None or output >= len(metadata.outputs):
        return None
    one = metadata.outputs[output]
    orders: dict[tuple[int, ...], str] = {(1, 0, 3, 2): "yxyx", (0, 1, 2, 3): "xyxy"}
    order = orders.get(one.box_order)
    return None if order is None or one.box_kind > 1 else (order, one.in_pixels)


def _are_rows(model: ModelFile) -> bool:
    """Return whether there is one tensor of boxes, and two with a number for each."""
    boxes = [spec for spec in model.outputs if spec.shape[-1:] == (4,)]
    if len(boxes) != 1:
        return False
    rows = boxes[0].size // 4
    return sum(spec.size == rows for spec in model.outputs) >= 2
