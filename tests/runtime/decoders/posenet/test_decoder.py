"""PoseNet's maps lead back to the people that they were made of."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.posenet import PoseNetDecoder, PoseNetOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from support.people_maps import maps_of, standing

from edgevision.errors import UnsupportedModelError

STRIDE, ROWS, COLUMNS = 16, 23, 31
SIZE = (481, 353)
FRAME = Letterbox.fit((962, 706), SIZE)
TWO = [standing(120, 60, 240), standing(330, 80, 200)]


def specs(maps: dict[str, np.ndarray], scale: float = 0.0, zero: int = 0):
    return [
        TensorSpec(f"net/{name}", i, values.shape, values.dtype, scale, zero)
        for i, (name, values) in enumerate(maps.items())
    ]


def decoded(maps: dict[str, np.ndarray], frame: Letterbox = FRAME, **options):
    names = {"forward": "displacement_fwd", "backward": "displacement_bwd"}
    maps = {names.get(name, name): values for name, values in maps.items()}
    decoder = PoseNetDecoder(
        specs(maps), model_size=SIZE, options=PoseNetOptions(**options)
    )
    return decoder.decode(list(maps.values()), frame)


@pytest.fixture(scope="module")
def two() -> dict[str, np.ndarray]:
    return maps_of(TWO, stride=STRIDE, rows=ROWS, columns=COLUMNS)


def test_two_people_are_where_they_were_drawn(two) -> None:
    poses = decoded(two)
    assert len(poses) == 2
    assert poses.scores[0] > poses.scores[1] > 0.5
    # The frame is twice as large as the input.
    np.testing.assert_allclose(poses.keypoints, 2 * np.stack(TWO), atol=0.05)
    assert (poses.keypoint_scores > 0.8).all()
    assert poses.labels[5] == "left shoulder"
    assert poses.skeleton


def test_the_two_vectors_may_be_one_tensor(two) -> None:
    middle = np.concatenate([two["forward"], two["backward"]], axis=3)
    maps = {"m": middle, "h": two["heatmaps"], "o": two["offsets"]}
    np.testing.assert_allclose(
        decoded(maps).keypoints, decoded(two).keypoints, atol=1e-3
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16])
def test_quantized_maps_give_the_same_people(two, dtype) -> None:
    middle = np.concatenate([two["forward"], two["backward"]], axis=3)
    maps = {"h": two["heatmaps"], "o": two["offsets"], "m": middle}
    tensors, outputs = [], []
    for i, (name, values) in enumerate(maps.items()):
        limits = np.iinfo(dtype)
        low, high = float(values.min()), float(values.max())
        scale = (high - low) / (int(limits.max) - int(limits.min))
        zero = int(limits.min) - round(low / scale)
        raw = np.clip(np.rint(values / scale) + zero, limits.min, limits.max)
        tensors.append(TensorSpec(name, i, values.shape, np.dtype(dtype), scale, zero))
        outputs.append(raw.astype(dtype))
    poses = PoseNetDecoder(tensors, model_size=SIZE).decode(outputs, FRAME)
    # The offsets' step is a third of a pixel in 8 bits.
    np.testing.assert_allclose(poses.keypoints, 2 * np.stack(TWO), atol=1.5)


def test_a_person_is_one_however_many_keypoints_could_begin_it(two) -> None:
    # All 34 peaks pass the lowest threshold; each person comes once.
    assert len(decoded(two, keypoint_threshold=0.1)) == 2
    # With a radius that reaches the other person, the better one takes all.
    assert len(decoded(two, nms_radius=400.0)) == 1
    assert len(decoded(two, max_detections=1)) == 1
    assert len(decoded(two, score_threshold=0.99)) == 0


def test_nobody() -> None:
    maps = maps_of([], stride=STRIDE, rows=ROWS, columns=COLUMNS)
    for single in (False, True):
        poses = decoded(maps, single=single)
        assert poses.keypoints.shape == (0, 17, 2)


def test_one_person_is_the_best_place_of_each_keypoint(two) -> None:
    maps = {"h": two["heatmaps"], "o": two["offsets"]}
    for poses in (decoded(maps), decoded(two, single=True)):
        assert len(poses) == 1
        np.testing.assert_allclose(poses.keypoints[0], 2 * TWO[0], atol=0.01)
    # The threshold of one keypoint is not asked.
    assert len(decoded(maps, keypoint_threshold=1.0)) == 1


def test_scores_need_no_sigmoid(two) -> None:
    shares = 1 / (1 + np.exp(-two["heatmaps"]))
    for maps in ({**two, "heatmaps": shares}, {"h": shares, "o": two["offsets"]}):
        poses = decoded(maps, activation="none")
        np.testing.assert_allclose(poses.keypoints[0], 2 * TWO[0], atol=0.05)
        assert poses.scores.max() <= 1


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["heatmaps", "offsets", "forward", "backward"])
def test_what_is_no_number_stays_inside(two, name: str, value: float) -> None:
    maps = {key: values.copy() for key, values in two.items()}
    maps[name][0, 5:12, 4:20] = value
    for single in (False, True):
        poses = decoded(maps, single=single)
        assert np.isfinite(poses.keypoints).all()
        assert ((poses.keypoint_scores >= 0) & (poses.keypoint_scores <= 1)).all()


@pytest.mark.parametrize(
    ("points", "side", "stride"),
    [(9, 257, 32), (17, 257, 16), (33, 257, 8), (33, 513, 16), (33, 512, 16),
     (16, 256, 16), (46, 720, 16), (23, 353, 16)],
)  # fmt: skip
def test_the_stride_follows_from_the_sizes(points, side, stride) -> None:
    maps = {"h": np.zeros((1, points, points, 17), np.float32),
            "o": np.zeros((1, points, points, 34), np.float32)}  # fmt: skip
    decoder = PoseNetDecoder(specs(maps), model_size=(side, side))
    assert decoder.layout.stride == stride


def test_wrong_outputs_are_refused() -> None:
    def maps(*channels: int, points: int = 9) -> list[TensorSpec]:
        return specs(
            {str(i): np.zeros((1, points, points, c)) for i, c in enumerate(channels)}
        )

    def refused(tensors, match, **options):
        with pytest.raises(UnsupportedModelError, match=match):
            PoseNetDecoder(
                tensors, model_size=(257, 257), options=PoseNetOptions(**options)
            )

    refused(maps(17), "17 heatmaps and 34 offsets")
    refused(maps(17, 34, 5), "maps of PoseNet's channels")
    refused(maps(17, 34, points=11), "a grid of 33x33 or 17x17 or 9x9 points")
    refused(maps(17, 34, 32), "each of PoseNet's maps once")
    refused(maps(17, 34, 32, 32), r"roles=heatmaps,offsets,forward,backward")
    refused(maps(17, 34)[:1] + maps(34, points=10), "maps 1xHxWxC of one size")
    decoder = PoseNetDecoder(
        maps(17, 34, 32, 32),
        model_size=(257, 257),
        options=PoseNetOptions(roles="heatmaps,offsets,backward,forward"),
    )
    assert decoder.layout.roles["backward"] == 2
    for roles, match in (
        ("heatmaps,offsets", "each of the 4 outputs once"),
        ("heatmaps,offsets,forward,middle", "which is not the number of middle"),
        ("heatmaps,offsets,forward,back", "No role 'back'"),
    ):
        with pytest.raises(ValueError, match=match):
            PoseNetDecoder(
                maps(17, 34, 32, 32),
                model_size=(257, 257),
                options=PoseNetOptions(roles=roles),
            )
    with pytest.raises(UnsupportedModelError, match="17 names"):
        PoseNetDecoder(maps(17, 34), model_size=(257, 257), labels=("a",))
    with pytest.raises(ValueError, match="nms_radius must be"):
        PoseNetOptions(nms_radius=-1)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"z": (1, ROWS, COLUMNS, 4)}, "expected maps of PoseNet's channels"),
        ({"z": (1, ROWS, COLUMNS, 17)}, "expected each of PoseNet's maps once"),
    ],
)
def test_maps_that_are_none_of_posenet_s_are_no_question(two, more, sentence) -> None:
    """The two maps of 32 channels without a name would be asked for."""
    shapes = {name: values.shape for name, values in two.items()} | more
    tensors = [
        TensorSpec(str(i), i, shape, np.dtype(np.float32))
        for i, shape in enumerate(shapes.values())
    ]
    with pytest.raises(UnsupportedModelError, match=sentence):
        PoseNetDecoder(tensors, model_size=SIZE)
