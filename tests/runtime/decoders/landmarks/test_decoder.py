"""The points of landmark nets in the frame's pixels."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.landmarks import LandmarksDecoder, LandmarksOptions
from edgevision.runtime.geometry import Letterbox
from edgevision.runtime.tensors import TensorSpec

F32 = np.dtype("float32")
FRAME = Letterbox.fit((400, 200), (200, 200), resize="letterbox")


def spec(size: int, name: str = "", shape: tuple[int, ...] = ()) -> TensorSpec:
    return TensorSpec(name, 0, shape or (1, size), F32)


def decoder(
    *sizes: int, model_size=(200, 200), names=(), **options
) -> LandmarksDecoder:
    names = names or [""] * len(sizes)
    return LandmarksDecoder(
        [spec(size, name) for size, name in zip(sizes, names, strict=True)],
        model_size=model_size,
        options=LandmarksOptions(**options),
    )


def rows(count: int, first: tuple[float, ...]) -> np.ndarray:
    values = np.full((count, len(first)), 7, np.float32)
    values[0] = first
    return values.reshape(1, -1)


def test_a_face_lies_in_the_frame_with_its_depth_on_the_same_scale() -> None:
    # 400x200 into 200x200: the ratio is 0.5, and the picture begins at row 50.
    faces = decoder(1404, 1).decode(
        [rows(468, (100, 75, -10)), np.zeros((1, 1), np.float32)], FRAME
    )
    assert (len(faces), faces.item_labels) == (1, ("face",))
    np.testing.assert_allclose(faces.points[0, 0], [200, 50, -20])
    np.testing.assert_allclose(faces.scores, [0.5])  # the presence is a logit
    np.testing.assert_allclose(
        faces.regions[0], [[0, -100], [400, -100], [400, 300], [0, 300]]
    )


@pytest.mark.parametrize("logit", [-0.1, -50.0, np.nan])
def test_what_is_not_there_is_left_out(logit: float) -> None:
    outputs = [rows(468, (1, 2, 3)), np.full((1, 1), logit, np.float32)]
    faces = decoder(1404, 1).decode(outputs, FRAME)
    assert len(faces) == 0
    assert faces.to_dict() == {"landmarks": []}


@pytest.mark.parametrize(
    ("handedness", "mirrored", "label"),
    [
        (0.9, True, "left hand"),
        (0.1, True, "right hand"),
        (0.9, False, "right hand"),
        (0.1, False, "left hand"),
    ],
)
def test_a_hand_is_left_or_right(handedness, mirrored, label) -> None:
    hands = decoder(63, 1, 1, 63, mirrored=mirrored).decode(
        [
            rows(21, (100, 75, -10)),
            np.full((1, 1), 0.75, np.float32),
            np.full((1, 1), handedness, np.float32),
            rows(21, (0.5, 0.25, 0.125)),
        ],
        FRAME,
    )
    assert hands.item_labels == (label,)
    assert hands.labels[0] == "wrist"
    # MediaPipe divides a hand's z by 0.4.
    np.testing.assert_allclose(hands.points[0, 0], [200, 50, -50])
    np.testing.assert_allclose(hands.world_points[0, 0], [0.5, 0.25, 0.125])


@pytest.mark.parametrize(
    ("units", "values"),
    [("pixel", (50, 100)), ("normalized", (0.25, 0.5)), ("signed", (-0.5, 0.0))],
)
def test_a_vector_of_points_in_any_unit(
    units: str, values: tuple[float, float]
) -> None:
    points = decoder(136, units=units).decode([rows(68, values)], FRAME)
    np.testing.assert_allclose(points.points[0, 0], [100, 100, 0])
    assert points.points.shape == (1, 68, 3)
