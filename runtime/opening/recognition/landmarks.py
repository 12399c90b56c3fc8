"""Recognise nets that return the points of a cropped region."""

from __future__ import annotations

import re
from typing import Any, Final

from ...tflite import ModelFile
from ..evidence import ASSUMED
from ..image_input import find_image_input
from ..pixel_scale import real_range
from .answer import Proof, Recognition
from .last_operation import last_operation

_GRAPHS: Final = {
    "face": "MediaPipe's face_landmark graphs",
    "hand": "MediaPipe's hand_landmark graphs",
    "iris": "MediaPipe's iris_landmark graph",
    "pose": "MediaPipe's pose_landmark graphs",
}
_SIDES: Final = {"face": (128, 192, 256), "hand": (192, 224, 256), "iris": (64,)}
_BODY_SIDES: Final = (256,)
# What turns numbers into scores; the points of these nets are pixels.
_SCORING: Final = frozenset({"SOFTMAX", "LOGISTIC", "TANH", "L2_NORMALIZATION"})
_PLAIN: Final = frozenset({"points", "presence", "handedness"})
_FLAG: Final = re.compile(r"flag|handed|presence")
_LINEAR: Final = frozenset({"CONV_2D", "FULLY_CONNECTED", "ADD"})

_HANDS: Final = (
    "Left and right hand are those of a mirrored picture (a selfie), for which "
    "MediaPipe trained the net; --option mirrored=false exchanges them."
)


def find_landmarks(model: ModelFile) -> Recognition | None:
    """Recognise the landmark nets of faces, hands, eyes and bodies by their outputs.

    Raises:
        UnsupportedModelError: The sizes are theirs, and the order of the outputs is
            not.
    """
    from ...decoders.landmarks import alone_note, find_roles, is_published

    image = find_image_input(model)
    if image is None or image.channels != 3 or not is_published(model.outputs):
        return None
    makers = [last_operation(model, tensor.index) for tensor in model.output_tensors]
    for spec, maker in zip(model.outputs, makers, strict=True):
        if spec.size > 1 and maker is not None and maker.name in _SCORING:
            return None
    roles = find_roles(model.outputs)
    if (image.width, image.height) not in {
        (side, side) for side in _SIDES.get(roles.kind, _BODY_SIDES)
    }:
        return None
    is_plain = roles.kind in ("hand", "pose") and set(roles.roles) <= _PLAIN
    if is_plain and not _FLAG.search(_names(model)):
        return None  # 63 or 195 classes, and numbers beside them, look the same
    options: dict[str, Any] = {"kind": roles.kind, "roles": list(roles.roles)}
    evidence = {"kind": roles.evidence, "roles": roles.evidence}
    proven, reasons = _activation(model, roles.roles)
    notes = [alone_note(roles.kind)]
    if "handedness" in roles.roles:
        notes.append(_HANDS)
    return Recognition(
        "landmarks",
        f"{roles.evidence}, and a {image.width}x{image.height} input",
        {**options, **proven},
        {**evidence, **reasons},
        normalize="unit",
        resize="letterbox",
        color="rgb",
        # The iris graph crops and resizes in two steps, at pixels' middles.
        interpolation="bilinear" if roles.kind == "iris" else "bilinear-corners",
        input_evidence=_GRAPHS[roles.kind],
        notes=tuple(notes),
    )


def prove_landmarks(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove what the decoder must know of a vector of points that is of no known net.

    The unit is proven by a last operation with a range or by a quantized output's; how
    many numbers a point has, by the shape or the number of names. The order x, y of
    each point is assumed.
    """
    from ...decoders.landmarks import is_published

    image = find_image_input(model)
    if image is None or is_published(model.outputs):
        return {}, {}
    vectors = [i for i, spec in enumerate(model.outputs) if spec.size > 1]
    if len(vectors) != 1:
        return {}, {}
    options: dict[str, Any] = {"order": "xy"}
    evidence = {"order": ASSUMED}
    spec = model.outputs[vectors[0]]
    maker = last_operation(model, model.output_tensors[vectors[0]].index)
    name = maker.name if maker is not None else "no operation"
    if name in ("LOGISTIC", "RELU_0_TO_1"):
        options["units"] = "normalized"
        evidence["units"] = f"the last operation is {name}: 0..1"
    elif name == "TANH":
        options["units"] = "signed"
        evidence["units"] = "the last operation is TANH: -1..1"
    elif spec.is_quantized and spec.dtype.kind in "iu":
        low, high = real_range(spec)
        if high > 4.0 and high > 0.25 * max(image.width, image.height):
            # No point lies four widths beyond the picture.
            options["units"] = "pixel"
            evidence["units"] = f"its output reaches {high:.3g} at most"
        elif high < 4.0 and low >= -0.5:
            options["units"] = "normalized"
            evidence["units"] = f"its output holds {low:.2g}..{high:.3g}"
    if label_count and spec.size in (2 * label_count, 3 * label_count):
        options["values"] = spec.size // label_count
        evidence["values"] = f"{spec.size} values and {label_count} labels"
    roles = ["points" if spec.size > 1 else "presence" for spec in model.outputs]
    proven, reasons = _activation(model, tuple(roles))
    return {**options, **proven}, {**evidence, **reasons}


def _activation(model: ModelFile, roles: tuple[str, ...]) -> Proof:
    """Prove what turns the presence into a score, by the operation that makes it."""
    if "presence" not in roles:
        return {}, {}
    at = roles.index("presence")
    maker = last_operation(model, model.output_tensors[at].index)
    name = maker.name if maker is not None else "no operation"
    if name == "LOGISTIC":
        activation, what = "none", "a score"
    elif name in _LINEAR:
        activation, what = "sigmoid", "a logit"
    else:
        return {}, {}  # such as DIV: a sigmoid in parts, or something else
    return {"activation": activation}, {
        "activation": f"the presence is made by {name}: {what}"
    }


def _names(model: ModelFile) -> str:
    return " ".join(spec.name.lower() for spec in model.outputs)
