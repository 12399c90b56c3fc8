"""Suppression against a table that anyone can run, and an O(n^2) oracle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.geometry.boxes import iou
from edgevision.runtime.geometry.suppression import TOLERANCE, nms, soft_nms
from hypothesis import given
from hypothesis import strategies as st

CASES = json.loads((Path(__file__).parent / "nms_cases.json").read_text())["cases"]


def numbers(values: list[Any]) -> list[Any]:
    return [
        numbers(value) if isinstance(value, list) else float(value) for value in values
    ]


def order_of(boxes: Any, scores: Any, ids: Any) -> list[int]:
    """The documented order: score falling, then coordinates, then class."""
    return sorted(
        range(len(scores)), key=lambda i: (-scores[i], *boxes[i].tolist(), ids[i])
    )


def brute_force(boxes: Any, scores: Any, ids: Any, threshold: float) -> list[int]:
    overlap = iou(boxes, boxes)
    alive = np.ones(len(scores), bool)
    kept = []
    for i in order_of(boxes, scores, ids):
        if alive[i]:
            kept.append(i)
            alive &= (overlap[i] <= threshold) | (ids != ids[i])
    return kept


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_published_case(case: dict[str, Any]) -> None:
    boxes = np.asarray(numbers(case["boxes"]), np.float32).reshape(-1, 4)
    ids = None if case.get("agnostic") else np.asarray(case["class_ids"], np.int64)
    kept = nms(
        boxes,
        np.asarray(numbers(case["scores"]), np.float32),
        ids,
        iou_threshold=case["iou_threshold"],
        max_detections=case.get("max_detections"),
    ).tolist()
    if "keep" in case:
        assert kept == case["keep"]
    elif "keep_as_set" in case:
        assert sorted(kept) == sorted(case["keep_as_set"])
    else:
        assert len(kept) == case["keep_count"]


@st.composite
def candidates(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    count = draw(st.integers(0, 14))
    # Quarter pixels: what quantized heads give, exact in float32, full of ties.
    low = draw(st.sampled_from([0, -200]))
    corner = st.integers(low, 200)
    side = st.integers(-4, 120)
    rows = draw(
        st.lists(st.tuples(corner, corner, side, side), min_size=count, max_size=count)
    )
    left = np.asarray(rows, np.float32).reshape(-1, 4) / 4
    boxes = np.concatenate([left[:, :2], left[:, :2] + left[:, 2:]], axis=1)
    levels = st.integers(1, draw(st.sampled_from([3, 255])))
    scores = draw(st.lists(levels, min_size=count, max_size=count))
    class_id = st.sampled_from([0, 1, 7, 79, 10**6, 2**40, -3])
    ids = draw(st.lists(class_id, min_size=count, max_size=count))
    return boxes, np.asarray(scores, np.float32) / 255, np.asarray(ids, np.int64)


@given(candidates(), st.sampled_from([0.0, 0.3, 0.45, 0.5, 0.7, 1.0]))
def test_equals_brute_force(data: tuple[Any, Any, Any], threshold: float) -> None:
    boxes, scores, ids = data
    expected = brute_force(boxes, scores, ids, threshold + TOLERANCE)
    kept = nms(boxes, scores, ids, iou_threshold=threshold)
    assert kept.tolist() == expected
    none = np.zeros_like(ids)
    expected = brute_force(boxes, scores, none, threshold + TOLERANCE)
    assert nms(boxes, scores, iou_threshold=threshold).tolist() == expected


@given(candidates(), st.randoms(use_true_random=False))
def test_order_of_candidates_does_not_matter(
    data: tuple[Any, Any, Any], random: Any
) -> None:
    boxes, scores, ids = data
    shuffled = list(range(len(scores)))
    random.shuffle(shuffled)
    kept = nms(boxes, scores, ids)
    other = nms(boxes[shuffled], scores[shuffled], ids[shuffled])
    for values in (boxes, scores, ids):
        np.testing.assert_array_equal(values[shuffled][other], values[kept])


@given(candidates(), st.integers(0, 8), st.integers(1, 20))
def test_limits_cut_the_whole_answer(
    data: tuple[Any, Any, Any], most: int, cap: int
) -> None:
    boxes, scores, ids = data
    best = np.asarray(order_of(boxes, scores, ids)[:cap], np.int64)
    whole = best[nms(boxes[best], scores[best], ids[best])]
    kept = nms(boxes, scores, ids, max_detections=most, max_candidates=cap)
    np.testing.assert_array_equal(kept, whole[:most])


@pytest.mark.parametrize("classes", [1, 5, 3000])
@pytest.mark.parametrize("levels", [20, 2**20])
@pytest.mark.parametrize("most", [None, 300])
@pytest.mark.parametrize("grid", [0, 40])  # 0: none; 40: edges, and whole boxes, agree
def test_thousands_of_candidates_equal_brute_force(
    rng: np.random.Generator, classes: int, levels: int, most: int | None, grid: int
) -> None:
    count = 1500
    corner = rng.uniform(-100, 1500, (count, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(5, 250, (count, 2))], axis=1)
    if grid:
        boxes = np.rint(boxes / grid) * grid
    boxes = boxes.astype(np.float32)
    scores = (rng.integers(1, levels, count) / levels).astype(np.float32)
    ids = rng.integers(0, classes, count) * 997
    expected = brute_force(boxes, scores, ids, 0.45 + TOLERANCE)
    kept = nms(boxes, scores, ids, iou_threshold=0.45, max_detections=most)
    assert kept.tolist() == expected[:most]


@pytest.mark.parametrize("power", [3, 8, 12, 20, 30, 38])
def test_boxes_of_all_magnitudes_equal_brute_force(
    rng: np.random.Generator, power: int
) -> None:
    for _ in range(20):
        sizes = 10.0 ** rng.uniform(0, power, (6, 1))
        corner = rng.uniform(-1, 1, (6, 2)) * sizes
        boxes = np.c_[corner, corner + rng.uniform(0.1, 1, (6, 2)) * sizes]
        near = boxes + rng.uniform(-0.1, 0.1, (6, 4)) * sizes
        both = np.r_[boxes, near].astype(np.float32)
        scores = (rng.permutation(12) / 12).astype(np.float32)
        ids = np.tile(rng.integers(0, 3, 6), 2)
        kept = nms(both, scores, ids).tolist()
        assert kept == brute_force(both, scores, ids, 0.5)
        assert nms(both, scores, ids, max_detections=3).tolist() == kept[:3]


def test_what_float32_cannot_hold_is_dropped_without_a_warning() -> None:
    boxes = np.array([[0, 0, 1e39, 1e39], [0, 0, 1, 1], [0, 0, 3e38, 3e38]])
    assert nms(boxes, [0.9, 0.8, 0.7]).tolist() == [1, 2]
    assert soft_nms(boxes, [0.9, 0.8, 0.7])[0].tolist() == [1, 2]


def test_ten_thousand_candidates_all_apart_stay() -> None:
    x, y = np.meshgrid(np.arange(100), np.arange(100))
    low = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32) * 10
    boxes = np.concatenate([low, low + 10], axis=1)
    scores = np.linspace(1, 0.1, 10_000).astype(np.float32)
    kept = nms(boxes, scores, np.zeros(10_000, np.int64), iou_threshold=0.1)
    np.testing.assert_array_equal(kept, np.arange(10_000))


def test_soft_nms_lowers_scores_as_the_paper_says() -> None:
    boxes = np.asarray([[0, 0, 10, 10], [0, 0, 10, 5], [50, 50, 60, 60]], np.float32)
    scores = np.asarray([0.9, 0.8, 0.7], np.float32)
    kept, lowered = soft_nms(boxes, scores, np.zeros(3, np.int64), sigma=0.5)
    assert kept.tolist() == [0, 2, 1]
    lower = 0.8 * np.exp(-(0.5**2) / 0.5)
    np.testing.assert_allclose(lowered, [0.9, 0.7, lower], rtol=1e-6)
    kept, _ = soft_nms(boxes, scores, np.asarray([0, 1, 0]), max_detections=2)
    assert kept.tolist() == [0, 1]
    kept, _ = soft_nms(boxes, scores, score_threshold=0.6)
    assert kept.tolist() == [0, 2]


@given(candidates())
def test_soft_nms_equals_brute_force(data: tuple[Any, Any, Any]) -> None:
    boxes, scores, ids = data
    overlap = iou(boxes, boxes)
    left = {i: float(scores[i]) for i in order_of(boxes, scores, ids)}
    expected = []
    while left:
        best = max(left, key=lambda i: left[i])  # the first of equals
        score = left.pop(best)
        if score < 0.05:
            break
        expected.append((best, score))
        for i in left:
            if ids[i] == ids[best]:
                left[i] *= np.exp(-(overlap[best, i] ** 2) / 0.5)
    kept, lowered = soft_nms(boxes, scores, ids, score_threshold=0.05)
    assert kept.tolist() == [i for i, _ in expected]
    np.testing.assert_allclose(lowered, [s for _, s in expected], rtol=1e-5)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"boxes": np.zeros((2, 5))}, r"boxes must have shape \(N, 4\), got \(2, 5\)"),
        ({"scores": np.zeros(3)}, r"scores must have shape \(2,\), got \(3,\)"),
        ({"class_ids": np.zeros(3, int)}, r"class_ids must have shape \(2,\)"),
        ({"class_ids": np.zeros(2)}, "class_ids must be integers, got float64"),
        ({"iou_threshold": 45}, r"iou_threshold must be in 0\.\.1, got 45"),
        ({"max_candidates": 0}, "max_candidates must be at least 1, got 0"),
        ({"max_detections": -1}, "max_detections must not be negative, got -1"),
    ],
)
def test_wrong_calls_say_what_is_wrong(change: dict[str, Any], sentence: str) -> None:
    call = {"boxes": np.zeros((2, 4)), "scores": np.zeros(2), **change}
    with pytest.raises(ValueError, match=sentence):
        nms(call.pop("boxes"), call.pop("scores"), **call)
    with pytest.raises(ValueError, match="sigma must be above 0, got 0"):
        soft_nms(np.zeros((0, 4)), np.zeros(0), sigma=0)
