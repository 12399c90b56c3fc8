"""Raw SSD heads give boxes that were encoded by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.anchor_rules import RULES
from edgevision.runtime.decoders.ssd.anchors import anchors_from, grid_anchors
from edgevision.runtime.decoders.ssd.raw import SsdDecoder, SsdOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (300, 300)
FRAME = Letterbox.fit((600, 300), SIZE)
ANCHORS = grid_anchors(SIZE)
LABELS = ("cat", "dog", "kite")

# In the input: x1, y1, x2, y2, normalized.
BOXES = np.asarray([[0.1, 0.2, 0.4, 0.8], [0.5, 0.5, 0.9, 0.7]])
AT, IDS, LOGITS = [40, 1500], [2, 0], [4.0, 2.0]


def encoded(order: str) -> np.ndarray:
    """Encode the boxes against two anchors, y x h w or x y w h."""
    out = np.zeros((1, len(ANCHORS), 4), np.float32)
    for at, box in zip(AT, BOXES, strict=True):
        anchor = ANCHORS[at]
        center, side = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
        x, y = (center - anchor[:2]) / anchor[2:] * 10
        w, h = np.log(side / anchor[2:]) * 5
        out[0, at] = [y, x, h, w] if order == "yxhw" else [x, y, w, h]
    return out


def logits(background: bool) -> np.ndarray:
    out = np.full((1, len(ANCHORS), 3 + background), -6.0, np.float32)
    if background:
        out[..., 0] = 3.0
    for at, class_id, value in zip(AT, IDS, LOGITS, strict=True):
        out[0, at, class_id + background] = value
        if background:
            out[0, at, 0] = 0.0
    return out


def spec(
    array: np.ndarray, name: str = "scores", scale: float = 0.0, zero_point: int = 0
) -> TensorSpec:
    # Three classes and the background are four columns: names tell them apart.
    return TensorSpec(name, 0, array.shape, array.dtype, scale, zero_point)


def expected() -> np.ndarray:
    return BOXES * [600, 300, 600, 300]


def run(boxes: Any, scores: Any, specs: Any = None, **options: Any) -> Any:
    specs = specs or [spec(boxes, "boxes"), spec(scores)]
    decoder = SsdDecoder(
        specs,
        labels=LABELS,
        model_size=SIZE,
        options=SsdOptions(**options),
    )
    return decoder.decode([boxes, scores], FRAME)


@pytest.mark.parametrize("order", ["yxhw", "xywh"])
@pytest.mark.parametrize("background", [False, True])
def test_sigmoid_heads(order: str, background: bool) -> None:
    scores = logits(background)
    found = run(encoded(order), scores, activation="sigmoid", box_order=order)
    assert found.labels == ("kite", "cat")
    np.testing.assert_allclose(found.scores, 1 / (1 + np.exp([-4.0, -2.0])), rtol=1e-5)
    np.testing.assert_allclose(found.boxes, expected(), atol=0.05)


@pytest.mark.parametrize("threshold", [0.001, 0.3, 0.9])
def test_softmax_heads_equal_the_whole_softmax(threshold: float) -> None:
    scores = logits(True)
    exps = np.exp(scores[0])
    shares = (exps / exps.sum(axis=1, keepdims=True))[:, 1:]
    count = int((shares.max(axis=1) >= threshold).sum())
    found = run(
        encoded("yxhw"),
        scores,
        activation="softmax",
        score_threshold=threshold,
        nms="none",
        max_detections=5000,
    )
    assert len(found) == count
    if count:
        assert found.scores[0] == pytest.approx(shares.max(), rel=1e-5)


def test_quantized_ends_in_any_order() -> None:
    boxes, scores = encoded("yxhw"), 1 / (1 + np.exp(-logits(True)))
    raw_boxes = (np.rint(boxes / 0.02) + 10).astype(np.int16)
    raw_scores = np.rint(scores * 255).astype(np.uint8)
    specs = [spec(raw_scores, "scores", 1 / 255), spec(raw_boxes, "boxes", 0.02, 10)]
    decoder = SsdDecoder(specs, labels=("???", *LABELS), model_size=SIZE)
    found = decoder.decode([raw_scores, raw_boxes], FRAME)
    assert found.labels == ("kite", "cat")
    np.testing.assert_allclose(found.boxes, expected(), atol=2)


def test_what_is_not_proved_is_asked_for_in_one_sentence() -> None:
    boxes, scores = encoded("yxhw"), logits(True)
    tensors = [spec(boxes, "boxes"), spec(scores)]
    with pytest.raises(UnsupportedModelError, match="Pass --option activation=none"):
        SsdDecoder(tensors, labels=LABELS, model_size=SIZE)
    cut = [spec(boxes[:, 9:], "boxes"), spec(scores[:, 9:])]
    with pytest.raises(UnsupportedModelError) as caught:
        SsdDecoder(cut, model_size=SIZE)
    assert str(caught.value) == (
        "Nothing shows how the 1908 rows of 4 scores and their boxes are read. Pass "
        "--option anchors=NAME or ROWS (no known rule gives as many), --option "
        "activation=none (scores), sigmoid or softmax, --option background=true or "
        "false (or --labels)."
    )
    with pytest.raises(UnsupportedModelError, match="4 columns, but there are 2"):
        SsdDecoder(
            tensors,
            labels=("a", "b"),
            model_size=SIZE,
            options=SsdOptions(activation="sigmoid"),
        )
    with pytest.raises(
        UnsupportedModelError, match="has 1917 anchors, but there are 2"
    ):
        SsdDecoder(
            tensors,
            labels=LABELS,
            model_size=SIZE,
            options=SsdOptions(activation="sigmoid", anchors=[[0.5, 0.5, 1, 1]] * 2),
        )
    with pytest.raises(UnsupportedModelError, match="are no SSD head"):
        SsdDecoder([spec(boxes, "boxes")], labels=LABELS, model_size=SIZE)
    with pytest.raises(
        UnsupportedModelError, match=r"A score is 4.*activation=sigmoid"
    ):
        run(boxes, scores, activation="none")


def test_several_rules_are_a_question_that_names_them() -> None:
    rows = RULES["efficientdet"].count((640, 640))
    tensors = [
        TensorSpec("a", 0, (1, rows, 80), np.dtype(np.uint8), 1 / 256, 0),
        TensorSpec("b", 1, (1, rows, 4), np.dtype(np.float32)),
    ]
    with pytest.raises(
        UnsupportedModelError,
        match="anchors=efficientdet-lite or efficientdet or retinanet-tf or retinanet",
    ):
        SsdDecoder(tensors, labels=("x",) * 80, model_size=(640, 640))
    options = SsdOptions(anchors="efficientdet")
    assert (
        "EfficientDet-D0"
        in SsdDecoder(tensors, model_size=(640, 640), options=options).evidence
    )


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_decodes_what_its_coding_encodes(name: str) -> None:
    """One object, encoded here with the rule's anchors, order and scales."""
    rule = RULES[name]
    size = rule.inputs[0] if rule.inputs else (256, 192)
    anchors = rule.anchors(size).astype(np.float64)
    at = len(anchors) // 3
    center, sides = anchors[at, :2], anchors[at, 2:]
    box = np.asarray([*(center - sides * 0.4), *(center + sides * 0.6)])
    middle, extent = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
    scales = np.asarray(rule.box_scales)
    if rule.box_order == "ltrb":
        corners = np.asarray([*(center - sides / 2), *(center + sides / 2)])
        row = (box - corners) / np.tile(sides, 2) * scales
    else:
        x, y = (middle - center) / sides
        w, h = np.log(extent / sides)
        row = np.asarray([y, x, h, w]) * scales
        if rule.box_order == "xywh":
            row = row[[1, 0, 3, 2]]
    boxes = np.zeros((1, len(anchors), 4), np.float32)
    boxes[0, at] = row
    first = int(rule.background is not False)
    scores = np.full((1, len(anchors), 2 + first), -8, np.float32)
    scores[0, at, first + 1] = 3.0
    decoder = SsdDecoder(
        [spec(boxes, "b"), spec(scores, "s")],
        labels=("one", "two"),
        model_size=size,
        options=SsdOptions(anchors=name, activation="sigmoid"),
    )
    frame = Letterbox.fit((2 * size[0], 3 * size[1]), size)
    detections = decoder.decode([boxes, scores], frame)
    assert detections.labels == ("two",)
    pixels = np.tile([2 * size[0], 3 * size[1]], 2)
    expected_box = (box * pixels).clip(0, pixels)
    np.testing.assert_allclose(detections.boxes[0], expected_box, atol=0.02)


def test_points_of_faces_are_relative_to_the_anchors() -> None:
    size = (320, 240)
    tensors, arrays = [], []
    rows = RULES["retinaface"].count(size)
    for name, columns in (("landmarks", 10), ("boxes", 4), ("scores", 2)):
        array = np.zeros((1, rows, columns), np.float32)
        arrays.append(array)
        tensors.append(spec(array, name))
    points, _, scores = arrays
    scores[0, :, 0], scores[0, 101] = 1.0, [0.1, 0.9]
    points[0, 101] = [-1, -2, 1, -2, 0, 0, -1, 2, 1, 2]
    with pytest.raises(UnsupportedModelError, match="retinaface or retinaface-1mb,"):
        SsdDecoder(tensors, model_size=size, options=SsdOptions(activation="none"))
    options = SsdOptions(activation="none", anchors="retinaface")
    decoder = SsdDecoder(tensors, model_size=size, options=options)
    frame = Letterbox.fit((640, 240), size)
    detections = decoder.decode(arrays, frame)
    # Anchor 101: the second, 32 pixels wide, of the cell at x = 10, y = 1.
    np.testing.assert_allclose(detections.boxes, [[2 * 68, 0, 2 * 100, 28]], atol=1e-3)
    assert detections.keypoints is not None
    assert detections.keypoint_labels[0] == "left eye"
    x, y = (
        84 + 3.2 * np.asarray([-1, 1, 0, -1, 1]),
        12 + 3.2 * np.asarray([-2, -2, 0, 2, 2]),
    )
    expected_points = np.stack([2 * x, y], axis=-1)
    np.testing.assert_allclose(detections.keypoints[0], expected_points, atol=1e-3)
    scores[0, 101] = [0.9, 0.1]
    assert decoder.decode(arrays, frame).keypoints is not None


def test_whole_boxes_need_no_anchors() -> None:
    boxes = np.zeros((1, 5, 4), np.float32)
    boxes[0, 3] = BOXES[0][[1, 0, 3, 2]]
    scores = np.zeros((1, 5, 2), np.float32)
    scores[0, 3, 1] = 0.75
    detections = SsdDecoder(
        [spec(scores, "s"), spec(boxes, "b")],
        labels=("cat",),
        model_size=SIZE,
        options=SsdOptions(box_order="yxyx", activation="none"),
    ).decode([scores, boxes], FRAME)
    assert detections.labels == ("cat",)
    np.testing.assert_allclose(detections.boxes, expected()[:1], atol=0.05)


@pytest.mark.parametrize("planes", [False, True])
def test_a_pair_for_each_feature_map_is_one_head(planes: bool) -> None:
    """The same head, whole and cut into feature maps of any order."""
    rng = np.random.default_rng(3)
    scores = rng.normal(-4, 1.5, (1, len(ANCHORS), 4)).astype(np.float32)
    boxes = rng.normal(0, 1, (1, len(ANCHORS), 4)).astype(np.float32)
    options = {"activation": "sigmoid", "max_detections": 500}
    whole = run(boxes, scores, **options)
    assert len(whole) > 20
    tensors, arrays = [], []
    start = 0
    for side, anchors in zip((19, 10, 5, 3, 2, 1), (3, 6, 6, 6, 6, 6), strict=True):
        count = side * side * anchors
        for name, array in (("class", scores), ("box", boxes)):
            part = array[:, start : start + count]
            part = part.reshape(1, side, side, -1) if planes else part
            arrays.append(part)
            tensors.append(spec(part, f"{name}_{side}"))
        start += count
    shuffled = rng.permutation(len(arrays))
    tensors = [tensors[i] for i in shuffled]
    arrays = [arrays[i] for i in shuffled]
    decoder = SsdDecoder(
        tensors, labels=LABELS, model_size=SIZE, options=SsdOptions(**options)
    )
    parts = decoder.decode(arrays, FRAME)
    np.testing.assert_array_equal(parts.boxes, whole.boxes)
    np.testing.assert_array_equal(parts.scores, whole.scores)


def test_anchors_may_be_an_output_as_their_corners() -> None:
    """ST's zoo: corner = anchor's corner + offset x its side, background first."""
    rng = np.random.default_rng(3)
    low = rng.uniform(0.0, 0.5, (6, 2))
    anchors = np.concatenate([low, low + rng.uniform(0.1, 0.4, (6, 2))], axis=1)
    sides = np.tile(anchors[:, 2:] - anchors[:, :2], 2)
    wanted = np.asarray([[0.1, 0.2, 0.4, 0.8], [0.5, 0.5, 0.9, 0.7]])
    offsets = np.zeros((1, 6, 4), np.float32)
    offsets[0, [1, 4]] = (wanted - anchors[[1, 4]]) / sides[[1, 4]]
    scores = np.zeros((1, 6, 4), np.float32)
    scores[..., 0] = 0.9
    scores[0, [1, 4]] = [[0.1, 0.0, 0.0, 0.9], [0.3, 0.7, 0.0, 0.0]]
    outputs = [scores, offsets, anchors[None].astype(np.float32)]
    options = SsdOptions(activation="none", roles="scores,boxes,anchors")
    specs = [spec(output, "Identity") for output in outputs]
    decoder = SsdDecoder(specs, model_size=SIZE, options=options)
    assert decoder.evidence == "the anchors are an output"
    detections = decoder.decode(outputs, FRAME)
    np.testing.assert_allclose(
        detections.boxes, wanted * [600, 300, 600, 300], atol=0.01
    )
    assert detections.class_ids.tolist() == [2, 0]
    twice = SsdOptions(activation="none", roles="scores,anchors,anchors")
    with pytest.raises(UnsupportedModelError, match="are no SSD head"):
        SsdDecoder(specs, model_size=SIZE, options=twice)
    short = [*specs[:2], spec(outputs[2][:, :5], "Identity")]
    with pytest.raises(UnsupportedModelError, match="expected one output 1x6x4"):
        SsdDecoder(short, model_size=SIZE, options=options)


def test_roles_tell_four_classes_from_boxes() -> None:
    boxes, scores = encoded("yxhw"), logits(True)
    unnamed = [spec(boxes, "a"), spec(scores, "b")]
    with pytest.raises(UnsupportedModelError, match="names that say which is which"):
        run(boxes, scores, unnamed, activation="sigmoid")
    detections = run(boxes, scores, unnamed, activation="sigmoid", roles="boxes,scores")
    assert detections.labels == ("kite", "cat")
    feature = np.zeros((1, 19, 19, 64), np.float32)
    more = [spec(feature, "p3"), *unnamed, spec(boxes, "anchors")]
    options = SsdOptions(activation="sigmoid", roles="other,boxes,scores,other")
    decoder = SsdDecoder(more, labels=LABELS, model_size=SIZE, options=options)
    beside = decoder.decode([feature, boxes, scores, boxes], FRAME)
    assert beside.labels == ("kite", "cat")
    with pytest.raises(UnsupportedModelError, match="roles are 1, but the model has 2"):
        run(boxes, scores, unnamed, activation="sigmoid", roles="boxes")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"activation": "relu"}, "No activation 'relu'"),
        ({"activation": "none", "box_order": "abcd"}, "No box order 'abcd'"),
        ({"activation": "none", "box_scales": (0, 1, 1, 1)}, "4 numbers above 0"),
        ({"anchors": "efficientnet"}, "No rule of anchors 'efficientnet'. Did you"),
        (
            {"roles": "boxes,counts"},
            "roles must be boxes, scores, keypoints, anchors",
        ),
    ],
)
def test_wrong_options_say_what_is_known(options: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        run(encoded("yxhw"), logits(True), **options)


def test_the_usual_anchors_of_300_pixels_are_1917() -> None:
    assert ANCHORS.shape == (1917, 4)
    # First cell of the 19 x 19 layer: scale 0.1, then 0.2 twice as wide, twice as high.
    root = np.sqrt(2)
    np.testing.assert_allclose(
        ANCHORS[:3],
        [
            [0.5 / 19, 0.5 / 19, 0.1, 0.1],
            [0.5 / 19, 0.5 / 19, 0.2 * root, 0.2 / root],
            [0.5 / 19, 0.5 / 19, 0.2 / root, 0.2 * root],
        ],
        rtol=1e-6,
    )
    # The last layer is one cell of scale 0.95, its sixth box between 0.95 and 1.
    np.testing.assert_allclose(ANCHORS[-6], [0.5, 0.5, 0.95, 0.95])
    np.testing.assert_allclose(ANCHORS[-1, 2:], np.sqrt(0.95))


def test_anchors_from_options_and_lists() -> None:
    rows, words = anchors_from(
        {"strides": [8], "reduce_lowest": False, "interpolated": False},
        count=4 * 2 * 5,
        model_size=(32, 16),
    )
    assert rows.shape == (40, 4)
    assert words == "computed from the options"
    with pytest.raises(ValueError, match="options that grid_anchors does not take"):
        anchors_from({"stride": 8}, count=1, model_size=(8, 8))
    with pytest.raises(ValueError, match="rows of center x"):
        anchors_from([[1, 2]], count=1, model_size=(8, 8))
