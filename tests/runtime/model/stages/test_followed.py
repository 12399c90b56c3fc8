"""Regions that a stream keeps: when the first model rests, and when it looks again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.frame import Frame
from edgevision.runtime.geometry import Regions
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.model import Model, TwoStage
from edgevision.runtime.model.stages.followed import EVERY, FollowedStages, associated
from edgevision.runtime.results import Landmarks
from edgevision.runtime.tensors import TensorSpec
from edgevision.runtime.timing import LatencyTable

from edgevision.card import InputCard, ModelCard, OutputCard

SIZE = (96, 72)
FACE = (20.0, 20.0, 44.0, 44.0)


def spec(shape: tuple[int, ...], dtype: str = "float32") -> TensorSpec:
    return TensorSpec("", 0, shape, np.dtype(dtype))


class Faces:
    """A detector that always says the same box, and a mesh of a bright square.

    Attributes:
        looks: How often the detector ran.
    """

    def __init__(self, **said: Any) -> None:
        self.looks = 0
        width, height = SIZE
        detector = FakeInterpreter(
            [spec((1, height, width, 3), "uint8")],
            [spec(shape) for shape in ((1, 2, 4), (1, 2), (1, 2), (1,))],
            self._detect,
        )
        mesh = FakeInterpreter(
            [spec((1, 48, 48, 3), "uint8")],
            [spec((1, 1404)), spec((1, 1))],
            self._points,
        )
        roles = {"roles": ["boxes", "classes", "scores", "count"]}
        output = OutputCard("ssd-op", roles, ("face",))
        boxes = ModelCard("eye", "detection", InputCard(*SIZE), output)
        points = ModelCard(
            "mesh", "landmarks", InputCard(48, 48), OutputCard("landmarks", {}, ())
        )
        self.pair = Model(boxes, detector).then(Model(points, mesh), **said)

    def _detect(self, _picture: Any) -> tuple[Any, ...]:
        self.looks += 1
        x1, y1, x2, y2 = FACE
        box = [y1 / SIZE[1], x1 / SIZE[0], y2 / SIZE[1], x2 / SIZE[0]]
        boxes = np.asarray([[box, [0, 0, 0, 0]]], np.float32)
        return (
            boxes,
            np.zeros((1, 2), np.float32),
            np.asarray([[0.9, 0]], np.float32),
            np.asarray([1], np.float32),
        )

    @staticmethod
    def _points(crop: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return points on the edges of the bright square, or no presence."""
        rows, columns = np.nonzero(crop[0, :, :, 0] > 100)
        points = np.zeros((468, 3), np.float32)
        if len(rows) < 9:
            return points.reshape(1, -1), np.asarray([[-9]], np.float32)
        left, right = columns.min(), columns.max() + 1
        top, bottom = rows.min(), rows.max() + 1
        points[:, 0] = np.linspace(left, right, 468)
        points[:, 1] = np.linspace(top, bottom, 468)
        # Level eyes.
        points[[33, 263], 1] = (top + bottom) / 2
        points[[33, 263], 0] = left, right
        return points.reshape(1, -1), np.asarray([[9]], np.float32)


def frame(
    index: int, x: float = 20, *, source: str = "cam", seen: bool = True
) -> Frame:
    image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    if seen:
        image[20:44, x : x + 24] = 255
    return Frame(image, 0, index, source)


def test_the_first_model_rests_while_the_second_one_follows() -> None:
    made = Faces()
    stream = made.pair.for_stream()
    assert isinstance(stream, FollowedStages)
    table = LatencyTable()
    for index in range(10):
        result, timing = stream.run(frame(index, 20 + 3 * index))
        table.add(timing)
        assert isinstance(result, Landmarks)
        left = result.boxes[0, 0]
        # The detector always says 20: what moves was followed.
        assert left == pytest.approx(20 + 3 * index, abs=1.5)
        assert timing.is_first_left_out == (index > 0)
        assert ("first_left_out" in timing.to_dict()) == (index > 0)
        assert timing.refine_ms > 0
    assert made.looks == 1
    assert table.to_dict()["first_left_out"] == 9


def test_what_is_lost_is_looked_for_again() -> None:
    made = Faces()
    stream = made.pair.for_stream()
    stream.run(frame(0))
    result, timing = stream.run(frame(1, seen=False))
    assert len(result) == 0  # type: ignore[arg-type]
    assert timing.is_first_left_out
    assert not stream.run(frame(2))[1].is_first_left_out
    assert made.looks == 2
    assert stream.run(frame(3))[1].is_first_left_out


@pytest.mark.parametrize(
    "second",
    [
        frame(1, source="b.jpg"),
        frame(0),
        Frame(np.zeros((9, 9, 3), np.uint8), 0, 1, "cam"),
    ],
)
def test_pictures_that_do_not_follow_each_other_begin_anew(second: Frame) -> None:
    made = Faces()
    stream = made.pair.for_stream()
    stream.run(frame(0))
    assert not stream.run(second)[1].is_first_left_out
    assert made.looks == 2


def test_a_call_stands_alone() -> None:
    made = Faces()
    image = frame(0).image
    made.pair(image)
    made.pair([image, image])
    assert made.looks == 3
    _, timing = made.pair.run(frame(0))
    assert not timing.is_first_left_out


def test_the_first_model_looks_again_now_and_then() -> None:
    made = Faces()
    stream = made.pair.for_stream()
    for index in range(2 * EVERY + 3):
        result, _ = stream.run(frame(index))
        assert len(result) == 1  # type: ignore[arg-type]
    assert made.looks == 3


def test_the_user_says_how_many_are_followed() -> None:
    made = Faces(follow=2)
    stream = made.pair.for_stream()
    for index in range(4):
        stream.run(frame(index))
    # Fewer than two are followed, so the detector runs each time.
    assert made.looks == 4
    never = Faces(follow=0).pair
    assert never.for_stream() is never


def test_landmarks_have_no_labels_to_merge() -> None:
    with pytest.raises(ValueError, match="merge goes with second models that give"):
        Faces(merge="both")


def test_a_third_model_follows_with_the_second() -> None:
    made = Faces()
    card = ModelCard(
        "iris",
        "landmarks",
        InputCard(48, 48),
        OutputCard("landmarks", {"kind": "iris"}, ()),
    )

    def eye(_crop: Any) -> tuple[Any, Any]:
        return np.full((1, 213), 24, np.float32), np.full((1, 15), 24, np.float32)

    net = FakeInterpreter(
        [spec((1, 48, 48, 3), "uint8")], [spec((1, 213)), spec((1, 15))], eye
    )
    both = made.pair.then(Model(card, net))
    assert isinstance(both, TwoStage)
    stream = both.for_stream()
    for index in range(3):
        result, timing = stream.run(frame(index))
        assert timing.is_first_left_out == (index > 0)
        assert isinstance(result, Landmarks)
        assert result.item_labels == ("right eye", "left eye")
        # Between the corners 33 and 133, and 362 and 263, of the mesh above.
        np.testing.assert_allclose(result.points[:, 75, 1], [29.4, 35.3], atol=1)
        assert result.points[0, 75, 0] < result.points[1, 75, 0]
    assert made.looks == 1
    stream.run(frame(0, source="other"))
    assert made.looks == 2


def test_association_is_mediapipes_with_what_is_followed_first() -> None:
    def at(*places: float) -> Regions:
        return Regions.of([(x, 0) for x in places], [(10, 10)] * len(places))

    def places(regions: Regions) -> list[float]:
        return regions.centers[:, 0].tolist()

    # An IoU of 0.5 is a third of the side: 10 - x = 2 x (10 + x) / 4 ...
    assert places(associated(at(0), at(3, 4, 50))) == [0, 4, 50]
    assert places(associated(at(), at(0, 1, 20))) == [0, 20]
    # Two that have come to show one thing: the later one stays.
    assert places(associated(at(0, 1), at())) == [1]
    assert len(associated(at(), at())) == 0
