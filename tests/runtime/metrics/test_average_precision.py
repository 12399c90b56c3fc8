"""Mean average precision against pycocotools and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.metrics.average_precision import mean_average_precision
from edgevision.runtime.metrics.coco import coco_score
from edgevision.runtime.metrics.truth import ANY_CLASS, Truth
from edgevision.runtime.results.detections import Detections


def found(rows: list[list[float]]) -> Detections:
    table = np.asarray(rows, np.float32).reshape(-1, 6)
    ids = table[:, 5].astype(np.int64)
    labels = tuple(map(str, ids))
    return Detections(table[:, :4], table[:, 4], ids, labels)


def truth(rows: list[list[float]]) -> Truth:
    table = np.asarray(rows, np.float32).reshape(-1, 5)
    return Truth(table[:, :4], table[:, 4].astype(np.int64))


def scenes(rng: np.random.Generator, count: int) -> tuple[list, list]:
    results, truths = [], []
    for _ in range(count):
        n = int(rng.integers(0, 8))
        corner = rng.uniform(0, 80, (n, 2))
        boxes = np.c_[corner, corner + rng.uniform(4, 40, (n, 2))]
        ids = rng.integers(0, 3, n)
        truths.append(truth(np.c_[boxes, ids].tolist()))
        extra = int(rng.integers(0, 6))
        again = rng.integers(0, n, extra + n) if n else np.empty(0, int)
        moved = boxes[again] + rng.normal(0, 3, (len(again), 4))
        moved[:, 2:] = np.maximum(moved[:, 2:], moved[:, :2] + 1)
        guess = np.where(rng.random(len(again)) < 0.8, ids[again], 4)
        scores = rng.permutation(1000)[: len(again)] / 1000
        results.append(found(np.c_[moved, scores, guess].tolist()))
    return results, truths


def test_equals_pycocotools(rng: np.random.Generator) -> None:
    pytest.importorskip("pycocotools")
    for limit in (100, 3):
        results, truths = scenes(rng, 25)
        ours = mean_average_precision(results, truths, max_detections=limit)
        theirs = coco_score(results, truths, max_detections=limit)
        assert ours.map50_95 == pytest.approx(theirs.map50_95, abs=2e-4)
        assert ours.map50 == pytest.approx(theirs.map50, abs=2e-4)
        assert ours.map75 == pytest.approx(theirs.map75, abs=2e-4)
        assert ours.by_class == pytest.approx(theirs.by_class, abs=5e-4)


def with_ignored(rng: np.random.Generator, truths: list, share: float) -> list:
    """Return truths of which some are ignored: crowds, difficult ones, of any class."""
    changed = []
    for one in truths:
        out = rng.random(len(one.class_ids)) < share
        ids = np.where(rng.random(out.sum()) < 0.3, ANY_CLASS, one.class_ids[out])
        changed.append(
            Truth(
                one.boxes[~out],
                one.class_ids[~out],
                one.boxes[out],
                ids,
                rng.random(out.sum()) < 0.5,
            )
        )
    return changed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.2, 0.7])
def test_ignored_truths_are_those_of_pycocotools(seed: int, share: float) -> None:
    pytest.importorskip("pycocotools")
    rng = np.random.default_rng(seed)
    results, truths = scenes(rng, 25)
    truths = with_ignored(rng, truths, share)
    for limit in (100, 3):
        ours = mean_average_precision(results, truths, max_detections=limit)
        theirs = coco_score(results, truths, max_detections=limit)
        assert ours.map50_95 == pytest.approx(theirs.map50_95, abs=2e-4)
        assert ours.map50 == pytest.approx(theirs.map50, abs=2e-4)
        assert ours.by_class == pytest.approx(theirs.by_class, abs=5e-4)


def test_what_is_ignored_is_neither_right_nor_wrong() -> None:
    crowd = np.array([[20, 0, 60, 40]], np.float32)
    boxes = [
        found(
            [
                [20, 0, 30, 10, 0.9, 0],  # two in the crowd
                [40, 20, 50, 30, 0.8, 0],
                [0, 0, 10, 10, 0.7, 0],  # the true one
                [20, 0, 30, 10, 0.95, 1],  # in the crowd, of another class
                [0, 20, 10, 30, 0.5, 1],
            ]
        )
    ]
    rows = truth([[0, 0, 10, 10, 0], [0, 20, 10, 30, 1]])
    plain = mean_average_precision(boxes, [rows])
    assert plain.by_class == pytest.approx({0: 1 / 3, 1: 0.5})

    def by_class(class_id: int, is_crowd: bool) -> dict[int, float]:
        ids, crowds = np.array([class_id]), np.array([is_crowd])
        true = Truth(rows.boxes, rows.class_ids, crowd, ids, crowds)
        return mean_average_precision(boxes, [true]).by_class

    assert by_class(0, True) == pytest.approx({0: 1.0, 1: 0.5})
    assert by_class(ANY_CLASS, True) == pytest.approx({0: 1.0, 1: 1.0})
    assert by_class(0, False) == pytest.approx(plain.by_class)  # too small an IoU


def test_a_difficult_one_exempts_one_detection() -> None:
    one = np.array([[20, 0, 30, 10]], np.float32)
    true = Truth(
        np.array([[0, 0, 10, 10]], np.float32),
        np.array([0]),
        one,
        np.array([0]),
        np.array([False]),
    )
    rows = [[20, 0, 30, 10, 0.9, 0], [0, 0, 10, 10, 0.7, 0]]
    assert mean_average_precision([found(rows)], [true]).map50 == pytest.approx(1.0)
    twice = [[20, 0, 30, 10, 0.95, 0], *rows]
    assert mean_average_precision([found(twice)], [true]).map50 == pytest.approx(0.5)


def test_perfect_and_worthless_detectors() -> None:
    true = [truth([[0, 0, 10, 10, 1], [20, 20, 40, 40, 2]])]
    right = [found([[0, 0, 10, 10, 0.9, 1], [20, 20, 40, 40, 0.2, 2]])]
    assert mean_average_precision(right, true).map50_95 == pytest.approx(1.0)
    wrong_class = [found([[0, 0, 10, 10, 0.9, 2]])]
    assert mean_average_precision(wrong_class, true).map50 == 0.0
    assert mean_average_precision([Detections.empty()], true).map50_95 == 0.0
    assert mean_average_precision([], []).to_dict()["map50"] == 0.0


def test_a_false_box_before_the_true_one_halves_precision() -> None:
    true = [truth([[0, 0, 10, 10, 0]])]
    boxes = [found([[50, 50, 60, 60, 0.9, 0], [0, 0, 10, 10, 0.8, 0]])]
    assert mean_average_precision(boxes, true).map50 == pytest.approx(0.5)


def test_numbers_of_pictures_must_agree() -> None:
    for function in (mean_average_precision, coco_score):
        with pytest.raises(ValueError, match="one entry per picture, got 1 and 0"):
            function([Detections.empty()], [])
