"""Tiles cover the frame, and cut boxes are left to who sees them whole."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.selection import Selection
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.model.tiled import Tiles, look, merge
from edgevision.runtime.results.detections import Detections
from hypothesis import given
from hypothesis import strategies as st


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


class Eye:
    """A detector that sees the white squares that are large enough in its input."""

    def __init__(self, smallest: float, **options: Any) -> None:
        from edgevision.card import ModelCard, OutputCard

        self.card = ModelCard("eye", "detection", None, OutputCard("yolo"))
        self.decoder = SimpleNamespace(selection=Selection(**options))
        self.smallest = smallest
        self.views = 0

    def prepare(self, image: np.ndarray, *, color: str = "bgr") -> Letterbox:
        self.image = image
        return Letterbox.fit((image.shape[1], image.shape[0]), (100, 100))

    def invoke(self) -> None:
        self.views += 1

    def decode(self, letterbox: Letterbox) -> Any:
        import cv2

        _, _, stats, _ = cv2.connectedComponentsWithStats(self.image[:, :, 0])
        boxes = [
            [x, y, x + w, y + h]
            for x, y, w, h, _ in stats[1:]
            if w * letterbox.ratio[0] >= self.smallest
        ]
        count = len(boxes)
        return Detections(
            np.asarray(boxes, np.float32).reshape(-1, 4),
            np.full(count, 0.5, np.float32),
            np.zeros(count, np.int64),
            ("square",) * count,
        )


def scene(squares: list[tuple[int, int, int]]) -> np.ndarray:
    image = np.zeros((400, 400, 3), np.uint8)
    for x, y, side in squares:
        image[y : y + side, x : x + side] = 255
    return image


def test_small_objects_are_found_in_tiles_and_once() -> None:
    eye = Eye(smallest=5)
    image = scene([(10, 10, 12), (195, 195, 14), (380, 380, 12)])
    assert not len(eye.decode(eye.prepare(image)))
    found, timing = look(eye, image, Tiles(2, 2, 0.2))
    assert sorted(found.boxes[:, 0].tolist()) == [10, 195, 380]
    assert eye.views == 5
    assert timing.invoke_ms >= 0


def test_large_objects_are_seen_whole_and_not_in_pieces() -> None:
    found, _ = look(Eye(smallest=5), scene([(50, 50, 300)]), Tiles(2, 2, 0.2))
    assert found.boxes.tolist() == [[50, 50, 350, 350]]
    assert found.labels == ("square",)


@pytest.mark.parametrize(("iou_threshold", "count"), [(0.5, 1), (0.7, 2)])
def test_tiles_are_merged_by_the_threshold_of_the_decoder(
    monkeypatch: pytest.MonkeyPatch, iou_threshold: float, count: int
) -> None:
    eye = Eye(smallest=5, iou_threshold=iou_threshold)
    boxes = np.asarray([[100, 100, 200, 200], [100, 100, 200, 260]], np.float32)
    both = Detections(boxes, np.ones(2, np.float32), np.zeros(2, int), ("a", "a"))

    def decode(letterbox: Letterbox) -> Detections:
        whole = letterbox.source_size == (400, 400)
        return both if whole else Detections.empty()

    monkeypatch.setattr(eye, "decode", decode)
    found, _ = look(eye, scene([]), Tiles(2, 1, 0.1))
    assert len(found) == count


def test_one_tile_is_one_view() -> None:
    eye = Eye(smallest=5)
    look(eye, scene([]), Tiles(1, 1))
    assert eye.views == 1


def test_merging_keeps_classes_apart_unless_agnostic() -> None:
    box = np.asarray([[0, 0, 10, 10]], np.float32)
    parts = [
        Detections(box, np.asarray([score], np.float32), np.asarray([i]), (str(i),))
        for i, score in enumerate((0.5, 0.9))
    ]
    options = {"iou_threshold": 0.5, "max_detections": 9}
    assert merge(parts, **options).labels == ("1", "0")
    assert merge(parts, agnostic=True, **options).labels == ("1",)
