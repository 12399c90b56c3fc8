"""Raw SSD heads give boxes that were encoded by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
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


def test_what_is_not_proved_is_asked_for() -> None:
    boxes, scores = encoded("yxhw"), logits(True)
    tensors = [spec(boxes, "boxes"), spec(scores)]
    with pytest.raises(
        UnsupportedModelError, match="--option activation=none, sigmoid"
    ):
        SsdDecoder(tensors, labels=LABELS, model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match="background=true or false"):
        SsdDecoder(
            tensors,
            model_size=SIZE,
            options=SsdOptions(activation="sigmoid"),
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


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"activation": "relu"}, "No activation 'relu'"),
        ({"activation": "none", "box_order": "abcd"}, "No box order 'abcd'"),
        ({"activation": "none", "box_scales": (0, 1, 1, 1)}, "4 numbers above 0"),
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
