"""Raw levels of YOLO heads give the known boxes, in every layout and type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.yolo.levels import YoloLevelsDecoder, YoloLevelsOptions
from edgevision.runtime.decoders.yolo.levels_layout import are_levels
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (320, 192)  # width and height differ on purpose
STRIDES = (8, 16, 32)
GRIDS = {s: (SIZE[1] // s, SIZE[0] // s) for s in STRIDES}
FRAME = Letterbox.fit((640, 480), SIZE, resize="letterbox")
# In model pixels, one for each level, none in the middle of its cell.
BOXES = np.asarray([[43.0, 21, 99, 84], [121, 60, 279, 180], [200, 11, 262, 42]])
LEVELS = [8, 32, 16]
IDS = [1, 0, 2]
SCORES = [0.9, 0.7, 0.5]
CLASSES = 3
STEP = {"float32": 0.0, "float16": 0.0, "int16": 12 / 32767, "int8": 12 / 127}


def logit(score: Any) -> Any:
    return np.log(score / (1 - np.asarray(score)))


def cell_of(box: np.ndarray, stride: int) -> tuple[int, int]:
    """Row and column of the cell that holds a box's center."""
    x, y = (box[:2] + box[2:]) / 2
    return int(y // stride), int(x // stride)


def bins(distance: float) -> np.ndarray:
    """Logits over 16 bins whose mean is the distance."""
    low = int(distance)
    made = np.full(16, -10.0)
    with np.errstate(divide="ignore"):
        made[low] = np.maximum(np.log(1 - (distance - low)), -10)
        made[low + 1] = np.maximum(np.log(distance - low), -10)
    return made


def level(kind: str, stride: int, *, logits: bool, box_channels: int) -> dict[str, Any]:
    """Return role -> (rows, columns, channels) of a level."""
    rows, columns = GRIDS[stride]
    low = -5.0 if logits else 0.01
    made = {
        "boxes": np.zeros((rows, columns, 4 if kind == "yolox" else box_channels)),
        "objectness": np.full((rows, columns, 1), low),
        "scores": np.full((rows, columns, CLASSES), low),
    }
    for box, own, class_id, score in zip(BOXES, LEVELS, IDS, SCORES, strict=True):
        if own != stride:
            continue
        row, column = cell_of(box, stride)
        if kind == "yolox":
            center = (box[:2] + box[2:]) / 2 / stride - [column, row]
            sides = np.log((box[2:] - box[:2]) / stride)
            made["boxes"][row, column] = [*center, *sides]
            made["objectness"][row, column] = logit(0.999) if logits else 1.0
        else:
            x, y = (column + 0.5) * stride, (row + 0.5) * stride
            reach = np.asarray([x - box[0], y - box[1], box[2] - x, box[3] - y])
            reach = reach / stride
            plain = box_channels == 4
            values = reach if plain else np.concatenate([bins(d) for d in reach])
            made["boxes"][row, column] = values
        made["scores"][row, column, class_id] = logit(score) if logits else score
    if kind != "yolox":
        del made["objectness"]
    return made


def head(
    kind: str = "dfl",
    *,
    dtype: str = "float32",
    shape: str = "rows",
    joined: bool = False,
    logits: bool = True,
    box_channels: int = 64,
    with_sum: bool = False,
) -> list[tuple[TensorSpec, np.ndarray]]:
    """Return the outputs of a head, scores before boxes where they are apart."""
    outputs = []
    for stride in reversed(STRIDES):
        roles = level(kind, stride, logits=logits, box_channels=box_channels)
        parts = [roles[r] for r in ("boxes", "objectness", "scores") if r in roles]
        parts = [np.concatenate(parts, axis=2)] if joined else parts[::-1]
        if with_sum:
            parts.append(roles["scores"].sum(axis=2, keepdims=True))
        for part in parts:
            if shape == "planes":
                part = part.transpose(2, 0, 1)
            elif shape == "cells":
                part = part.reshape(-1, part.shape[2])
            outputs.append(tensor(part, dtype, len(outputs)))
    return outputs


def tensor(part: np.ndarray, dtype: str, index: int) -> tuple[TensorSpec, np.ndarray]:
    step, raw = STEP[dtype], part
    zero_point = 0
    if step and part.min() >= 0:  # as a converter would: the range is the data's
        limits = np.iinfo(dtype)
        zero_point = int(limits.min)
        step = max(float(part.max()), 1e-3) / (int(limits.max) - int(limits.min))
    if step:
        raw = np.rint(part / step) + zero_point
    raw = np.ascontiguousarray(raw[None].astype(dtype))
    return TensorSpec("", index, raw.shape, raw.dtype, step, zero_point), raw


def check(
    outputs: list[tuple[TensorSpec, np.ndarray]],
    *,
    within: float = 0.5,
    labels: tuple[str, ...] = ("cat", "dog", "kite"),
    **options: Any,
) -> YoloLevelsDecoder:
    decoder = YoloLevelsDecoder(
        [spec for spec, _ in outputs],
        labels=labels,
        model_size=SIZE,
        options=YoloLevelsOptions(**options),
    )
    found = decoder.decode([raw for _, raw in outputs], FRAME)
    assert found.class_ids.tolist() == IDS
    np.testing.assert_allclose(found.scores, SCORES, atol=0.03)
    np.testing.assert_allclose(found.boxes, FRAME.boxes_to_source(BOXES), atol=within)
    return decoder


@pytest.mark.parametrize("dtype", ["float32", "float16", "int16"])
@pytest.mark.parametrize("shape", ["rows", "planes", "cells"])
@pytest.mark.parametrize("joined", [False, True])
def test_distributions_in_every_layout(dtype: str, shape: str, joined: bool) -> None:
    decoder = check(head(dtype=dtype, shape=shape, joined=joined), within=1.0)
    assert (decoder.layout.kind, decoder.layout.strides) == ("dfl", STRIDES)


@pytest.mark.parametrize("shape", ["rows", "planes"])
@pytest.mark.parametrize("logits", [False, True])
def test_plain_distances_of_8_bits(shape: str, logits: bool) -> None:
    outputs = head(dtype="int8", shape=shape, logits=logits, box_channels=4)
    check(outputs, within=4.0)


def test_the_sum_of_the_scores_is_left_alone() -> None:
    check(head(with_sum=True, logits=False))


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("logits", [False, True])
@pytest.mark.parametrize("shape", ["rows", "planes", "cells"])
def test_yolox_with_objectness(joined: bool, logits: bool, shape: str) -> None:
    outputs = head("yolox", joined=joined, logits=logits, shape=shape)
    activation = "sigmoid" if logits else "none"
    # Apart they may as well be plain distances beside a sum of scores.
    decoder = check(outputs, kind="yolox", activation=activation)
    assert decoder.layout.objectness


@pytest.mark.parametrize("planar", [False, True])
def test_all_levels_in_one_tensor(planar: bool) -> None:
    parts = head("yolox", joined=True, logits=False, shape="cells")[::-1]
    whole = np.concatenate([raw[0] for _, raw in parts])
    check([tensor(whole.T if planar else whole, "float32", 0)])


def test_scores_and_logits_are_told_apart() -> None:
    for logits in (False, True):
        for dtype in ("float32", "int16"):
            check(head(dtype=dtype, logits=logits), within=1.0)
    outputs = head(logits=True)
    decoder = YoloLevelsDecoder(
        [spec for spec, _ in outputs],
        model_size=SIZE,
        options=YoloLevelsOptions(activation="none"),
    )
    with pytest.raises(UnsupportedModelError, match="these are logits"):
        decoder.decode([raw for _, raw in outputs], FRAME)


def test_nothing_and_broken_values_are_dropped() -> None:
    outputs = head()
    for value in (np.nan, np.inf):
        for spec, raw in outputs:
            if spec.shape[3] == 64:
                raw[0, 0, 0] = value
            else:
                raw[0, 0, 0, 1] = value
        check(outputs)
    outputs = head(logits=False)
    for spec, raw in outputs:
        if spec.shape[3] == CLASSES:
            raw[:] = 0
    decoder = YoloLevelsDecoder([spec for spec, _ in outputs], model_size=SIZE)
    assert len(decoder.decode([raw for _, raw in outputs], FRAME)) == 0


@pytest.mark.parametrize(
    ("channels", "options", "sentence"),
    [
        ((85,), {}, "fit several YOLO heads .*--option kind=NAME"),
        ((255,), {"labels": tuple("ab")}, r"YOLOv3 to v7 \(3 anchors of 5 \+ 80"),
        ((64, 80), {"labels": tuple("ab")}, "64 \\+ 80 channels .* are no known YOLO"),
        ((4, 4), {}, "several tensors of 4 channels on one level"),
        ((84,), {"kind": "yolo"}, "No kind of levels 'yolo'"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    channels: tuple[int, ...], options: dict[str, Any], sentence: str
) -> None:
    kind = np.dtype(np.float32)
    tensors = [
        TensorSpec("", 0, (1, *GRIDS[stride], count), kind)
        for stride in STRIDES
        for count in channels
    ]
    with pytest.raises((UnsupportedModelError, ValueError), match=sentence):
        YoloLevelsDecoder(
            tensors,
            model_size=SIZE,
            labels=options.pop("labels", ()),
            options=YoloLevelsOptions(**options),
        )
    with pytest.raises(
        UnsupportedModelError, match="are not the levels of a YOLO head"
    ):
        YoloLevelsDecoder(tensors[: len(channels)], model_size=SIZE)
    odd = TensorSpec("", 0, (1, *GRIDS[32], 7), kind)
    with pytest.raises(
        UnsupportedModelError, match="differ in their channels from level to level"
    ):
        YoloLevelsDecoder([*tensors[:-1], odd], model_size=SIZE)


@pytest.mark.parametrize(
    ("channels", "labels", "expected"),
    [
        ((85,), 80, ("yolox", 80)),
        ((85,), 21, ("dfl", 21)),
        ((144,), 80, ("dfl", 80)),
        ((64, 80), 0, ("dfl", 80)),
        ((64, 80, 1), 0, ("dfl", 80)),
        ((64, 1, 1), 1, ("dfl", 1)),
        ((64, 4), 0, ("dfl", 4)),
        ((4, 80), 0, ("dfl", 80)),
    ],
)
def test_channels_say_what_they_are(
    channels: tuple[int, ...], labels: int, expected: tuple[str, int]
) -> None:
    kind = np.dtype(np.float32)
    tensors = [
        TensorSpec("", 0, (1, *GRIDS[stride], count), kind)
        for stride in STRIDES
        for count in channels
    ]
    layout = YoloLevelsDecoder(
        tensors, labels=tuple(map(str, range(labels))), model_size=SIZE
    ).layout
    assert (layout.kind, layout.classes) == expected


@pytest.mark.parametrize("classes", [80, 40, 20])
@pytest.mark.parametrize("planar", [False, True])
def test_as_many_classes_as_rows_and_columns_are_no_riddle(
    classes: int, planar: bool
) -> None:
    # The usual export: COCO's 80 classes at 640x640, whose first level is 80x80.
    tensors = []
    for side in (80, 40, 20):
        for count in (64, classes):
            shape = (1, count, side, side) if planar else (1, side, side, count)
            tensors.append(TensorSpec("", 0, shape, np.dtype(np.float32)))
    layout = YoloLevelsDecoder(tensors, model_size=(640, 640)).layout
    assert (layout.kind, layout.classes, layout.strides) == (
        "dfl",
        classes,
        (8, 16, 32),
    )
    assert {item.planar for item in (*layout.boxes, *layout.scores)} == {planar}
    assert are_levels(tensors, (640, 640))


def test_a_frame_of_zeros_does_not_settle_what_scores_are() -> None:
    """Logits after a black frame are still logits."""
    grids = list(GRIDS.values())
    shapes = [(1, *grid, channels) for grid in grids for channels in (64, 3)]
    kind = np.dtype(np.float32)
    specs = [TensorSpec("", i, shape, kind) for i, shape in enumerate(shapes)]
    decoder = YoloLevelsDecoder(specs, model_size=SIZE)
    zeros = [np.zeros(shape, np.float32) for shape in shapes]
    assert len(decoder.decode(zeros, FRAME)) == 0
    logits = [array.copy() for array in zeros]
    for array in logits[1::2]:
        array -= 8.0
    logits[1][0, 5, 5, 2] = 1.0  # a score of 0.73
    found = decoder.decode(logits, FRAME)
    assert found.class_ids.tolist() == [2]
    np.testing.assert_allclose(found.scores, 1 / (1 + np.exp(-1.0)), rtol=1e-5)
    # Scores of most cells settle that they are scores.
    decoder = YoloLevelsDecoder(specs, model_size=SIZE)
    for array in logits[1::2]:
        array += 8.01
    logits[1][0, 5, 5, 2] = 0.9
    np.testing.assert_allclose(decoder.decode(logits, FRAME).scores, 0.9, rtol=1e-5)
