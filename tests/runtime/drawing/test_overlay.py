"""What is drawn: inside the frame, on a copy or in place, for every result."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.drawing import overlay
from edgevision.runtime.drawing.overlay import draw
from edgevision.runtime.drawing.palette import COLORS, color_of, table, text_color
from edgevision.runtime.results.classifications import Classifications
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.output_image import OutputImage
from edgevision.runtime.results.poses import Poses
from edgevision.runtime.results.segmentation import Segmentation
from edgevision.runtime.results.values import Values


def detections(boxes: list[list[float]], label: str = "traffic light") -> Detections:
    count = len(boxes)
    return Detections(
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.linspace(0.9, 0.5, count).astype(np.float32),
        np.arange(count),
        (label,) * count,
    )


def results(width: int, height: int) -> dict[str, object]:
    mask = np.zeros((height, width), np.uint8)
    mask[height // 2 :] = 4
    return {
        "detections": detections(
            [[0, 0, width, height], [-9, -9, 5, 5], [width - 4, 0, width + 9, 3]]
        ),
        "classes": Classifications(
            np.asarray([3, 1]), np.asarray([0.9, 0.1], np.float32), ("a" * 90, "b")
        ),
        "mask": Segmentation(
            mask, np.asarray([0, 4]), np.asarray([0.5, 0.5], np.float32), ("0", "cat")
        ),
        "poses": Poses(
            np.full((1, 17, 2), width * 2.0, np.float32),
            np.ones((1, 17), np.float32),
            np.ones(1, np.float32),
        ),
        "embedding": Embedding(np.ones(1, np.float32), "Zoë 東京", 0.5),
        "output image": OutputImage(
            np.zeros((4, 5), np.uint8), (width, height), (0, 0, width, height)
        ),
        "values": Values(
            np.asarray([1e9, -0.5, 0.25], np.float32),
            ("angle" * 20, "throttle", "speed"),
            ("deg", "", "km/h"),
            ((0.0, 1.0), (0.0, 1.0), None),
        ),
    }


@pytest.mark.parametrize("size", [(3, 2), (160, 90), (640, 480), (1920, 1080)])
@pytest.mark.parametrize("kind", list(results(8, 8)))
def test_every_result_is_drawn_on_a_copy_of_any_size(
    size: tuple[int, int], kind: str
) -> None:
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    drawn = draw(image, results(*size)[kind])
    assert (image == 90).all()
    assert drawn.shape == image.shape
    if kind != "poses" and size[0] > 3:  # these keypoints lie outside
        assert (drawn != 90).any()


def test_in_place_draws_on_the_picture_itself() -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    result = detections([[10, 30, 60, 80]])
    copied = draw(image, result)
    assert draw(image, result, in_place=True) is image
    np.testing.assert_array_equal(image, copied)


def test_an_embedding_without_a_gallery_and_unknown_results_draw_nothing() -> None:
    image = np.zeros((9, 16, 3), np.uint8)
    assert not draw(image, Embedding(np.ones(2, np.float32))).any()


@pytest.mark.parametrize("size", [(160, 160), (320, 240), (1280, 720)])
def test_labels_stay_inside_and_do_not_cover_each_other(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    pens = []
    original = overlay.Pen

    def remembered(canvas: np.ndarray) -> overlay.Pen:
        pens.append(original(canvas))
        return pens[-1]

    monkeypatch.setattr(overlay, "Pen", remembered)
    width, height = size
    boxes = [
        [0, 0, width / 3, height / 3],
        [2, 2, width / 3, height / 3],
        [width - 20, height - 20, width, height],
        [width - 9, -5, width + 5, 9],
    ]
    draw(np.zeros((height, width, 3), np.uint8), detections(boxes, "cat"))
    tags = pens[0].tags
    assert len(tags) == 4
    for left, top, right, bottom in tags:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
    for i, one in enumerate(tags):
        for other in tags[:i]:
            apart = (
                one[2] <= other[0]
                or other[2] <= one[0]
                or one[3] <= other[1]
                or other[3] <= one[1]
            )
            assert apart


def test_a_box_is_drawn_where_it_lies() -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    drawn = draw(image, detections([[100, 120, 200, 220]]))
    assert tuple(drawn[150, 100]) == color_of(0)
    assert tuple(drawn[150, 199]) == color_of(0)  # half-open: 199 is the last inside
    assert tuple(drawn[219, 150]) == color_of(0)
    assert not drawn[130:200, 110:190].any()


def test_background_is_not_tinted_and_classes_are() -> None:
    image = np.full((60, 80, 3), 100, np.uint8)
    drawn = draw(image, results(80, 60)["mask"], mask_alpha=1.0)
    assert tuple(drawn[50, 70]) == color_of(4)
    assert tuple(drawn[20, 70]) == (100, 100, 100)


def test_a_bar_is_filled_as_far_as_the_value_lies_in_its_range() -> None:
    color = np.asarray(color_of(0))
    filled = []
    for value in (-5.0, 0.0, 25.0, 50.0, 100.0, 300.0):
        result = Values(np.asarray([value], np.float32), ("v",), (), ((0.0, 100.0),))
        drawn = draw(np.zeros((240, 640, 3), np.uint8), result)
        plain = draw(
            np.zeros((240, 640, 3), np.uint8),
            Values(result.values, result.names),
        )
        bar = (drawn != plain).any(axis=2).any(axis=1)
        row = drawn[int(np.flatnonzero(bar)[1])]
        filled.append(int((row == color).all(axis=1).sum()))
    whole = filled[4]
    assert filled[0] == filled[1] == 0
    assert filled[5] == whole > 50
    assert filled[2] == pytest.approx(whole / 4, abs=1)
    assert filled[3] == pytest.approx(whole / 2, abs=1)


def test_a_long_name_gives_way_to_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    monkeypatch.setattr(
        overlay.Pen, "write", lambda self, corner, text, color: texts.append(text)
    )
    draw(
        np.zeros((120, 160, 3), np.uint8),
        Values(np.asarray([12.5], np.float32), ("steering angle " * 9,), ("deg",)),
    )
    assert texts[0].startswith("steer")
    assert texts[0].endswith(". 12.5 deg")


def _seen_without_green(color: tuple[int, int, int]) -> np.ndarray:
    """Simulate deuteranopia (Viénot et al. 1999) in linear light."""
    linear = (np.asarray(color[::-1]) / 255.0) ** 2.2
    matrix = np.asarray(
        [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]
    )
    return (matrix @ linear).clip(0, 1) ** (1 / 2.2) * 255


def test_colours_are_stable_and_apart_for_the_colour_blind() -> None:
    assert color_of(3) == color_of(3) == COLORS[3]
    assert tuple(table()[255]) == color_of(255)
    seen = [_seen_without_green(color) for color in COLORS]
    for i, one in enumerate(seen):
        for other in seen[:i]:
            assert np.linalg.norm(one - other) > 25


def test_text_is_read_on_every_colour() -> None:
    for color in COLORS:
        one, other = np.asarray(color), np.asarray(text_color(color))
        weights = np.asarray([0.114, 0.587, 0.299])
        assert abs(weights @ (one - other)) > 60


def test_in_place_draws_on_views_that_opencv_cannot() -> None:
    found = detections([[4, 4, 30, 30]])
    for view in (np.s_[:, ::-1], np.s_[..., ::-1], np.s_[::2, ::2], np.s_[5:60, 7:60]):
        whole = np.zeros((64, 80, 3), np.uint8)
        part = whole[view]
        expected = draw(part, found)
        assert draw(part, found, in_place=True) is part
        np.testing.assert_array_equal(whole[view], expected)


def test_keypoints_of_a_box_are_dots_in_the_colour_of_their_side():
    picture = np.zeros((200, 200, 3), np.uint8)
    face = Detections(
        np.asarray([[20, 20, 180, 180]], np.float32),
        np.asarray([0.9], np.float32),
        np.asarray([5]),
        ("face",),
        keypoints=np.asarray(
            [[[70, 90], [130, 90], [np.nan, 4], [900, 9]]], np.float32
        ),
        keypoint_labels=("right eye", "left eye", "nose tip", "mouth center"),
    )
    drawn = draw(picture, face)
    right, left = drawn[90, 70].tolist(), drawn[90, 130].tolist()
    assert right == list(COLORS[0])
    assert left == list(COLORS[1])
