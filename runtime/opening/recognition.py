"""Recognise what a model's outputs mean from their shapes and last operations.

Only what is unambiguous is recognised; anything else is asked of the caller. A new
family is one function here and its name in ``RULES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from ...errors import UnsupportedModelError
from ..tflite import ModelFile, Operator, Tensor

DECODER_TASKS: Final = {
    "classifier": "classification",
    "ssd-op": "detection",
    "fcos": "detection",
    "ssd": "detection",
    "yolo": "detection",
    "yolo-levels": "detection",
    "yolo-pose": "pose",
    "yolo-segment": "detection",
    "segmentation": "segmentation",
    "pose": "pose",
    "embedding": "embedding",
    "image": "generation",
}
"""Decoder -> the task whose results it gives."""

POST_PROCESS: Final = "TFLite_Detection_PostProcess"
LETTERBOXED: Final = frozenset(
    {"fcos", "yolo", "yolo-levels", "yolo-pose", "yolo-segment"}
)
"""Decoders whose models are trained on letterboxed pictures."""

_KEYPOINTS: Final = 51  # x, y, score of COCO's 17
_YOLOX: Final = 80  # COCO's classes, behind the objectness
_PASSING: Final = frozenset({"QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "CAST"})
_POOLING: Final = frozenset({"AVERAGE_POOL_2D", "MEAN", "L2_NORMALIZATION"})


@dataclass(frozen=True)
class Recognition:
    """Say which decoder reads a model's outputs, and why.

    Attributes:
        decoder: A decoder's name.
        evidence: What proves it, in words.
        options: Options of the decoder that the tensors prove.
        option_evidence: What proves each option, in words.
    """

    decoder: str
    evidence: str
    options: Mapping[str, Any] = field(default_factory=dict)
    option_evidence: Mapping[str, str] = field(default_factory=dict)

    @property
    def task(self) -> str:
        """Return the task of the decoder."""
        return DECODER_TASKS[self.decoder]


def recognise(model: ModelFile) -> Recognition | None:
    """Return the decoder that the tensors prove, None when they prove none."""
    for rule in RULES:
        found = rule(model)
        if found is not None:
            return found
    return None


def last_operation(model: ModelFile, output: int) -> Operator | None:
    """Return the operation that computes an output, past those that only reshape."""
    computed = _computed(model, output)
    return next((op for op in model.operators if computed in op.outputs), None)


def _computed(model: ModelFile, output: int) -> int:
    """Return the tensor behind an output, before operations that only reshape."""
    makers = {index: op for op in model.operators for index in op.outputs}
    # Bounded by the number of operations: a hostile graph may be a circle.
    for _ in model.operators:
        maker = makers.get(output)
        if maker is None or maker.name not in _PASSING or not maker.inputs:
            break
        output = maker.inputs[0]
    return output


def classifier_activation(model: ModelFile) -> tuple[str, str]:
    """Return what turns the first output into scores, and what proves it.

    Returns:
        ``none`` for outputs that are scores already or ``softmax`` for logits; and the
        evidence in words.
    """
    maker = last_operation(model, model.output_tensors[0].index)
    name = maker.name if maker else "no operation"
    if name in ("SOFTMAX", "LOGISTIC"):
        return "none", f"the last operation is {name}: outputs are scores"
    return "softmax", f"the last operation is {name}: outputs are logits"


def _post_process(model: ModelFile) -> Recognition | None:
    if len(model.outputs) != 4:
        return None
    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return None
    return _with_options(
        model, Recognition("ssd-op", f"its last operation is {POST_PROCESS}")
    )


def _yolo_segment(model: ModelFile) -> Recognition | None:
    if len(model.outputs) != 2:
        return None
    from ..decoders.yolo import find_layout, find_prototypes
    from .image_input import find_image_input

    image = find_image_input(model)
    if image is None:
        return None
    size = (image.width, image.height)
    try:
        head, prototypes, first = find_prototypes(model.outputs, size)
        shape = model.outputs[prototypes].shape
        extra = shape[1 if first else 3]
        layout = find_layout([model.outputs[head]], model_size=size, extra=extra)
    except UnsupportedModelError:
        return None
    words = "x".join(map(str, shape))
    return Recognition(
        "yolo-segment",
        f"{layout.evidence}; {extra} prototype masks {words}",
        {"head": layout.head},
        {"head": layout.evidence},
    )


def _yolo_levels(model: ModelFile) -> Recognition | None:
    """Recognise levels whose boxes are not computed; the decoder says what is open."""
    if len(model.outputs) < 2:
        return None
    from ..decoders.yolo import are_levels, find_levels
    from .image_input import find_image_input

    image = find_image_input(model)
    if image is None or not are_levels(model.outputs, (image.width, image.height)):
        return None
    words = "the same channels at several strides"
    try:
        found = find_levels(model.outputs, model_size=(image.width, image.height))
    except UnsupportedModelError:
        return Recognition("yolo-levels", words)  # labels or an option may settle it
    return Recognition(
        "yolo-levels", found.evidence, {"kind": found.kind}, {"kind": found.evidence}
    )


def _yolo_pose(model: ModelFile) -> Recognition | None:
    """Recognise COCO's 17 keypoints, and refuse what 52 or 81 classes look like."""
    output = _single_output(model)
    if output is None or len(output.shape) != 3:
        return None
    from ..decoders.yolo import find_layout
    from .image_input import find_image_input

    image = find_image_input(model)
    if image is None:
        return None
    try:
        layout = find_layout(
            model.outputs, model_size=(image.width, image.height), extra=_KEYPOINTS
        )
    except UnsupportedModelError:
        return None
    if layout.head == "end-to-end":
        return Recognition(
            "yolo-pose",
            layout.evidence,
            {"head": layout.head},
            {"head": layout.evidence},
        )
    if layout.head == "yolov8" and layout.classes + _KEYPOINTS == _YOLOX + 1:
        raise UnsupportedModelError(
            f"The output of {model.name} ({_shape(output)}) may be {_YOLOX + 1} "
            f"classes, or YOLOX's objectness with {_YOLOX}. Pass --decoder yolo, or "
            "--decoder yolo-levels --option kind=yolox."
        )
    if layout.classes == 1:
        raise UnsupportedModelError(
            f"The output of {model.name} ({_shape(output)}) may be {_KEYPOINTS + 1} "
            f"classes, or one with {_KEYPOINTS // 3} keypoints. Pass --decoder yolo or "
            "--decoder yolo-pose."
        )
    return None


def _yolo(model: ModelFile) -> Recognition | None:
    options, evidence = detector_options(model, "yolo")
    if not options:
        return None
    return Recognition("yolo", evidence["head"], options, evidence)


def detector_options(
    model: ModelFile, decoder: str, label_count: int = 0
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Return the options of a detector that the tensors prove, and what proves each.

    Args:
        model: The file.
        decoder: ``yolo`` or ``ssd-op``; nothing is proved for others.
        label_count: Number of labels; 0 when they are not known.
    """
    if decoder == "ssd-op":
        return _roles(model)
    if decoder != "yolo":
        return {}, {}
    # Imported here: only detectors need them.
    from ..decoders.yolo import NORMALIZED_LIMIT, find_layout
    from .image_input import find_image_input

    image = find_image_input(model)
    if image is None:
        return {}, {}
    try:
        layout = find_layout(
            model.outputs,
            model_size=(image.width, image.height),
            label_count=label_count,
        )
    except UnsupportedModelError:
        return {}, {}  # the decoder says why, unless the caller says what it is
    options, evidence = {"head": layout.head}, {"head": layout.evidence}
    boxes = model.outputs[layout.boxes]
    mixed = layout.head == "end-to-end" and layout.class_ids is None
    if boxes.is_quantized and boxes.dtype.kind in "iu" and not mixed:
        high = boxes.scale * (int(np.iinfo(boxes.dtype).max) - boxes.zero_point)
        options["units"] = "pixel" if high > NORMALIZED_LIMIT else "normalized"
        evidence["units"] = f"boxes reach {high:.3g} at most"
    return options, evidence


def _roles(model: ModelFile) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Return which output of the post-processing operation each output is."""
    from ..decoders.ssd import ROLES

    maker = last_operation(model, model.output_tensors[0].index)
    if maker is None or maker.name != POST_PROCESS:
        return {}, {}
    made = dict(zip(maker.outputs, ROLES, strict=False))
    roles = [made.get(_computed(model, t.index), "") for t in model.output_tensors]
    if sorted(roles) != sorted(ROLES):
        return {}, {}
    why = f"the order in which {POST_PROCESS} makes its outputs"
    return {"roles": roles}, {"roles": why}


def _with_options(model: ModelFile, found: Recognition) -> Recognition:
    options, evidence = detector_options(model, found.decoder)
    return replace(found, options=options, option_evidence=evidence)


def _pose(model: ModelFile) -> Recognition | None:
    output = _single_output(model)
    if output is None or output.shape != (1, 1, 17, 3):
        return None
    return Recognition("pose", "one output 1x1x17x3: 17 keypoints of y, x, score")


def _classes_per_pixel(model: ModelFile) -> Recognition | None:
    output = _single_output(model)
    if output is None or len(output.shape) not in (3, 4) or output.shape[0] != 1:
        return None
    is_map = len(output.shape) == 3 or output.shape[3] == 1
    rows, columns = output.shape[1:3]
    if not is_map and min(rows, columns) >= 8 and output.shape[3] not in (2, 3, 4):
        # Two to four channels may as well be a picture or a flow.
        return Recognition(
            "segmentation", f"one output {_shape(output)}: scores for every pixel"
        )
    if (
        is_map
        and min(rows, columns) >= 8
        and (output.type_name in ("INT64", "INT32", "UINT8"))
    ):
        maker = last_operation(model, output.index)
        if maker is not None and maker.name == "ARG_MAX":
            return Recognition(
                "segmentation", f"one output {_shape(output)} made by ARG_MAX"
            )
    return None


def _classifier(model: ModelFile) -> Recognition | None:
    output = _single_output(model)
    if output is None or output.shape[-1:] < (2,) or output.size != output.shape[-1]:
        return None
    if len(output.shape) not in (1, 2, 4):
        return None
    maker = last_operation(model, output.index)
    name = maker.name if maker else "no operation"
    if name in _POOLING:
        return Recognition(
            "embedding", f"one output {_shape(output)} made by {name}, without scores"
        )
    activation, evidence = classifier_activation(model)
    return Recognition(
        "classifier",
        f"one output {_shape(output)}",
        {"activation": activation},
        {"activation": evidence},
    )


def _single_output(model: ModelFile) -> Tensor | None:
    outputs = model.output_tensors
    return outputs[0] if len(outputs) == 1 else None


def _shape(tensor: Tensor) -> str:
    return "x".join(map(str, tensor.shape)) or "without a shape"


RULES: Final[tuple[Callable[[ModelFile], Recognition | None], ...]] = (
    _post_process,
    _pose,
    _yolo_pose,
    _yolo_segment,
    _yolo_levels,
    _yolo,
    _classes_per_pixel,
    _classifier,
)
"""Tried in this order; the first that recognises a model wins."""
