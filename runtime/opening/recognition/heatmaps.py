"""Recognise outputs with a score per class for each cell of a coarse grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile, Operator
from ..image_input import find_image_input
from .answer import Proof, Recognition, shape_words, single_output
from .last_operation import POST_PROCESS, last_operation

if TYPE_CHECKING:
    from ...decoders.centernet import CenterNetHead

_STRIDES: Final = (4, 8, 16)
_ENLARGING: Final = frozenset(
    {"RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "TRANSPOSE_CONV", "DEPTH_TO_SPACE"}
)
_EXPORT: Final = "the Object Detection API's export normalizes pixels itself"
_WHOLE: Final = ("CAST", "FLOOR_MOD")
_CAST: Final = "the shapes, and CAST or FLOOR_MOD, which make classes whole numbers"
_HEAD: Final = 32  # channels of the layer before FOMO's classes, unless changed by hand


def find_fomo(model: ModelFile) -> Recognition | None:
    """Recognise Edge Impulse's FOMO, and ask about grids that may be one.

    Its head is a 1x1 convolution to 32 channels and one to the classes, then SOFTMAX,
    on the features of a backbone that is cut off: nothing enlarges them.

    Raises:
        UnsupportedModelError: It may as well be a segmentation; the sentence names
            both.
    """
    stride = coarse_grid(model)
    if not stride:
        return None
    words = shape_words(model.output_tensors[0])
    grid = f"one output {words}: a cell for {stride}x{stride} pixels, SOFTMAX last"
    if not _has_head(model):
        raise UnsupportedModelError(
            f"The output of {model.name} ({words}) has a score per class for each "
            f"{stride}x{stride} pixels. Pass --decoder fomo if a cell says that an "
            "object's middle lies in it, the background first, or --decoder "
            "segmentation if it says what its pixels show."
        )
    return Recognition(
        "fomo",
        f"{grid}; Edge Impulse's head of two 1x1 convolutions",
        {"activation": "none"},
        {"activation": "the last operation is SOFTMAX: outputs are scores"},
        normalize="unit",
        input_evidence="Edge Impulse's image block gives pixels / 255",
    )


def prove_fomo(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether the cells hold scores or logits."""
    output = single_output(model)
    maker = None if output is None else last_operation(model, output.index)
    if maker is None or maker.name not in ("SOFTMAX", "CONV_2D"):
        return {}, {}
    is_score = maker.name == "SOFTMAX"
    kind = "scores" if is_score else "logits"
    return (
        {"activation": "none" if is_score else "softmax"},
        {"activation": f"the last operation is {maker.name}: outputs are {kind}"},
    )


def find_centernet(model: ModelFile) -> Recognition | None:
    """Recognise CenterNet's three maps, which the original's names show.

    ``wh`` says which map holds sizes and that the width comes first.
    """
    head = _centernet_head(model)
    if head is None or "wh" not in model.outputs[head.size].name.lower():
        return None
    options, evidence = prove_centernet(model)
    return Recognition("centernet", head.evidence, options, evidence)


def find_centernet_boxes(model: ModelFile) -> Recognition | None:
    """Recognise the four outputs of CenterNet's export, which ``ssd-op`` reads.

    The Object Detection API's export takes the best of 3x3 cells and sorts them in its
    graph: its outputs are those of an SSD with its post-processing.
    """
    if len(model.outputs) != 4:
        return None
    names = {operator.name for operator in model.operators}
    if not {"MAX_POOL_2D", "TOPK_V2"} <= names or POST_PROCESS in names:
        return None
    roles = _exported_roles(model)
    if len(roles) != 4:
        return None
    return Recognition(
        "ssd-op",
        "peaks by MAX_POOL_2D, sorted by TOPK_V2: CenterNet's export, without anchors",
        {"roles": roles},
        {"roles": _CAST},
        normalize="raw",
        resize="stretch",
        input_evidence=_EXPORT,
    )


def _exported_roles(model: ModelFile) -> list[str]:
    """Return what each output of CenterNet's export is; empty where that is not proven.

    Converters write the outputs in any order. Shapes tell all but classes from scores.
    """
    rows = next((s.shape[1] for s in model.outputs if s.shape[2:] == (4,)), 0)
    points = next((s.shape for s in model.outputs if len(s.shape) == 4), (1, 0, 0, 0))
    shapes = {
        (1, rows, 4): "boxes",
        (1, rows, points[2], 2): "keypoints",
        (1, rows, points[2]): "keypoint-scores",
    }
    if rows < 2 or points[2] == 4:
        return []
    roles = []
    for position, spec in enumerate(model.outputs):
        role = "count" if spec.size == 1 else shapes.get(spec.shape, "")
        if spec.shape == (1, rows):
            role = "classes" if _is_whole(model, position) else "scores"
        roles.append(role)
    expected = {"boxes", "classes", "scores", "count"}
    if len(roles) == 6:
        expected |= {"keypoints", "keypoint-scores"}
    return roles if set(roles) == expected and len(roles) == len(expected) else []


def _is_whole(model: ModelFile, position: int) -> bool:
    """Return whether an output is made of whole numbers, past what reshapes it."""
    maker = last_operation(
        model, model.output_tensors[position].index, frozenset({"RESHAPE", "SQUEEZE"})
    )
    return maker is not None and maker.name in _WHOLE


def prove_centernet(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether the heatmap holds scores or logits."""
    head = _centernet_head(model)
    if head is None:
        return {}, {}
    maker = last_operation(model, model.output_tensors[head.heatmap].index)
    if maker is None or maker.name not in ("LOGISTIC", "CONV_2D"):
        return {}, {}
    is_score = maker.name == "LOGISTIC"
    kind = "scores" if is_score else "logits"
    return (
        {"activation": "none" if is_score else "sigmoid"},
        {"activation": f"the heatmap's last operation is {maker.name}: {kind}"},
    )


def _centernet_head(model: ModelFile) -> CenterNetHead | None:
    if len(model.outputs) not in (2, 3):
        return None
    if sum(spec.shape[3:] == (2,) for spec in model.outputs) < len(model.outputs) - 1:
        return None
    image = find_image_input(model)
    if image is None:
        return None
    from ...decoders.centernet import find_centernet_head

    try:
        return find_centernet_head(
            model.outputs, model_size=(image.width, image.height)
        )
    except UnsupportedModelError:
        return None  # the decoder says why, when the caller names it


def find_centernet_people(model: ModelFile) -> Recognition | None:
    """Recognise the six outputs of CenterNet's export for keypoints."""
    options, evidence = prove_centernet_people(model)
    if not options:
        return None
    words = next(shape_words(t) for t in model.output_tensors if len(t.shape) == 4)
    return Recognition(
        "centernet-pose",
        f"six outputs with keypoints {words}, as the Object Detection API exports them",
        options,
        evidence,
        normalize="raw",
        resize="stretch",
        input_evidence=_EXPORT,
    )


def prove_centernet_people(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which output of CenterNet's export for keypoints each output is."""
    if len(model.outputs) != 6:
        return {}, {}
    roles = _exported_roles(model)
    return ({"roles": roles}, {"roles": _CAST}) if roles else ({}, {})


def coarse_grid(model: ModelFile) -> int:
    """Return the side in pixels of the cells of a grid of classes; 0 for other outputs.

    The output is (1, rows, columns, classes) with SOFTMAX last, the input is 4, 8 or 16
    times as large, and nothing in the graph enlarges a map.
    """
    output = single_output(model)
    if output is None or len(output.shape) != 4 or output.shape[3] < 2:
        return 0
    maker = last_operation(model, output.index)
    if maker is None or maker.name != "SOFTMAX":
        return 0
    if any(operator.name in _ENLARGING for operator in model.operators):
        return 0
    image = find_image_input(model)
    if image is None:
        return 0
    _, rows, columns, _ = output.shape
    sizes = (image.height, image.width)
    return next((s for s in _STRIDES if sizes == (s * rows, s * columns)), 0)


def _has_head(model: ModelFile) -> bool:
    """Return whether two 1x1 convolutions end the graph, the first to 32 channels."""
    maker = last_operation(model, model.output_tensors[0].index)
    classes = None if maker is None else last_operation(model, maker.inputs[0])
    if classes is None or not _is_pointwise(model, classes):
        return False
    head = last_operation(model, classes.inputs[0])
    if head is None or not _is_pointwise(model, head):
        return False
    return model.tensors[head.inputs[1]].shape[0] == _HEAD


def _is_pointwise(model: ModelFile, operator: Operator) -> bool:
    if operator.name != "CONV_2D" or len(operator.inputs) < 2:
        return False
    return model.tensors[operator.inputs[1]].shape[1:3] == (1, 1)
