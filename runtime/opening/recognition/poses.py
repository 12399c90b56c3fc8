"""Recognise models of people as keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....errors import UnsupportedModelError
from ...tflite import ModelFile, Tensor
from ..image_input import find_image_input
from .answer import Assumption, Proof, Recognition, shape_words, single_output
from .last_operation import computed_tensor, last_operation

if TYPE_CHECKING:
    from ...decoders.posenet import PoseNetLayout

_MOVENET: Final = "MoveNet's page on TensorFlow Hub"
_MULTI_POSE: Final = (1, 6, 56)
_OPERATION: Final = "PosenetDecoderOp"
_OPERATION_ROLES: Final = ("keypoints", "keypoint-scores", "scores", "count")
# Normalization, as --normalize has it -> the backbone in the names of PoseNet's layers.
_BACKBONES: Final = {
    "signed": "MobilenetV1",
    "mean=123.15,115.90,103.06,std=1": "resnet_v1",
}


def find_pose(model: ModelFile) -> Recognition | None:
    """Recognise MoveNet's keypoints of one person or of six, and heatmaps of one.

    Six rows of 56 are no other head: a YOLO of 52 classes has a row per cell, and the
    smallest input that it takes has 21; no export has six numbers for each of 56 boxes
    with the numbers first.

    Raises:
        UnsupportedModelError: Heatmaps of 17 keypoints may be a segmentation.
    """
    output = single_output(model)
    if output is None:
        return None
    if output.shape == (1, 1, 17, 3):
        return _movenet("one output 1x1x17x3: 17 keypoints of y, x, score")
    if is_multi_pose(output):
        return _movenet(
            "one output 1x6x56: six people with 17 keypoints of y, x, score, a box and "
            "a score"
        )
    if output.shape[3:] == (17,):
        return _heatmaps(model, output)
    return None


def _heatmaps(model: ModelFile, output: Tensor) -> Recognition | None:
    """Recognise heatmaps of COCO's 17 keypoints by their name, or ask.

    Raises:
        UnsupportedModelError: They may be scores of 17 classes.
    """
    image = find_image_input(model)
    rows, columns = output.shape[1:3]
    maker = last_operation(model, output.index)
    if image is None or min(rows, columns) < 2:
        return None
    stride = image.height // rows
    if (stride * rows, stride * columns) != (image.height, image.width) or stride < 2:
        return None
    if maker is not None and maker.name in ("SOFTMAX", "ARG_MAX"):
        return None
    words = shape_words(output)
    name = model.outputs[0].name
    if "heatmap" in name.lower():
        return Recognition("pose", f"one output {name!r} {words}: 17 heatmaps")
    raise UnsupportedModelError(
        f"The output of {model.name} ({words}) may be a heatmap for each of 17 "
        "keypoints of one person, or a score for each of 17 classes. Pass --decoder "
        "pose or --decoder segmentation."
    )


def is_multi_pose(output: Tensor) -> bool:
    """Return whether an output has the shape of MoveNet MultiPose's."""
    return output.shape == _MULTI_POSE


def _movenet(evidence: str) -> Recognition:
    """Return what the published files have in common.

    Each takes pixels 0..255 in a picture that is resized with black padding, whether
    its input is int32, uint8 or float32.
    """
    return Recognition(
        "pose",
        evidence,
        normalize="raw",
        resize="letterbox",
        pad_value=0,  # as tf.image.resize_with_pad on MoveNet's page has it
        input_evidence=_MOVENET,
    )


def find_posenet(model: ModelFile) -> Recognition | None:
    """Recognise PoseNet's maps of keypoints, with or without several people."""
    layout = _posenet_layout(model)
    if layout is None or "segments" in layout.roles:
        return None
    return _posenet("posenet", model, layout.evidence, prove_posenet(model))


def find_bodypix(model: ModelFile) -> Recognition | None:
    """Recognise PoseNet's maps with one that says where people are."""
    layout = _posenet_layout(model)
    if layout is None or "segments" not in layout.roles:
        return None
    return _posenet("bodypix", model, layout.evidence, prove_posenet(model))


def _posenet(decoder: str, model: ModelFile, words: str, proof: Proof) -> Recognition:
    """Return what is known of a network whose backbone is one of PoseNet's."""
    normalize = _posenet_pixels(model)
    return Recognition(
        decoder,
        words,
        *proof,
        normalize=normalize,
        input_evidence=f"PoseNet's published backbone, {_BACKBONES[normalize]}"
        if normalize
        else "",
    )


def prove_posenet(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove whether the heatmaps hold logits or scores."""
    layout = _posenet_layout(model)
    if layout is None:
        return {}, {}
    position = layout.roles["heatmaps"]
    maker = last_operation(model, model.output_tensors[position].index)
    if maker is None:
        return {}, {}
    if maker.name not in ("LOGISTIC", "CONV_2D"):
        sentence = (
            f"The heatmaps, made by {maker.name}, are logits; nothing in the file says "
            "so. Pass --option activation=none if they are scores 0..1."
        )
        return {}, {"activation": Assumption(sentence)}
    is_score = maker.name == "LOGISTIC"
    kind = "scores" if is_score else "logits"
    return (
        {"activation": "none" if is_score else "sigmoid"},
        {"activation": f"the heatmaps' last operation is {maker.name}: {kind}"},
    )


def _posenet_layout(model: ModelFile) -> PoseNetLayout | None:
    outputs = model.outputs
    channels = {spec.shape[3] for spec in outputs if len(spec.shape) == 4}
    if not {17, 34} <= channels:
        return None
    image = find_image_input(model)
    if image is None:
        return None
    from ...decoders.posenet import find_posenet_layout

    try:
        return find_posenet_layout(outputs, model_size=(image.width, image.height))
    except UnsupportedModelError:
        return None  # the decoder says why, when the caller names it


def _posenet_pixels(model: ModelFile) -> str:
    """Return the normalization of the backbone that tensors are named after."""
    names = " ".join(tensor.name for tensor in model.tensors)
    return next((rule for rule, name in _BACKBONES.items() if name in names), "")


def find_posenet_operation(model: ModelFile) -> Recognition | None:
    """Recognise outputs of Coral's operation, which a delegate must compute."""
    proof = prove_posenet_roles(model)
    if not proof[0]:
        return None
    words = f"its people are made by Coral's operation {_OPERATION}"
    return _posenet("posenet-op", model, words, proof)


def prove_posenet_roles(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove which output of Coral's operation each output is."""
    maker = next((op for op in model.operators if op.name == _OPERATION), None)
    if maker is None:
        return {}, {}
    role_of = dict(zip(maker.outputs, _OPERATION_ROLES, strict=False))
    roles = [
        role_of.get(computed_tensor(model, tensor.index), "other")
        for tensor in model.output_tensors
    ]
    if set(roles) - {"other"} != set(_OPERATION_ROLES):
        return {}, {}
    why = f"the order in which {_OPERATION} makes its outputs"
    return {"roles": roles}, {"roles": why}
