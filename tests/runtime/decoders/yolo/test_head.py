"""Every YOLO head gives the same known boxes, whatever its layout and type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.yolo.head import YoloDecoder
from edgevision.runtime.decoders.yolo.options import YoloOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (320, 192)  # width and height differ on purpose
CELLS = 40 * 24 + 20 * 12 + 10 * 6
FRAME = Letterbox.fit((640, 480), SIZE, resize="letterbox")

# In model pixels: x1, y1, x2, y2; the picture fills x 32..288 of the 320.
BOXES = np.asarray([[40, 20, 100, 80], [120, 60, 280, 180], [200, 10, 260, 40]])
IDS = [1, 0, 2]
SCORES = [0.9, 0.7, 0.5]
CLASSES = 3

DTYPES = {
    "float32": (np.float32, 0.0, 0),
    "float16": (np.float16, 0.0, 0),
    "int8": (np.int8, 1 / 255, -128),
    "uint8": (np.uint8, 1 / 255, 0),
    "int16": (np.int16, 1 / 32767, 0),
}


def dense(anchors: int, *, objectness: bool, unit: str) -> np.ndarray:
    """Return float (4 + ... + classes, anchors) with the known boxes, and noise."""
    extra = 5 if objectness else 4
    head = np.zeros((extra + CLASSES, anchors))
    head[0] = np.linspace(4, SIZE[0] - 4, anchors)  # a grid: centers everywhere
    head[1] = np.linspace(4, SIZE[1] - 4, anchors)
    head[2:4] = 8
    head[extra:] = 0.05
    if objectness:
        head[4] = 0.2
    for i, (box, class_id, score) in enumerate(zip(BOXES, IDS, SCORES, strict=True)):
        at = 17 + 31 * i
        head[:2, at], head[2:4, at] = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
        head[extra + class_id, at] = 1.0 if objectness else score
        if objectness:
            head[4, at] = score
        head[:, at + 1] = head[:, at]  # the neighbour sees it too, a little less
        head[4 if objectness else 4 + class_id, at + 1] -= 0.1
    if unit == "normalized":
        head[:4] /= np.asarray([*SIZE, *SIZE])[:, None]
    return head


def rows(count: int, *, unit: str) -> np.ndarray:
    table = np.zeros((count, 6))
    table[:3] = np.c_[BOXES, SCORES, IDS]
    table[3:] = [1, 1, 300, 150, 0.01, 0]
    if unit == "normalized":
        table[:, :4] /= np.asarray([*SIZE, *SIZE])
    return table


def tensor(
    reals: np.ndarray, dtype: str, name: str = "", *, top: float = 1.0
) -> tuple[TensorSpec, np.ndarray]:
    """Store reals 0..top in a tensor of a dtype; return its description as well."""
    kind, scale, zero_point = DTYPES[dtype]
    scale *= top
    raw = reals
    if scale:
        limits = np.iinfo(kind)
        raw = np.clip(np.rint(reals / scale) + zero_point, limits.min, limits.max)
    raw = raw[None].astype(kind)
    return TensorSpec(name, 0, raw.shape, raw.dtype, scale, zero_point), raw


def check(
    outputs: list[tuple[TensorSpec, np.ndarray]],
    *,
    within: float = 0.01,
    order: Any = (0, 1, 2),
    **options: Any,
) -> YoloDecoder:
    decoder = YoloDecoder(
        [spec for spec, _ in outputs],
        labels=("cat", "dog", "kite"),
        model_size=SIZE,
        options=YoloOptions(**options),
    )
    found = decoder.decode([raw for _, raw in outputs], FRAME)
    assert [IDS[i] for i in order] == found.class_ids.tolist()
    assert found.labels == tuple(("cat", "dog", "kite")[IDS[i]] for i in order)
    np.testing.assert_allclose(found.scores, [SCORES[i] for i in order], atol=0.006)
    expected = FRAME.boxes_to_source(BOXES[list(order)])
    np.testing.assert_allclose(found.boxes, expected, atol=max(SIZE) * 2.5 * within)
    for _, raw in outputs:
        assert not np.shares_memory(found.boxes, raw)
    return decoder


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channel_first", [True, False])
@pytest.mark.parametrize("objectness", [False, True])
def test_one_tensor_in_every_type_and_order(
    dtype: str, channel_first: bool, objectness: bool
) -> None:
    anchors = CELLS * (3 if objectness else 1)
    head = dense(anchors, objectness=objectness, unit="normalized")
    head = head if channel_first else head.T
    decoder = check([tensor(head, dtype)])
    assert decoder.layout.head == ("yolov5" if objectness else "yolov8")


@pytest.mark.parametrize("dtype", ["float32", "int16"])
@pytest.mark.parametrize("channel_first", [True, False])
def test_pixel_coordinates_are_seen(dtype: str, channel_first: bool) -> None:
    head = dense(CELLS, objectness=False, unit="pixel")
    head = head if channel_first else head.T
    check([tensor(head, dtype, top=320.0)])


@pytest.mark.parametrize("box_type", DTYPES)
@pytest.mark.parametrize("score_type", ["float32", "int8", "uint8"])
def test_boxes_and_scores_as_two_tensors(box_type: str, score_type: str) -> None:
    head = dense(CELLS, objectness=False, unit="normalized")
    boxes, scores = tensor(head[:4].T, box_type), tensor(head[4:], score_type)
    check([boxes, scores])
    check([scores, boxes])


def test_quantized_pixel_boxes_with_their_own_scale() -> None:
    head = dense(CELLS, objectness=False, unit="pixel")
    check([tensor(head[:4], "uint8", top=320.0), tensor(head[4:], "int8")])


def test_four_classes_need_names() -> None:
    boxes, scores = np.zeros((4, CELLS)), np.zeros((4, CELLS))
    boxes[:, 0], scores[3, 0] = [0.5, 0.5, 0.2, 0.2], 0.9
    named = [tensor(scores, "float32", "cls"), tensor(boxes, "float32", "bbox")]
    decoder = YoloDecoder([s for s, _ in named], model_size=SIZE)
    found = decoder.decode([raw for _, raw in named], FRAME)
    assert found.class_ids.tolist() == [3]
    with pytest.raises(UnsupportedModelError, match="several YOLO heads"):
        YoloDecoder(
            [tensor(scores, "float32")[0], tensor(boxes, "float32")[0]],
            model_size=SIZE,
        )


@pytest.mark.parametrize("unit", ["pixel", "normalized"])
@pytest.mark.parametrize("channel_first", [True, False])
def test_end_to_end_rows(unit: str, channel_first: bool) -> None:
    table = rows(300, unit=unit)
    decoder = check([tensor(table.T if channel_first else table, "float32")])
    assert decoder.layout.head == "end-to-end"


def test_end_to_end_does_not_suppress_unless_asked() -> None:
    table = np.zeros((300, 6))
    table[:2] = [[10, 10, 60, 60, 0.9, 0], [11, 10, 61, 60, 0.8, 0]]
    spec, raw = tensor(table, "float32")
    plain = YoloDecoder(
        [spec],
        model_size=SIZE,
        options=YoloOptions(head="end-to-end"),
    )
    assert len(plain.decode([raw], FRAME)) == 2
    asked = YoloDecoder(
        [spec],
        model_size=SIZE,
        options=YoloOptions(head="end-to-end", nms="class-aware"),
    )
    assert len(asked.decode([raw], FRAME)) == 1


@pytest.mark.parametrize("unit", ["pixel", "normalized"])
def test_class_numbers_in_a_quantized_row_say_nothing_of_the_boxes(unit: str) -> None:
    table = rows(300, unit=unit)
    table[0, 5] = 90.0
    spec, raw = tensor(table, "int16", top=330.0)
    decoder = YoloDecoder(
        [spec],
        model_size=SIZE,
        options=YoloOptions(head="end-to-end"),
    )
    found = decoder.decode([raw], FRAME)
    assert found.class_ids[0] == 90
    expected = FRAME.boxes_to_source(BOXES[:1])
    np.testing.assert_allclose(found.boxes[:1], expected, atol=10)


def test_an_end_to_end_head_that_found_nothing_is_empty() -> None:
    spec, raw = tensor(np.zeros((300, 6)), "float32")
    decoder = YoloDecoder(
        [spec],
        model_size=SIZE,
        options=YoloOptions(head="end-to-end"),
    )
    assert len(decoder.decode([raw], FRAME)) == 0
    check_after = rows(300, unit="pixel")[None].astype(np.float32)
    assert len(decoder.decode([check_after], FRAME)) == 3


def test_best_score_and_class_as_separate_outputs() -> None:
    head = dense(CELLS, objectness=False, unit="pixel")
    corners = np.concatenate([head[:2] - head[2:4] / 2, head[:2] + head[2:4] / 2]).T
    ids = head[4:].argmax(0).astype(np.uint8)
    outputs = [
        tensor(corners, "float32"),
        tensor(head[4:].max(0), "int8"),
        (TensorSpec("class_idx", 2, (1, CELLS), ids.dtype), ids[None]),
    ]
    check(outputs)


def test_logits_behind_a_sigmoid() -> None:
    head = dense(CELLS, objectness=False, unit="normalized")
    logits = np.log(head[4:] / (1 - head[4:]))
    outputs = [tensor(head[:4], "float32"), tensor(logits, "float32")]
    check(outputs, activation="sigmoid")
    spec = TensorSpec("", 1, (1, CLASSES, CELLS), np.dtype(np.int8), 8 / 128, 0)
    raw = np.clip(np.rint(logits / spec.scale), -128, 127).astype(np.int8)[None]
    check([outputs[0], (spec, raw)], activation="sigmoid")


def test_logits_that_nobody_named_are_refused() -> None:
    head = dense(CELLS, objectness=False, unit="normalized")
    head[4:] *= 9
    spec, raw = tensor(head, "float32")
    decoder = YoloDecoder([spec], model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match=r"8\.1.*activation=sigmoid"):
        decoder.decode([raw], FRAME)


def test_two_classes_at_this_size_are_dense_not_rows_of_six() -> None:
    decoder = YoloDecoder(
        [TensorSpec("", 0, (1, 6, CELLS), np.dtype(np.float32))], model_size=SIZE
    )
    assert (decoder.layout.head, decoder.layout.classes) == ("yolov8", 2)


def test_rows_of_six_that_could_be_a_grid_need_labels_or_the_head() -> None:
    # 300 anchors are also strides 16 and 32 of this input, with two classes.
    spec = TensorSpec("", 0, (1, 300, 6), np.dtype(np.float32))
    with pytest.raises(UnsupportedModelError, match="--option head=NAME"):
        YoloDecoder([spec], model_size=SIZE)
    for options, head in (
        ({"labels": ("a", "b")}, "yolov8"),
        ({"labels": ("a", "b", "c")}, "end-to-end"),
        ({"head": "end-to-end"}, "end-to-end"),
    ):
        decoder = YoloDecoder(
            [spec],
            model_size=SIZE,
            labels=options.pop("labels", ()),
            options=YoloOptions(**options),
        )
        assert decoder.layout.head == head


def test_an_unknown_pyramid_is_settled_by_the_labels() -> None:
    spec = TensorSpec("", 0, (1, 7, 999), np.dtype(np.float32))
    decoder = YoloDecoder([spec], labels=("a", "b", "c"), model_size=SIZE)
    assert decoder.layout.head == "yolov8"
    decoder = YoloDecoder([spec], labels=("a", "b"), model_size=SIZE)
    assert decoder.layout.head == "yolov5"
    with pytest.raises(UnsupportedModelError, match="no YOLO head for a 320x192"):
        YoloDecoder([spec], model_size=SIZE)


@pytest.mark.parametrize(
    ("shape", "labels", "sentence"),
    [
        ((1, 84, CELLS), 90, "have 80 classes, but there are 90 labels"),
        ((2, 84, CELLS), 0, "a batch of 2"),
        ((1, 1001), 0, "no YOLO head"),
    ],
)
def test_what_does_not_fit_is_refused_when_opened(
    shape: tuple[int, ...], labels: int, sentence: str
) -> None:
    spec = TensorSpec("Identity", 0, shape, np.dtype(np.float32))
    names = tuple(f"class {i}" for i in range(labels))
    with pytest.raises(UnsupportedModelError, match=sentence):
        YoloDecoder([spec], labels=names, model_size=SIZE)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"head": "yolo9"}, "No YOLO head 'yolo9'"),
        ({"units": "metre"}, "No box unit 'metre'"),
        ({"nms": "fast"}, "No NMS 'fast'"),
        ({"score_threshold": 25}, r"score_threshold must be in 0\.\.1, got 25"),
        ({"max_detections": 0}, "max_detections must be an integer above 0, got 0"),
        ({"allow": ["zebra"]}, "allow: No label 'zebra'"),
        ({"activation": "relu"}, "activation must be none or sigmoid"),
    ],
)
def test_wrong_options_say_what_is_known(
    options: dict[str, Any], sentence: str
) -> None:
    spec = TensorSpec("", 0, (1, 7, CELLS), np.dtype(np.float32))
    with pytest.raises(ValueError, match=sentence):
        YoloDecoder(
            [spec],
            labels=("a", "b", "c"),
            model_size=SIZE,
            options=YoloOptions(**options),
        )


def test_allow_and_deny_lists_come_before_the_limit() -> None:
    head = [tensor(dense(CELLS, objectness=False, unit="normalized"), "int8")]
    check(head, order=[1, 2], deny=["dog"])
    check(head, order=[1], allow=["cat", 2], max_detections=1)
    check(head, order=[0, 2], deny=["cat"])


def test_agnostic_and_class_aware_differ() -> None:
    head = np.zeros((7, CELLS))
    head[:, 0] = [0.5, 0.5, 0.2, 0.2, 0.9, 0, 0]
    head[:, 1] = [0.5, 0.5, 0.2, 0.2, 0, 0.8, 0]
    head[:, 2] = [0.5, 0.5, 0.2, 0.18, 0.7, 0, 0]
    spec, raw = tensor(head, "float32")
    counts = {
        kind: len(
            YoloDecoder(
                [spec],
                model_size=SIZE,
                options=YoloOptions(units="normalized", nms=kind),
            ).decode([raw], FRAME)
        )
        for kind in ("class-aware", "agnostic", "soft", "none")
    }
    assert counts == {"class-aware": 2, "agnostic": 1, "soft": 2, "none": 3}


def test_weighted_suppression_is_the_mean_of_a_class() -> None:
    head = np.zeros((7, CELLS))
    head[:, 0] = [0.5, 0.5, 0.2, 0.2, 0.9, 0, 0]
    head[:, 1] = [0.5, 0.5, 0.3, 0.3, 0, 0.8, 0]
    head[:, 2] = [0.5, 0.52, 0.2, 0.2, 0.3, 0, 0]
    spec, raw = tensor(head, "float32")
    options = YoloOptions(units="normalized", nms="weighted")
    found = YoloDecoder([spec], model_size=SIZE, options=options).decode([raw], FRAME)
    alone = YoloDecoder(
        [spec], model_size=SIZE, options=YoloOptions(units="normalized", nms="none")
    ).decode([raw], FRAME)
    assert found.class_ids.tolist() == [0, 1]
    assert found.scores.tolist() == alone.scores[:2].tolist()
    mean = (0.9 * alone.boxes[0] + 0.3 * alone.boxes[2]) / 1.2
    np.testing.assert_allclose(found.boxes, [mean, alone.boxes[1]], rtol=1e-5)


def test_nan_candidates_vanish() -> None:
    head = dense(CELLS, objectness=False, unit="normalized")
    head[0, 500] = np.nan
    head[4:, 500] = 0.99
    check([tensor(head, "float32")])


def test_every_threshold_cuts_where_the_dequantized_scores_do(
    rng: np.random.Generator,
) -> None:
    head = np.full((1, 5, CELLS), -128, np.int8)
    head[0, :4] = [[0], [0], [40], [40]]
    head[0, 4] = rng.integers(-128, 128, CELLS)
    spec = TensorSpec("", 0, head.shape, head.dtype, 0.0047, -128)
    scores = (head[0, 4].astype(np.float32) + 128) * np.float32(0.0047)
    for threshold in [0.0, 0.0047, 0.25, *scores[:20].clip(0, 1).tolist(), 1.0]:
        decoder = YoloDecoder(
            [spec],
            model_size=SIZE,
            options=YoloOptions(
                score_threshold=threshold, nms="none", max_detections=CELLS
            ),
        )
        expected = int((scores >= np.float32(threshold)).sum())
        assert len(decoder.decode([head], FRAME)) == expected


def test_real_model_finds_the_cats(shared: Path) -> None:
    from support.bare import BareModel

    model = BareModel(
        shared / "models/yolov8n_416_full_integer_quant.tflite", resize="letterbox"
    )
    decoder = YoloDecoder(model.outputs, model_size=model.size)
    outputs, letterbox = model.run(shared / "images/cats_and_dogs.jpg")
    found = decoder.decode(outputs, letterbox)[:4]
    # Three cats and a dog, in an order that depends on the kernels.
    assert sorted(found.class_ids.tolist()) == [15, 15, 15, 16]
    assert (found.scores > 0.45).all()


@pytest.mark.parametrize("channel", [0, 2, 4, 5])
@pytest.mark.parametrize("head", ["yolov8", "end-to-end"])
def test_an_infinite_value_costs_its_own_candidate_only(
    head: str, channel: int
) -> None:
    if head == "yolov8":
        raw = dense(CELLS, objectness=False, unit="pixel").astype(np.float32)[None]
        raw[0, channel, 17:19] = np.inf
        raw[0, 2, 17:19] = np.inf  # and inf - inf
    else:
        raw = rows(300, unit="pixel").astype(np.float32)[None]
        raw[0, 0, channel] = np.inf
    spec = TensorSpec("head", 0, raw.shape, raw.dtype)
    decoder = YoloDecoder(
        [spec],
        model_size=SIZE,
        options=YoloOptions(head=head),
    )
    np.testing.assert_allclose(decoder.decode([raw], FRAME).scores, SCORES[1:])


def test_broken_rows_are_dropped_without_a_warning() -> None:
    spec = TensorSpec("", 0, (1, 100, 6), np.dtype(np.float32))
    rows = np.zeros(spec.shape, np.float32)
    rows[0, :2] = [[1, 1, 30, 30, 0.9, 1e30], [1, 1, 30, 30, 0.8, 3]]
    found = YoloDecoder([spec], model_size=(64, 64)).decode(
        [rows], Letterbox.fit((64, 64), (64, 64))
    )
    assert found.class_ids.tolist() == [3]
    rows[0, 1, 4] = 2.0
    decoder = YoloDecoder(
        [spec],
        model_size=(64, 64),
        options=YoloOptions(activation="sigmoid"),
    )
    found = decoder.decode([rows], Letterbox.fit((64, 64), (64, 64)))
    assert found.class_ids.tolist()[0] == 3
    spec = TensorSpec("", 0, (1, 252, 7), np.dtype(np.float32))
    rows = np.zeros(spec.shape, np.float32)
    rows[0, :2] = [[10, 10, 5, 5, np.inf, 0, 0], [10, 10, 5, 5, 1, 0.9, 0]]
    found = YoloDecoder(
        [spec],
        model_size=(64, 64),
        options=YoloOptions(head="yolov5"),
    ).decode([rows], Letterbox.fit((64, 64), (64, 64)))
    assert found.scores.tolist() == pytest.approx([0.9])


@pytest.mark.parametrize("rows", [9 * 189, 3 * 189, 1917, 8732])
def test_offsets_of_another_detector_are_not_taken_for_boxes(rows: int) -> None:
    """SSD and RetinaNet have several anchors per cell, and the same two shapes."""
    kind = np.dtype(np.float32)
    tensors = [
        TensorSpec("box_deltas", 0, (1, rows, 4), kind),
        TensorSpec("class_scores", 1, (1, rows, 3), kind),
    ]
    with pytest.raises(UnsupportedModelError, match=f"of {rows} rows.*--decoder ssd"):
        YoloDecoder(tensors, model_size=(96, 96))
    stated = YoloDecoder(
        tensors, model_size=(96, 96), options=YoloOptions(head="yolov8")
    )
    assert stated.layout.anchors == rows
