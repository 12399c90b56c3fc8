"""The points of landmark nets in the frame's pixels."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.landmarks import LandmarksDecoder, LandmarksOptions
from edgevision.runtime.geometry import Letterbox, Regions, RotatedCrop
from edgevision.runtime.interpreter import find_backend
from edgevision.runtime.tensors import TensorSpec
from hypothesis import given, settings
from hypothesis import strategies as st

import edgevision
from edgevision.errors import UnsupportedModelError

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


def test_the_order_of_numbers_and_how_many_a_point_has() -> None:
    xy = np.arange(10, dtype=np.float32).reshape(5, 2) * 10
    for order, values in (("xy", xy), ("yx", xy[:, ::-1]), ("planar", xy.T)):
        points = decoder(10, units="pixel", order=order).decode(
            [values.reshape(1, -1)], FRAME
        )
        np.testing.assert_allclose(
            points.points[0, :, :2], FRAME.points_to_source(xy), atol=1e-4
        )
    xyz = np.arange(15, dtype=np.float32).reshape(5, 3) / 20
    normalized = decoder(15, units="normalized").decode([xyz.reshape(1, -1)], FRAME)
    # z has the scale of x: 200 pixels of the input, each two of the frame.
    np.testing.assert_allclose(normalized.points[0, :, 2], xyz[:, 2] * 400, rtol=1e-6)


@pytest.mark.parametrize(
    ("sizes", "options", "sentence"),
    [
        ((136,), {}, r"units=pixel .* units=normalized .* units=signed"),
        ((42,), {"units": "pixel"}, r"21 points of 2 numbers or 14 points of 3"),
        ((35,), {"units": "pixel"}, r"no whole number of points"),
        ((136, 1), {"units": "pixel"}, r"activation=none or .*activation=sigmoid"),
        ((136, 10), {"units": "pixel"}, r"Pass --option roles"),
        ((1, 63, 1, 63), {}, r"which is points and which is world, or which is pres"),
        ((136,), {"kind": "hand"}, r"not those of a published hand landmark net"),
    ],
)
def test_what_nothing_proves_is_asked_for(sizes, options, sentence) -> None:
    with pytest.raises(UnsupportedModelError, match=sentence):
        decoder(*sizes, **options)


def test_an_answer_to_each_question_is_taken() -> None:
    shapes = {"units": "pixel", "values": 2}
    assert decoder(42, **shapes).kind == "points"
    assert decoder(136, 1, units="pixel", activation="none").kind == "points"
    roles = "presence,points,handedness,world"
    hand = decoder(1, 63, 1, 63, roles=roles)
    assert hand.kind == "hand"
    outputs = [np.ones((1, 1), np.float32), rows(21, (100, 75, 0))]
    outputs += [np.zeros((1, 1), np.float32), rows(21, (0, 0, 0))]
    assert hand.decode(outputs, FRAME).item_labels == ("right hand",)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"roles": "points"}, "roles must be 2 texts"),
        ({"roles": "points,points"}, "each once"),
        ({"roles": "points,presense"}, "Did you mean 'presence'"),
        ({"kind": "hands"}, "Did you mean 'hand'"),
        ({"units": "pixels"}, "Did you mean 'pixel'"),
        ({"order": "zyx"}, "Known: planar, xy, yx"),
        ({"values": 4}, "values must be 2 or 3, got 4"),
        ({"score_threshold": 2.0}, "score_threshold must be in"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        decoder(1404, 1, **options)


@pytest.mark.parametrize(
    ("sizes", "kind", "roles", "sentence"),
    [
        ((100, 1), "hand", "points,presence", r"1x100\) cannot be the points .* 63"),
        ((63, 5), "hand", "points,presence", "cannot be the presence of kind hand"),
        ((63, 1, 60), "hand", "points,presence,world", "cannot be the world"),
        ((195, 1, 60), "pose", "points,presence,heatmap", "a map with 39 channels"),
        ((100, 1), "face", "points,presence", "is 1404 or 1434. Pass kind=points"),
        ((213,), "iris", "points", "kind iris needs an output iris"),
        ((64, 5), "points", "points,presence", "whose number of values is 1"),
    ],
)
def test_roles_that_do_not_fit_the_sizes_are_refused(
    sizes, kind, roles, sentence
) -> None:
    with pytest.raises(ValueError, match=sentence):
        decoder(*sizes, kind=kind, roles=roles)


def test_labels_name_the_points() -> None:
    specs = [spec(10)]
    options = LandmarksOptions(units="pixel")
    names = ("left eye", "right eye", "nose", "left mouth", "right mouth")
    points = LandmarksDecoder(
        specs, labels=names, model_size=(200, 200), options=options
    ).decode([np.zeros((1, 10), np.float32)], FRAME)
    assert points.labels == names
    with pytest.raises(UnsupportedModelError, match="5 points, but there are 2 labels"):
        LandmarksDecoder(
            specs, labels=("a", "b"), model_size=(200, 200), options=options
        )


ATTENTION = {
    "output_mesh_identity": 1404,
    "output_lips": 160,
    "output_left_eye": 142,
    "output_right_eye": 142,
    "output_left_iris": 10,
    "output_right_iris": 10,
    "conv_faceflag": 1,
}


def test_lips_eyes_and_irises_are_laid_into_the_mesh() -> None:
    # Each number is its own place, so that a wrong one cannot hide.
    outputs = []
    for start, size in enumerate(ATTENTION.values()):
        outputs.append(np.arange(size, dtype=np.float32)[None] / 10 + 1000 * start)
    outputs[-1][:] = 5
    frame = Letterbox.fit((192, 192), (192, 192))
    faces = decoder(
        *ATTENTION.values(), names=list(ATTENTION), model_size=(192, 192)
    ).decode(outputs, frame)
    points = faces.points[0]
    mesh, lips, left, _, left_iris, right_iris = (
        one.reshape(-1, 3 if i == 0 else 2) for i, one in enumerate(outputs[:-1])
    )
    assert points.shape == (478, 3)
    # MediaPipe's graph: the first of the lips is 61, the last 407; of the left eye 33.
    np.testing.assert_allclose(points[61, :2], lips[0])
    np.testing.assert_allclose(points[407, :2], lips[79])
    np.testing.assert_allclose(points[33, :2], left[0])
    np.testing.assert_allclose(points[193, :2], left[70])
    np.testing.assert_allclose(points[468:473, :2], left_iris)
    np.testing.assert_allclose(points[473:, :2], right_iris)
    np.testing.assert_allclose(points[1], mesh[1])  # the tip of the nose is the mesh's
    np.testing.assert_allclose(points[:468, 2], mesh[:, 2])
    edge = [33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173]
    np.testing.assert_allclose(points[468:473, 2], mesh[edge, 2].mean(), rtol=1e-6)
    assert len(faces.skeleton) == 132


def test_an_eye_has_its_edge_and_its_iris() -> None:
    outputs = [rows(71, (10, 20, 1)), rows(5, (30, 40, 2))]
    frame = Letterbox.fit((64, 64), (64, 64))
    eyes = decoder(213, 15, model_size=(64, 64)).decode(outputs, frame)
    assert eyes.item_labels == ("eye",)
    assert eyes.labels[71] == "iris center"
    np.testing.assert_allclose(eyes.points[0, [0, 71]], [[10, 20, 1], [30, 40, 2]])
    np.testing.assert_allclose(eyes.scores, [1])


BODY = [(1, 195), (1, 1), (1, 256, 256, 1), (1, 64, 64, 39), (1, 117)]


def body(**options) -> LandmarksDecoder:
    specs = [spec(0, shape=shape) for shape in BODY]
    return LandmarksDecoder(
        specs, model_size=(256, 256), options=LandmarksOptions(**options)
    )


def refined(x: float, y: float, heat: np.ndarray) -> tuple[float, float]:
    """Move one point as MediaPipe's calculator does, cell by cell."""
    column, row = int(x / 256 * 64), int(y / 256 * 64)
    if not (0 <= column < 64 and row >= 0):
        return x, y
    total = best = sum_x = sum_y = 0.0
    for r in range(max(0, row - 3), min(64, row + 4)):
        for c in range(max(0, column - 3), min(64, column + 4)):
            score = 1 / (1 + np.exp(-float(heat[r, c])))
            total, best = total + score, max(best, score)
            sum_x, sum_y = sum_x + c * score, sum_y + r * score
    if best < 0.5 or total <= 0:
        return x, y
    return sum_x / total * 4, sum_y / total * 4


def test_a_body_moves_to_where_its_heatmap_is_bright() -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(-20, 280, (39, 5)).astype(np.float32)
    heat = rng.normal(-4, 3, (1, 64, 64, 39)).astype(np.float32)
    heat[..., 5:9] -= 20  # too dark to move anything
    world = rng.normal(0, 1, (39, 3)).astype(np.float32)
    outputs = [
        values.reshape(1, -1),
        np.full((1, 1), 0.9, np.float32),
        np.zeros((1, 256, 256, 1), np.float32),
        heat,
        world.reshape(1, -1),
    ]
    frame = Letterbox.fit((256, 256), (256, 256))
    people = body().decode(outputs, frame)
    expected = [
        refined(float(x), float(y), heat[0, :, :, i])
        for i, (x, y) in enumerate(values[:35, :2])
    ]
    np.testing.assert_allclose(people.points[0, :, :2], expected[:33], atol=1e-3)
    np.testing.assert_allclose(people.auxiliary[0, :, :2], expected[33:], atol=1e-3)
    np.testing.assert_allclose(people.points[0, :, 2], values[:33, 2], rtol=1e-6)
    np.testing.assert_allclose(
        people.point_scores[0], 1 / (1 + np.exp(-values[:33, 3])), rtol=1e-5
    )
    np.testing.assert_allclose(people.world_points[0], world[:33], rtol=1e-6)
    assert (people.labels[0], people.item_labels) == ("nose", ("person",))
    assert people.masks is None
    masked = body(masks=True).decode(outputs, frame)
    assert masked.masks.whole(0).all()  # each logit is 0: a score of one half
    assert masked.to_dict()["landmarks"][0]["area"] == 1


@given(
    center=st.tuples(st.floats(-50, 700), st.floats(-50, 500)),
    size=st.floats(20, 900),
    angle=st.floats(-np.pi, np.pi),
    mirrored=st.booleans(),
)
@settings(max_examples=50, deadline=None)
def test_points_of_a_turned_region_lie_where_its_map_puts_them(
    center, size, angle, mirrored
) -> None:
    region = Regions.of([center], [[size, size]], [angle], [mirrored])
    crop = RotatedCrop.cut(region, 0, (640, 480), (200, 200))
    outputs = [
        rows(21, (150, 40, 10)),
        np.ones((1, 1), np.float32),
        np.ones((1, 1), np.float32),
        rows(21, (0.3, -0.1, 0.2)),
    ]
    hands = decoder(63, 1, 1, 63).decode(outputs, crop)
    # The region's own axes in the frame: right is turned by the angle.
    right = np.array([np.cos(angle), np.sin(angle)]) * (-1 if mirrored else 1)
    down = np.array([-np.sin(angle), np.cos(angle)])
    share = size / 200
    expected = np.array(center) + (50 * right - 60 * down) * share
    np.testing.assert_allclose(hands.points[0, 0, :2], expected, atol=2e-3)
    np.testing.assert_allclose(hands.points[0, 0, 2], 10 * share / 0.4, rtol=1e-4)
    np.testing.assert_allclose(
        hands.world_points[0, 0, :2], 0.3 * right - 0.1 * down, atol=1e-5
    )
    np.testing.assert_allclose(hands.regions[0], region.corners()[0], atol=1e-2)


def test_quantized_outputs_are_read_as_their_reals() -> None:
    specs = [
        TensorSpec("points", 0, (1, 1404), np.dtype("uint8"), 0.75, 10),
        TensorSpec("presence", 1, (1, 1), np.dtype("int8"), 0.1, 3),
    ]
    raw = np.random.default_rng(0).integers(0, 256, (1, 1404)).astype(np.uint8)
    flag = np.array([[23]], np.int8)  # 2.0
    quantized = LandmarksDecoder(specs, model_size=(200, 200)).decode(
        [raw, flag], FRAME
    )
    reals = [(raw.astype(np.float32) - 10) * 0.75, np.array([[2.0]], np.float32)]
    expected = decoder(1404, 1).decode(reals, FRAME)
    np.testing.assert_allclose(quantized.points, expected.points, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(quantized.scores, expected.scores, rtol=1e-6)


def test_a_point_that_is_not_finite_can_be_shown() -> None:
    values = rows(468, (np.nan, 1, 2))
    values[0, 5] = np.inf
    faces = decoder(1404, 1).decode([values, np.ones((1, 1), np.float32)], FRAME)
    assert np.isfinite(faces.points).all()
    np.testing.assert_allclose(faces.points[0, 0], [0, -100, 0])
    assert not np.shares_memory(faces.points, values)


def answers(path: Path, picture: np.ndarray, side: int) -> list[np.ndarray]:
    """Return a net's raw outputs for a square picture, with the interpreter alone."""
    interpreter = find_backend(None).interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    # Sampled at the corners of pixels, as MediaPipe does it.
    ratio = len(picture) / side
    small = cv2.warpAffine(
        picture,
        np.array([[ratio, 0, 0], [0, ratio, 0]]),
        (side, side),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderValue=(114, 114, 114),
    )
    rgb = small[None, :, :, ::-1].astype(np.float32) / 255
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], rgb)
    interpreter.invoke()
    return [
        interpreter.get_tensor(one["index"]) for one in interpreter.get_output_details()
    ]


# Square parts with a face, by MediaPipe's own detector: left, top and side.
FACES = [("face.jpg", 230, 44, 155), ("grace_hopper.bmp", 123, 99, 291)]


@pytest.mark.parametrize(("name", "left", "top", "side"), FACES)
def test_a_real_face_is_where_the_interpreter_alone_says(
    shared: Path, name: str, left: int, top: int, side: int
) -> None:
    path = shared / "tflite-foreign/mp_face_landmark.tflite"
    picture = cv2.imread(str(shared / "images" / name))
    picture = picture[top : top + side, left : left + side]
    points, flag = answers(path, picture, 192)
    with edgevision.load_model(path) as model:
        faces = model(picture)
    expected = points.reshape(468, 3) * (side / 192)
    assert faces.scores[0] == pytest.approx(1 / (1 + np.exp(-flag.item())), abs=1e-5)
    assert faces.scores[0] > 0.9
    np.testing.assert_allclose(faces.points[0], expected, atol=0.01)
    # The tip of the nose lies between the eyes and the lips.
    eyes, nose, lips = faces.points[0][[33, 1, 13], 1]
    assert eyes < nose < lips


def test_a_real_hand_is_where_the_interpreter_alone_says(shared: Path) -> None:
    path = shared / "tflite-foreign/mp_hand_landmark_lite.tflite"
    picture = cv2.imread(str(shared / "images/squat.bmp"))[182:266, 298:382]
    points, presence, handedness, world = answers(path, picture, 224)
    with edgevision.load_model(path) as model:
        hands = model(picture)
        turned = edgevision.load_model(path, options={"mirrored": False})
        with turned:
            other = turned(picture)
    assert hands.scores[0] == pytest.approx(presence.item(), abs=1e-5)
    label = "left hand" if handedness.item() >= 0.5 else "right hand"
    assert hands.item_labels == (label,)
    assert other.item_labels != hands.item_labels
    expected = points.reshape(21, 3) * (84 / 224) / [1, 1, 0.4]
    np.testing.assert_allclose(hands.points[0], expected, atol=0.01)
    np.testing.assert_allclose(hands.world_points[0], world.reshape(21, 3), atol=1e-6)


def test_a_vector_of_points_asks_for_its_unit(shared: Path) -> None:
    path = shared / "tflite-foreign/kind_landmarks_fc.tflite"
    with pytest.raises(UnsupportedModelError, match="units=normalized"):
        edgevision.load_model(path, task="landmarks", normalize="unit")
    with edgevision.load_model(
        path, task="landmarks", normalize="unit", options={"units": "normalized"}
    ) as model:
        points = model(np.zeros((90, 160, 3), np.uint8))
    assert points.points.shape == (1, 68, 3)
