"""Tiles cover the frame, and cut boxes are left to who sees them whole."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.decoders.selection_options import SelectionOptions
from edgevision.runtime.model.base import PictureModel, Stages
from edgevision.runtime.model.tiled import TiledModel, Tiles, merge
from edgevision.runtime.results.detections import Detections
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import UnsupportedModelError


@given(
    st.integers(1, 4000), st.integers(1, 12), st.floats(0, 0.8), st.integers(1, 3000)
)
def test_tiles_cover_the_frame_and_overlap(
    width: int, columns: int, overlap: float, height: int
) -> None:
    cut = Tiles(columns, 1, overlap).cut((width, height))
    assert cut[0][0] == 0
    assert cut[-1][2] == width
    for (x1, y1, x2, y2), following in itertools.pairwise(cut):
        assert (y1, y2) == (0, height)
        assert following[0] <= x2
        assert x2 - following[0] >= overlap * (x2 - x1) - 1.5
    assert len({x2 - x1 for x1, _, x2, _ in cut}) == 1


def test_texts_are_read() -> None:
    assert Tiles.parse("2x3") == Tiles(2, 3, 0.2)
    assert Tiles.parse("2x2:0.35").overlap == 0.35
    assert Tiles.parse("2x2:0").overlap == 0.0
    for text in ("2", "2x", "2x2:", "2x2:1.5", "-1x2"):
        with pytest.raises(ValueError, match="COLUMNSxROWS"):
            Tiles.parse(text)
    with pytest.raises(ValueError, match="1x1 to 256 in all, got 0x2"):
        Tiles.parse("0x2")
    with pytest.raises(ValueError, match=r"must be in 0\.\.0\.9, got 0\.95"):
        Tiles(2, 2, 0.95)


class Eye(PictureModel):
    """A detector that sees the white squares that are large enough in its input."""

    def __init__(self, smallest: float, **options: Any) -> None:
        self.card = ModelCard(
            "eye", "detection", InputCard(100, 100), OutputCard("yolo")
        )
        self.assumptions = ("Squares are white.",)
        self.chosen = Selection(SelectionOptions(**options))
        self.smallest = smallest
        self.views = 0

    @property
    def selection(self) -> Selection:
        return self.chosen

    def look(self, picture: np.ndarray, color: str) -> tuple[Detections, Stages]:
        self.views += 1
        self.color = color
        return self.see(picture), (1.0, 2.0, 4.0, 0.5)

    def see(self, picture: np.ndarray) -> Detections:
        _, _, stats, _ = cv2.connectedComponentsWithStats(picture[:, :, 0].copy())
        boxes = [
            [x, y, x + w, y + h]
            for x, y, w, h, _ in stats[1:]
            if w * 100 / picture.shape[1] >= self.smallest
        ]
        count = len(boxes)
        return Detections(
            np.asarray(boxes, np.float32).reshape(-1, 4),
            np.full(count, 0.5, np.float32),
            np.zeros(count, np.int64),
            ("square",) * count,
        )

    def info(self) -> dict[str, Any]:
        return {"name": "eye"}

    def close(self) -> None:
        self.views = -1


def scene(squares: list[tuple[int, int, int]]) -> np.ndarray:
    image = np.zeros((400, 400, 3), np.uint8)
    for x, y, side in squares:
        image[y : y + side, x : x + side] = 255
    return image


def test_small_objects_are_found_in_tiles_and_once() -> None:
    eye = Eye(smallest=5)
    image = scene([(10, 10, 12), (195, 195, 14), (380, 380, 12)])
    assert not len(eye(image))
    eye.views = 0
    found, stages = TiledModel(eye, Tiles(2, 2, 0.2)).look(image, "rgb")
    assert sorted(found.boxes[:, 0].tolist()) == [10, 195, 380]
    assert eye.views == 5
    assert eye.color == "rgb"
    # What five views took, and merging besides.
    prepare, invoke, decode, refine = stages
    assert (prepare, invoke, refine) == (5.0, 10.0, 2.5)
    assert decode > 20.0


def test_large_objects_are_seen_whole_and_not_in_pieces() -> None:
    found = TiledModel(Eye(smallest=5), "2x2:0.2")(scene([(50, 50, 300)]))
    assert found.boxes.tolist() == [[50, 50, 350, 350]]
    assert found.labels == ("square",)


@pytest.mark.parametrize(("iou_threshold", "count"), [(0.5, 1), (0.7, 2)])
def test_tiles_are_merged_by_the_threshold_of_the_decoder(
    monkeypatch: pytest.MonkeyPatch, iou_threshold: float, count: int
) -> None:
    eye = Eye(smallest=5, iou_threshold=iou_threshold)
    boxes = np.asarray([[100, 100, 200, 200], [100, 100, 200, 260]], np.float32)
    both = Detections(boxes, np.ones(2, np.float32), np.zeros(2, int), ("a", "a"))

    def see(picture: np.ndarray) -> Detections:
        whole = picture.shape[:2] == (400, 400)
        return both if whole else Detections.empty()

    monkeypatch.setattr(eye, "see", see)
    found = TiledModel(eye, Tiles(2, 1, 0.1))(scene([]))
    assert len(found) == count


def test_one_tile_is_one_view() -> None:
    eye = Eye(smallest=5)
    TiledModel(eye, Tiles(1, 1))(scene([]))
    assert eye.views == 1


def test_tiles_say_what_the_detector_says_and_close_it() -> None:
    eye = Eye(smallest=5)
    with TiledModel(eye, Tiles(2, 1)) as tiled:
        assert tiled.info() == {
            "name": "eye",
            "tiles": {"columns": 2, "rows": 1, "overlap": 0.2},
        }
        assert tiled.assumptions == ("Squares are white.",)
        assert tiled.card is eye.card
    assert eye.views == -1


def test_tiles_lie_around_whatever_detects() -> None:
    image = scene([(10, 10, 12)])
    inside = TiledModel(Eye(smallest=5), Tiles(2, 2))
    # Tiles of tiles: a part of a part is large enough for a poorer eye.
    poorer = TiledModel(TiledModel(Eye(smallest=11), Tiles(2, 2, 0)), Tiles(2, 2, 0))
    assert inside(image).boxes.tolist() == poorer(image).boxes.tolist()
    assert not len(TiledModel(Eye(smallest=11), Tiles(2, 2, 0))(image))


def test_only_detectors_have_tiles() -> None:
    eye = Eye(smallest=5)
    eye.card = dataclasses.replace(eye.card, task="classification")
    with pytest.raises(UnsupportedModelError, match="a model for classification"):
        TiledModel(eye, Tiles(2, 2))


def test_merging_keeps_classes_apart_unless_agnostic() -> None:
    box = np.asarray([[0, 0, 10, 10]], np.float32)
    parts = [
        Detections(box, np.asarray([score], np.float32), np.asarray([i]), (str(i),))
        for i, score in enumerate((0.5, 0.9))
    ]
    options = {"iou_threshold": 0.5, "max_detections": 9}
    assert merge(parts, **options).labels == ("1", "0")
    assert merge(parts, agnostic=True, **options).labels == ("1",)


def test_keypoints_move_with_their_objects() -> None:
    class Seeing(Eye):
        def see(self, picture: np.ndarray) -> Detections:
            boxes = super().see(picture)
            middles = (boxes.boxes[:, None, :2] + boxes.boxes[:, None, 2:]) / 2
            return dataclasses.replace(
                boxes,
                keypoints=middles,
                keypoint_labels=("middle",),
                uncut=boxes.boxes - 1,
            )

    tiled = TiledModel(Seeing(5), "2x2:0.3")
    found = tiled(scene([(10, 10, 16), (150, 160, 18)]))
    assert len(found) == 2
    assert found.keypoint_labels == ("middle",)
    middles = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    np.testing.assert_array_equal(found.keypoints[:, 0], middles)
    np.testing.assert_array_equal(found.uncut, found.boxes - 1)
