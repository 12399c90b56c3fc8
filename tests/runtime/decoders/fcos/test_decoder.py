"""FCOS heads give boxes that were encoded by hand, whatever the numbers' type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.factory import make_decoder
from edgevision.runtime.decoders.fcos.anchor_free_grid import Cells
from edgevision.runtime.decoders.fcos.decoder import FcosDecoder, FcosOptions
from edgevision.runtime.decoders.registry import DECODERS
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.geometry.suppression import nms
from edgevision.runtime.tensors.quantization import quantize
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import UnsupportedModelError

SIZE = (64, 48)
STRIDES = (8, 16)
FRAME = Letterbox.fit((128, 96), SIZE)
LABELS = ("cat", "dog", "kite")
COUNT = 8 * 6 + 4 * 3

# Column, row and stride of three cells, what they say, and the box in the input.
SAID = [
    ((2, 3, 8), 1, 0.9, (1.0, 0.5, 1.5, 2.0), (12.0, 24.0, 32.0, 44.0)),
    ((1, 1, 16), 0, 0.8, (0.5, 1.0, 1.0, 1.0), (16.0, 8.0, 40.0, 40.0)),
    ((7, 5, 8), 2, 0.6, (0.25, 0.25, 2.0, 2.0), (58.0, 42.0, 64.0, 48.0)),
]


def position(column: int, row: int, stride: int) -> int:
    return row * 8 + column if stride == 8 else 48 + row * 4 + column


def head() -> tuple[np.ndarray, np.ndarray]:
    scores = np.full((1, COUNT, 3), 0.01, np.float32)
    distances = np.full((1, COUNT, 4), 1.0, np.float32)
    for cell, class_id, score, reach, _ in SAID:
        scores[0, position(*cell), class_id] = score
        distances[0, position(*cell)] = reach
    return scores, distances


def spec(
    array: np.ndarray, name: str = "", scale: float = 0.0, zero_point: int = 0
) -> TensorSpec:
    return TensorSpec(name, 0, array.shape, array.dtype, scale, zero_point)


def run(outputs: Any, specs: Any = None, labels: Any = LABELS, **options: Any) -> Any:
    specs = specs or [spec(item) for item in outputs]
    options = {"strides": STRIDES, **options}
    return FcosDecoder(
        specs,
        labels=labels,
        model_size=SIZE,
        options=FcosOptions(**options),
    ).decode(outputs, FRAME)


@pytest.mark.parametrize("turned", [False, True])
def test_boxes_by_hand(turned: bool) -> None:
    outputs = list(head())
    found = run(outputs[::-1] if turned else outputs)
    assert found.labels == ("dog", "cat", "kite")
    np.testing.assert_allclose(found.scores, [0.9, 0.8, 0.6], rtol=1e-6)
    expected = np.array([box for *_, box in SAID]) * 2  # the frame is twice as large
    np.testing.assert_allclose(found.boxes, expected, atol=1e-4)


@pytest.mark.parametrize(
    ("dtype", "zero_points"), [("int8", (-128, -128)), ("uint8", (0, 0))]
)
def test_integers_give_the_boxes_of_their_reals(
    dtype: str, zero_points: tuple[int, int]
) -> None:
    scores, distances = head()
    kind = np.dtype(dtype)
    specs = [
        TensorSpec("", 0, scores.shape, kind, 1 / 256, zero_points[0]),
        TensorSpec("", 1, distances.shape, kind, 0.01, zero_points[1]),
    ]
    raw = [
        quantize(array, item.scale, item.zero_point, kind)
        for array, item in zip((scores, distances), specs, strict=True)
    ]
    found = run(raw, specs)
    assert found.labels == ("dog", "cat", "kite")
    np.testing.assert_allclose(found.scores, [0.9, 0.8, 0.6], atol=1 / 256)
    expected = np.array([box for *_, box in SAID]) * 2
    np.testing.assert_allclose(found.boxes, expected, atol=0.01 * 16 * 2)


@given(
    seed=st.integers(0, 10_000),
    threshold=st.floats(0.05, 0.95),
    activation=st.sampled_from(["none", "sigmoid"]),
    quantized=st.booleans(),
)
def test_any_head_is_what_a_plain_loop_says(
    seed: int, threshold: float, activation: str, quantized: bool
) -> None:
    rng = np.random.default_rng(seed)
    if quantized:
        scores = rng.integers(-128, 128, (1, COUNT, 3)).astype(np.int8)
        distances = rng.integers(-128, 128, (1, COUNT, 4)).astype(np.int8)
        scale = 1 / 256 if activation == "none" else 0.05
        specs = [spec(scores, "", scale, -128), spec(distances, "", 0.02, -128)]
    else:
        high = 1.0 if activation == "none" else 4.0
        scores = rng.uniform(0, high, (1, COUNT, 3)).astype(np.float32)
        distances = rng.uniform(0, 4, (1, COUNT, 4)).astype(np.float32)
        specs = [spec(scores), spec(distances)]
    boxes, values, class_ids = [], [], []
    for i in range(COUNT):
        stride = 8 if i < 48 else 16
        column, row = (i % 8, i // 8) if i < 48 else ((i - 48) % 4, (i - 48) // 4)
        reals = [
            (item.astype(np.float64) - s.zero_point) * (s.scale or 1)
            for item, s in zip((scores[0, i], distances[0, i]), specs, strict=True)
        ]
        if activation == "sigmoid":
            reals[0] = 1 / (1 + np.exp(-reals[0]))
        best = int(np.argmax(reals[0]))
        if reals[0][best] < threshold + 1e-6:
            continue
        x, y = (column + 0.5) * stride, (row + 0.5) * stride
        left, top, right, bottom = reals[1] * stride
        boxes.append([x - left, y - top, x + right, y + bottom])
        values.append(reals[0][best])
        class_ids.append(best)
    found = run(
        [scores, distances],
        specs,
        activation=activation,
        score_threshold=threshold + 1e-6,
        max_detections=1000,
    )
    order = nms(
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.asarray(values, np.float32),
        np.asarray(class_ids, np.int64),
        iou_threshold=0.5,
        max_detections=1000,
    )
    # A score that lies on the threshold may fall to either side in 32 bits.
    assert abs(len(found) - len(order)) <= 1
    if len(found) == len(order):
        np.testing.assert_allclose(
            np.sort(found.scores), np.sort(np.asarray(values)[order]), atol=1e-5
        )


def test_what_is_no_number_is_dropped() -> None:
    scores, distances = head()
    scores[0, 5] = np.nan
    distances[0, position(2, 3, 8), 2] = np.inf
    found = run([scores, distances])
    assert found.labels == ("cat", "kite")


def test_nothing_above_the_threshold_is_an_empty_result() -> None:
    scores, distances = head()
    assert len(run([scores * 0.1, distances])) == 0


def test_logits_are_told_apart_from_scores() -> None:
    scores, distances = head()
    with pytest.raises(UnsupportedModelError, match="activation=sigmoid"):
        run([scores * 10, distances])


@pytest.mark.parametrize(
    ("shapes", "options", "sentence"),
    [
        ([(1, COUNT, 3)], {}, "scores 1xNxC and distances 1xNx4; the model has 1x60x3"),
        ([(1, COUNT, 3), (1, 59, 4)], {}, "the model has 1x60x3, 1x59x4"),
        ([(1, COUNT, 3), (1, COUNT, 5)], {}, "the model has"),
        ([(1, COUNT, 3), (1, COUNT, 4)], {"strides": None}, "do not show its stri"),
        (
            [(1, COUNT, 3), (1, COUNT, 4)],
            {"strides": (8,)},
            r"60 cells, but strides \[8\] give 48 at 64x48",
        ),
        ([(1, COUNT, 3), (1, COUNT, 4)], {"labels": ("a",)}, "3 classes, but .* 1 lab"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    shapes: Any, options: Any, sentence: str
) -> None:
    outputs = [np.zeros(shape, np.float32) for shape in shapes]
    with pytest.raises(UnsupportedModelError, match=sentence):
        run(outputs, **options)


@pytest.mark.parametrize("strides", [[], [16, 8], [8, 8], [0], [8.0], "816"])
def test_strides_are_rising_integers(strides: Any) -> None:
    with pytest.raises(ValueError, match="rising integers above 0"):
        Cells.of(SIZE, strides)


def test_a_card_names_it() -> None:
    card = ModelCard(
        "net",
        "detection",
        InputCard(*SIZE),
        OutputCard("fcos", {"strides": list(STRIDES)}, LABELS),
    )
    decoder = make_decoder(
        ModelCard.from_json(card.to_json()), [spec(item) for item in head()]
    )
    assert len(decoder.decode(head(), FRAME)) == 3
    assert "fcos" in DECODERS


def test_cells_that_do_not_fit_evenly_have_one_more() -> None:
    cells = Cells.of((20, 9), (8,))
    np.testing.assert_array_equal(cells.x, [4, 12, 20, 4, 12, 20])
    np.testing.assert_array_equal(cells.y, [4, 4, 4, 12, 12, 12])
