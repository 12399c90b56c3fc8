"""Write what the model card says as TFLite Metadata, for other tools.

MediaPipe Tasks and the TFLite Task Library open classifiers, segmenters and detectors
with four outputs by this payload: names, roles, label files and normalization. Fields
that raise the needed reader's version are not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ...card import InputCard, ModelCard
from ...errors import both_ends
from ...runtime.opening import POST_PROCESS
from ...runtime.tflite import AXIS_LABELS, IDENTIFIER, VALUE_LABELS, ModelFile
from .flatbuffer_writer import (
    Items,
    Node,
    Numbers,
    Scalar,
    TableToWrite,
    Utf8Text,
    write,
)

LABEL_FILE: Final = "labels.txt"

# The names that MediaPipe and the Task Library match roles by.
_DETECTION_ROLES: Final = (
    ("location", "The locations of the detected boxes."),
    ("category", "The categories of the detected boxes."),
    ("score", "The scores of the detected boxes."),
    ("number of detections", "The number of detected boxes."),
)
_RGB, _GRAY, _UNKNOWN_COLOR = 1, 2, 0
_FEATURE, _IMAGE, _BOX = 1, 2, 3
_NORMALIZATION, _THRESHOLD = 1, 3


@dataclass(frozen=True)
class Payload:
    """What is written into the file.

    Attributes:
        data: The flatbuffer of TFLite Metadata.
        labels: The label file's bytes; empty when there are no labels.
    """

    data: bytes
    labels: bytes


def build_payload(model: ModelFile, card: ModelCard) -> Payload:
    """Return TFLite Metadata for a model.

    Args:
        model: The file, for the types and order of its tensors.
        card: What it is.
    """
    labels = "".join(f"{' '.join(text.split())}\n" for text in card.output.labels)
    inputs = [_input(model, i, card.input) for i in range(len(model.inputs))]
    graph = TableToWrite({2: Items(inputs), 3: Items(_outputs(model, card))})
    root = TableToWrite(
        {
            0: Utf8Text(card.name),
            1: Utf8Text(f"A model for {card.task}, made by EdgeVision."),
            3: Items([graph]),
            7: Utf8Text("1.0.0"),
        }
    )
    return Payload(write(root, IDENTIFIER), labels.encode("utf-8"))


def peer_notes(model: ModelFile, card: ModelCard) -> tuple[str, ...]:
    """Return sentences on what MediaPipe Tasks and the Task Library will not do.

    Empty for a model that both open and feed as EdgeVision does.
    """
    notes = []
    supported = card.task in ("classification", "segmentation") or (
        card.output.decoder == "ssd-op"
    )
    if not supported:
        return (
            "MediaPipe Tasks and the Task Library have no reader for "
            f"{both_ends(card.output.decoder, 80)} outputs.",
        )
    types = {t.type_name for t in (*model.input_tensors, *model.output_tensors)}
    if card.output.decoder != "ssd-op" and not types <= {"UINT8", "FLOAT32"}:
        notes.append(
            "MediaPipe Tasks and the Task Library refuse "
            f"{', '.join(sorted(types - {'UINT8', 'FLOAT32'})).lower()} inputs "
            "and outputs; convert with --io uint8."
        )
    if card.input is None or not model.inputs:
        return tuple(notes)
    if card.input.color != "rgb":
        notes.append(
            f"MediaPipe Tasks and the Task Library feed RGB; this model takes "
            f"{card.input.color}."
        )
    spec = model.inputs[0]
    if spec.dtype == np.uint8 and spec.is_quantized:
        level = most_levels_off(card.input, spec.scale, spec.zero_point)
        if level > 1:
            notes.append(
                "MediaPipe Tasks and the Task Library feed raw pixels into a uint8 "
                f"input; here that is up to {level} levels off, so they answer worse."
            )
    if spec.dtype == np.float32 and len(_single(card.input.mean)) != 1:
        notes.append(
            "MediaPipe Tasks refuses a float input with a normalization per channel."
        )
    return tuple(notes)


def most_levels_off(card: InputCard, scale: float, zero_point: int) -> int:
    """Return how far a raw pixel is from the byte that the card asks for.

    Args:
        card: The input.
        scale: Of the uint8 input tensor.
        zero_point: Of the uint8 input tensor.
    """
    pixels = np.array([[0.0], [255.0]])
    mean, std = np.broadcast_to(card.mean, 3), np.broadcast_to(card.std, 3)
    wanted = np.round((pixels - mean) / std / scale) + zero_point
    return int(np.max(np.abs(wanted - pixels)))


def _input(model: ModelFile, index: int, card: InputCard | None) -> TableToWrite:
    spec = model.inputs[index]
    if card is None or len(spec.shape) != 4:
        return TableToWrite({0: Utf8Text(spec.name or f"input {index}"), 3: _feature()})
    color = {"rgb": _RGB, "gray": _GRAY}.get(card.color, _UNKNOWN_COLOR)
    mean, std = _single(card.mean), _single(card.std)
    if len(mean) != len(std):
        size = max(len(mean), len(std))
        mean, std = mean * (size // len(mean)), std * (size // len(std))
    low, high = [0.0], [255.0]
    if spec.dtype.kind == "f":
        low = [(0 - m) / s for m, s in zip(mean, std, strict=True)]
        high = [(255 - m) / s for m, s in zip(mean, std, strict=True)]
    image = TableToWrite({0: Scalar("b", color)})
    unit = TableToWrite({0: Numbers("f", mean), 1: Numbers("f", std)})
    return TableToWrite(
        {
            0: Utf8Text("image"),
            1: Utf8Text(
                f"Input image of {card.width} x {card.height} pixels, {card.color}, "
                f"resized by {card.resize}."
            ),
            3: TableToWrite({0: Scalar("B", _IMAGE), 1: image}),
            4: Items([TableToWrite({0: Scalar("B", _NORMALIZATION), 1: unit})]),
            # Stats: the maximum comes before the minimum.
            5: TableToWrite({0: Numbers("f", high), 1: Numbers("f", low)}),
        }
    )


def _outputs(model: ModelFile, card: ModelCard) -> list[TableToWrite]:
    decoder = card.output.decoder
    if decoder == "ssd-op":
        return [_detection(role, card) for role in detection_roles(model)]
    if len(model.outputs) == 1 and decoder in ("classifier", "segmentation"):
        is_classifier = decoder == "classifier"
        name = "probability" if is_classifier else "segmentation_masks"
        if is_classifier and card.output.options.get("activation") == "softmax":
            name = "logit"
        slots: dict[int, Scalar | Node] = {0: Utf8Text(name), 3: _feature()}
        threshold = card.output.options.get("score_threshold")
        if is_classifier and isinstance(threshold, (int, float)) and threshold > 0:
            unit = TableToWrite({0: Scalar("f", threshold)})
            slots[4] = Items([TableToWrite({0: Scalar("B", _THRESHOLD), 1: unit})])
        if name == "probability":
            slots[5] = TableToWrite({0: Numbers("f", [1.0]), 1: Numbers("f", [0.0])})
        # Other tools expect a label per value; only the card has two for one value.
        if card.output.labels and model.outputs[0].size > 1:
            slots[6] = _labels(AXIS_LABELS)
        return [TableToWrite(slots)]
    # MediaPipe and the Task Library crash without names.
    return [
        TableToWrite({0: Utf8Text(spec.name or f"output {i}"), 3: _feature()})
        for i, spec in enumerate(model.outputs)
    ]


def detection_roles(model: ModelFile) -> list[int]:
    """Return which of boxes, classes, scores and count (0..3) each output is.

    Exporters shuffle the outputs; the operation that makes them does not.
    """
    for operator in reversed(model.operators):
        if operator.name == POST_PROCESS:
            outputs = [tensor.index for tensor in model.output_tensors]
            if sorted(outputs) == sorted(operator.outputs[:4]):
                return [operator.outputs.index(index) for index in outputs]
    return list(range(len(model.outputs)))


def _detection(role: int, card: ModelCard) -> TableToWrite:
    name, description = (
        _DETECTION_ROLES[role] if role < 4 else (f"output {role}", "Another output.")
    )
    slots: dict[int, Scalar | Node] = {0: Utf8Text(name), 1: Utf8Text(description)}
    slots[3] = _feature()
    if name == "location":
        # Top, left, bottom, right; without this both tools swap x and y.
        box = TableToWrite(
            {0: Numbers("I", [1, 0, 3, 2]), 1: Scalar("b", 1), 2: Scalar("b", 0)}
        )
        slots[3] = TableToWrite({0: Scalar("B", _BOX), 1: box})
    if name == "category" and card.output.labels:
        slots[6] = _labels(VALUE_LABELS)
    return TableToWrite(slots)


def _feature() -> TableToWrite:
    return TableToWrite({0: Scalar("B", _FEATURE), 1: TableToWrite({})})


def _labels(kind: int) -> Items:
    return Items(
        [
            TableToWrite(
                {
                    0: Utf8Text(LABEL_FILE),
                    1: Utf8Text("One label per line, by class number."),
                    2: Scalar("b", kind),
                }
            )
        ]
    )


def _single(values: Sequence[float]) -> list[float]:
    return [values[0]] if len(set(values)) == 1 else list(values)
