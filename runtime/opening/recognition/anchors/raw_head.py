"""Recognise raw heads with anchors: SSD, EfficientDet and RetinaNet.

The rows of such a head are its anchors, and their number follows from the input's size.
The anchors themselves are in the metadata of files for MediaPipe Tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from .....errors import ModelError, UnsupportedModelError
from ....tflite import ModelFile
from ...image_input import find_image_input
from ..answer import Proof, Recognition, output_names
from .detector_metadata import RawDetector, read_raw_detector

if TYPE_CHECKING:
    from ....decoders.ssd import HeadTensors

_METADATA: Final = "the anchors in the file's metadata"
# What nothing proves is said: labels decide, where there are any.
_BACKGROUND: Final = {
    True: "; without labels, the first column is the background",
    False: "; without labels, no column is a background",
    None: "",
}
_SMALLEST: Final = 64  # pixels; on smaller inputs small numbers of rows mean nothing
_PASSING: Final = frozenset(
    {"QUANTIZE", "DEQUANTIZE", "RESHAPE", "SQUEEZE", "CAST", "CONCATENATION"}
    | {"STRIDED_SLICE", "SLICE", "TRANSPOSE", "TILE", "EXPAND_DIMS", "PACK"}
)
_SCORES: Final = frozenset({"LOGISTIC", "SOFTMAX"})
_LOGITS: Final = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"})
_MOST_STEPS: Final = 2_000


def find_raw_head(model: ModelFile) -> Recognition | None:
    """Recognise boxes and scores with a row for each anchor of a known rule."""
    words, options, evidence = _read(model)
    if not words:
        return None
    from ....decoders.ssd import RULES

    rule = RULES.get(str(options.get("anchors")))
    if rule is not None and not (rule.normalize or rule.labels):
        rule = None
    return Recognition(
        "ssd",
        words,
        options,
        evidence,
        normalize=rule.normalize if rule else "",
        labels=rule.labels if rule else (),
        input_evidence=f"the published {rule.title}" if rule else "",
    )


def prove_raw_head(model: ModelFile, label_count: int = 0) -> Proof:
    """Prove how the outputs are boxes and scores, and relative to which anchors."""
    return _read(model)[1:]


def _read(model: ModelFile) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return what proves the decoder ("" for nothing), and its options."""
    if len(model.outputs) < 2:
        return "", {}, {}
    try:
        image = find_image_input(model)
    except UnsupportedModelError:
        image = None  # any size: no number of anchors follows from it
    if image is None or min(image.width, image.height) < _SMALLEST:
        return "", {}, {}
    from ....decoders.ssd import find_head

    size = image.width, image.height
    head, roles = None, _roles(model)
    for names in ((), roles):
        try:
            head = find_head(model.outputs, names)
        except UnsupportedModelError:
            continue
        break
    if head is None:
        return "", {}, {}
    options: dict[str, Any] = {}
    evidence: dict[str, str] = {}
    if names:
        options["roles"], evidence["roles"] = list(names), "the names of the outputs"
    if head.anchors is not None:
        words = f"its outputs are scores, boxes and the {head.rows} anchors themselves"
        _prove_activation(model, head, size, options, evidence)
        return words, options, evidence
    detector = _detector(model)
    if detector is not None and not _is_read(detector):
        return "", {}, {}  # whatever the number of rows says
    if detector is not None and len(detector.anchors) == head.rows:
        words = _read_metadata(detector, size, options, evidence)
    else:
        words = _count_anchors(model, head, size, options, evidence)
    if words:
        _prove_activation(model, head, size, options, evidence)
    return words, options, evidence


def _detector(model: ModelFile) -> RawDetector | None:
    """Return MediaPipe's metadata of a head; None for a file without any."""
    try:
        return read_raw_detector(model)
    except ModelError:
        return None  # the opening says what is damaged where it reads metadata


def _is_read(detector: RawDetector) -> bool:
    """Return whether boxes are written as the decoder reads them."""
    is_box = detector.coordinates == 4 and detector.has_exponent
    return is_box and min(detector.box_scales) > 0


def _read_metadata(
    detector: RawDetector,
    size: tuple[int, int],
    options: dict[str, Any],
    evidence: dict[str, str],
) -> str:
    """Take anchors, coding and activation from metadata; return what they say."""
    from ....decoders.ssd import RULES

    stated = np.asarray(detector.anchors, np.float32)
    same = [
        name
        for name, rule in RULES.items()
        if rule.count(size) == len(stated)
        and rule.box_order == "yxhw"
        and np.allclose(rule.anchors(size), stated, atol=1e-4)
    ]
    scales = detector.box_scales
    if same:
        # Of rules with the same anchors, the one with the same coding.
        name = min(same, key=lambda one: RULES[one].box_scales != scales)
        options["anchors"] = name
        evidence["anchors"] = f"{_METADATA}, which are those of {name}"
        is_usual = RULES[name].box_scales == scales
    else:
        options["anchors"] = [list(map(float, row)) for row in detector.anchors]
        evidence["anchors"] = _METADATA
        is_usual = False
    if not is_usual:
        options["box_scales"] = list(scales)
        evidence["box_scales"] = "the file's metadata"
    options["activation"] = "sigmoid" if detector.is_logit else "none"
    evidence["activation"] = "the file's metadata"
    return f"its metadata hold {len(stated)} anchors"


def _count_anchors(
    model: ModelFile,
    head: HeadTensors,
    size: tuple[int, int],
    options: dict[str, Any],
    evidence: dict[str, str],
) -> str:
    """Find the rules that give as many anchors; return what the number shows."""
    from ....decoders.ssd import RULES

    names = _fitting(head, size)
    if not names:
        return ""
    words = f"{head.rows} rows are the anchors of a {size[0]}x{size[1]} input"
    boxes = [block.boxes for block in head.blocks]
    if any("EXP" in _names_behind(model, output) for output in boxes):
        # The graph has laid the anchors itself.
        if all("raw_detection_boxes" in text for text in _texts(model, boxes)):
            options["box_order"] = "yxyx"
            evidence["box_order"] = "the output's name is raw_detection_boxes"
        else:
            raise UnsupportedModelError(
                f"The {head.rows} boxes of {model.name} are computed in its graph, and "
                "nothing shows the order of their sides. Pass --decoder ssd with "
                "--option box_order=yxyx (top, left, bottom, right) or xyxy."
            )
        return f"{words}, whose boxes the graph computes"
    titles = " or ".join(RULES[name].title for name in names)
    words = f"{words} in {titles}"
    if len(names) == 1:
        options["anchors"] = names[0]
        evidence["anchors"] = words + _BACKGROUND[RULES[names[0]].background]
    return words


def _prove_activation(
    model: ModelFile,
    head: HeadTensors,
    size: tuple[int, int],
    options: dict[str, Any],
    evidence: dict[str, str],
) -> None:
    """Prove whether the scores are scores already, by the operations behind them."""
    if "activation" in options:
        return
    from ....decoders.ssd import RULES

    makers = {
        name
        for block in head.blocks
        for name in _names_behind(model, block.scores, passing=_PASSING)
    } - _PASSING
    words = f"the last operation is {' or '.join(sorted(makers))}"
    if makers and makers <= _SCORES:
        options["activation"] = "none"
        evidence["activation"] = f"{words}: outputs are scores"
    stated = options.get("anchors")
    names = [stated] if isinstance(stated, str) else _fitting(head, size)
    # Several rules may agree on this, and differ in their anchors alone.
    logits = {RULES[name].logits for name in names}
    if makers and makers <= _LOGITS and len(logits) == 1 and "" not in logits:
        kind = logits.pop()
        titles = " or ".join(RULES[name].title for name in names)
        options["activation"] = kind
        evidence["activation"] = f"{words}: logits, and {titles} has {kind}s"


def _fitting(head: HeadTensors, size: tuple[int, int]) -> tuple[str, ...]:
    """Return the names of the rules that give as many anchors."""
    from ....decoders.ssd import rules_with

    return rules_with(head.rows, size, head.columns, head.keypoints)


def _names_behind(
    model: ModelFile, output: int, passing: Iterable[str] | None = None
) -> set[str]:
    """Return the names of the operations that compute an output.

    Args:
        model: The file.
        output: Position of the output.
        passing: Operations that are looked through; None looks through all but the
            convolutions.
    """
    names: set[str] = set()
    waiting, seen = [model.output_tensors[output].index], set[int]()
    while waiting and len(seen) < _MOST_STEPS:
        index = waiting.pop()
        maker = model.graph().makers.get(index)
        if maker is None or index in seen:
            continue
        seen.add(index)
        names.add(maker.name)
        if passing is not None and maker.name not in passing:
            continue
        if maker.name in _LOGITS:
            continue
        # What only moves values takes them from its first input, but a
        # concatenation from all.
        is_one = maker.name in _PASSING - {"CONCATENATION", "PACK"}
        waiting.extend(maker.inputs[:1] if is_one else maker.inputs)
    return names


def _texts(model: ModelFile, outputs: Sequence[int]) -> list[str]:
    """Return what tensor and signature call some outputs."""
    names = output_names(model)
    return [f"{model.outputs[i].name} {names[i]}" for i in outputs]


def _roles(model: ModelFile) -> tuple[str, ...]:
    """Return a role for each output by its names; empty when one says none."""
    roles = []
    for text in _texts(model, range(len(model.outputs))):
        words = text.lower()
        is_boxes = any(word in words for word in ("box", "loc", "regress"))
        is_scores = any(word in words for word in ("score", "cls", "class"))
        if "anchor" in words and not (is_boxes or is_scores):
            roles.append("anchors")
            continue
        if is_boxes == is_scores:
            return ()
        roles.append("boxes" if is_boxes else "scores")
    return tuple(roles)
