"""Maps of classes back in the frame's size, from every kind of output."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.segmentation import (
    SegmentationDecoder,
    SegmentationOptions,
    enlarged,
)
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (32, 16)


def truth() -> np.ndarray:
    """Class 2 in the upper left quarter, class 1 below it, else background."""
    classes = np.zeros((16, 32), np.int64)
    classes[:8, :16], classes[8:, :16] = 2, 1
    return classes


def spec(array: np.ndarray, scale: float = 0.0, zero_point: int = 0) -> TensorSpec:
    return TensorSpec("ArgMax", 0, array.shape, array.dtype, scale, zero_point)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8", "int8", "int16"])
@pytest.mark.parametrize("with_axis", [False, True])
def test_class_ids_of_any_integer_type(dtype: str, with_axis: bool) -> None:
    raw = truth()[None].astype(dtype)
    raw = raw[..., None] if with_axis else raw
    decoder = SegmentationDecoder(
        [spec(raw)], labels=("none", "cat", "dog"), model_size=SIZE
    )
    found = decoder.decode([raw], Letterbox.fit((64, 32), SIZE))
    expected = truth().repeat(2, axis=0).repeat(2, axis=1)
    np.testing.assert_array_equal(found.mask, expected)
    assert found.mask.dtype == np.uint8
    assert found.class_ids.tolist() == [0, 1, 2]
    assert found.labels == ("none", "cat", "dog")
    np.testing.assert_allclose(found.areas, [0.5, 0.25, 0.25])
    assert not np.shares_memory(found.mask, raw)


@pytest.mark.parametrize("dtype", ["float32", "int8", "uint8", "int16"])
@pytest.mark.parametrize("channel_first", [False, True])
def test_the_largest_score_wins(
    rng: np.random.Generator, dtype: str, channel_first: bool
) -> None:
    scores = rng.uniform(0, 50, (16, 32, 3))
    np.put_along_axis(scores, truth()[..., None], 90.0, axis=2)
    raw = scores.transpose(2, 0, 1) if channel_first else scores
    raw = raw[None].astype(dtype)
    decoder = SegmentationDecoder(
        [spec(raw, 0.5, -3)],
        model_size=SIZE,
        options=SegmentationOptions(channel_first=channel_first),
    )
    found = decoder.decode([raw], Letterbox.fit(SIZE, SIZE))
    np.testing.assert_array_equal(found.mask, truth())


def test_channels_that_come_first_are_not_taken_for_rows() -> None:
    raw = np.zeros((1, 3, 8, 16), np.float32)  # of 32 x 16 pixels: 16 x 8 cells
    with pytest.raises(UnsupportedModelError, match="channel_first=true"):
        SegmentationDecoder([spec(raw)], model_size=SIZE)
    SegmentationDecoder(
        [spec(raw)], model_size=SIZE, options=SegmentationOptions(channel_first=True)
    )
    SegmentationDecoder([spec(raw.transpose(0, 2, 3, 1))], model_size=SIZE)


def test_small_scores_are_interpolated() -> None:
    raw = np.zeros((1, 4, 8, 2), np.float32)
    raw[..., 1] = np.linspace(-1, 1, 8)
    decoder = SegmentationDecoder([spec(raw)], model_size=SIZE)
    found = decoder.decode([raw], Letterbox.fit(SIZE, SIZE))
    assert found.mask.shape == (16, 32)
    np.testing.assert_array_equal(found.mask[:, :15], 0)
    np.testing.assert_array_equal(found.mask[:, 17:], 1)


@pytest.mark.parametrize(
    ("dtype", "scale", "zero_point"), [("float32", 0, 0), ("int8", 1 / 255, -128)]
)
def test_one_channel_of_scores_is_cut_at_the_threshold(
    dtype: str, scale: float, zero_point: int
) -> None:
    reals = np.linspace(0, 1, 16 * 32).reshape(1, 16, 32, 1)
    raw = reals.astype(dtype)
    if scale:
        raw = (np.rint(reals / scale) + zero_point).astype(dtype)
    decoder = SegmentationDecoder(
        [spec(raw, scale, zero_point)],
        model_size=SIZE,
        options=SegmentationOptions(threshold=0.75),
    )
    found = decoder.decode([raw], Letterbox.fit(SIZE, SIZE))
    assert abs(found.pixels(1).mean() - 0.25) < 0.01


def test_padding_is_cut_off_and_what_was_cropped_is_background() -> None:
    raw = np.full((1, 16, 32), 7, np.int32)
    raw[:, :, 8:24] = truth()[:, :16]  # the picture fills the middle
    decoder = SegmentationDecoder([spec(raw)], model_size=SIZE)
    boxed = Letterbox.fit((160, 160), SIZE, resize="letterbox")
    found = decoder.decode([raw], boxed)
    assert found.mask.shape == (160, 160)
    assert set(found.class_ids.tolist()) == {1, 2}
    cropped = Letterbox.fit((100, 100), SIZE, resize="center-crop")
    found = decoder.decode([raw], cropped)
    assert found.mask.shape == (100, 100)
    np.testing.assert_array_equal(found.mask[:24], 0)


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        ([(1, 8, 8), (1, 4)], "has one output, this one has 2"),
        ([(1, 1001)], "expected class_ids 1xHxW"),
    ],
)
def test_wrong_outputs_are_refused_when_opened(
    shapes: list[tuple[int, ...]], sentence: str
) -> None:
    tensors = [TensorSpec("x", 0, shape, np.dtype(np.int32)) for shape in shapes]
    with pytest.raises(UnsupportedModelError, match=sentence):
        SegmentationDecoder(tensors, model_size=SIZE)


def test_too_few_labels_and_impossible_classes_are_refused() -> None:
    scores = TensorSpec("x", 0, (1, 8, 8, 5), np.dtype(np.float32))
    with pytest.raises(UnsupportedModelError, match="5 classes, but there are 2"):
        SegmentationDecoder([scores], labels=("a", "b"), model_size=(8, 8))
    raw = np.full((1, 8, 8), -1, np.int32)
    decoder = SegmentationDecoder([spec(raw)], model_size=(8, 8))
    with pytest.raises(UnsupportedModelError, match="holds class -1"):
        decoder.decode([raw], Letterbox.fit((8, 8), (8, 8)))


def test_real_model_finds_the_bird(shared: Path) -> None:
    from support.bare import BareModel

    model = BareModel(shared / "models/deeplabv3_mnv2_dm05_pascal_quant.tflite")
    labels = (shared / "models/pascal_voc_segmentation_labels.txt").read_text()
    decoder = SegmentationDecoder(
        model.outputs, labels=tuple(labels.split("\n")[:21]), model_size=model.size
    )
    found = decoder.decode(*model.run(shared / "images/bird_segmentation.bmp"))
    assert found.labels[:2] == ("background", "bird")
    path = shared / "images/bird_segmentation_mask.bmp"
    bird = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) == 3
    seen = found.pixels(3)
    assert (bird & seen).sum() / (bird | seen).sum() >= 0.80


@pytest.mark.parametrize("resize", ["stretch", "letterbox"])
@pytest.mark.parametrize("frame", [(101, 33), (7, 50), (1, 1), (33, 19)])
@pytest.mark.parametrize("shape", [(16, 32), (8, 16), (5, 7)])
def test_every_pixel_shows_the_cell_under_its_middle(
    frame: tuple[int, int], shape: tuple[int, int], resize: str
) -> None:
    raw = np.arange(shape[0] * shape[1], dtype=np.int32).reshape(1, *shape)
    letterbox = Letterbox.fit(frame, SIZE, resize=resize)
    found = SegmentationDecoder([spec(raw)], model_size=SIZE).decode([raw], letterbox)
    for y in range(frame[1]):
        for x in range(frame[0]):
            u, v = letterbox.points_to_model([x + 0.5, y + 0.5]).astype(float)
            at = u * shape[1] / SIZE[0], v * shape[0] / SIZE[1]
            if min(abs(value - round(value)) for value in at) > 1e-4:
                assert found.mask[y, x] == raw[0, int(at[1]), int(at[0])]


@pytest.mark.parametrize("channels", [1, 2, 128, 129, 150, 300])
def test_scores_of_any_number_of_classes_are_enlarged_alike(
    channels: int, rng: np.random.Generator
) -> None:
    scores = rng.integers(-100, 100, (4, 5, channels), np.int8)
    larger = enlarged(scores, (13, 9))
    assert larger.shape == (9, 13, channels)
    for i in (0, channels - 1):
        alone = cv2.resize(scores[:, :, i].astype(np.float32), (13, 9))
        np.testing.assert_allclose(larger[:, :, i], alone, atol=1e-4)


def test_a_segmenter_of_150_classes_is_decoded() -> None:
    raw = np.zeros((1, 4, 4, 150), np.float32)
    raw[..., 149] = 1
    letterbox = Letterbox.fit((20, 10), SIZE)
    found = SegmentationDecoder([spec(raw)], model_size=SIZE).decode([raw], letterbox)
    assert (found.mask == 149).all()


@pytest.mark.parametrize("dtype", ["float32", "float16", "int8", "uint8", "int16"])
def test_logits_are_cut_where_their_score_is_the_threshold(dtype: str) -> None:
    """The sigmoid of 0 is one half; logits just below must not count."""
    values = np.array([-3, -0.001, 0, 0.001, 1.5, 3]).reshape(1, 1, 6, 1)
    scale, zero = 0.0, 0
    if dtype in ("int8", "uint8", "int16"):
        scale, zero = (0.001, 0) if dtype == "int16" else (0.025, 128)
        zero = 0 if dtype in ("int8", "int16") else zero
        raw = np.rint(values / scale + zero).astype(dtype)
        values = (raw.astype(np.float64) - zero) * scale
    else:
        raw = values.astype(dtype)
    for threshold in (0.5, 0.8):
        options = SegmentationOptions(activation="sigmoid", threshold=threshold)
        decoder = SegmentationDecoder(
            [spec(raw, scale, zero)], model_size=(6, 1), options=options
        )
        result = decoder.decode([raw], Letterbox.fit((6, 1), (6, 1)))
        expected = 1 / (1 + np.exp(-values.astype(np.float64))) >= threshold
        np.testing.assert_array_equal(result.mask[0], expected.reshape(-1))


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ((), ("1", "0")),
        (("road",), ("road", "background")),
        (("sky", "road"), ("road", "sky")),
    ],
)
def test_one_label_is_that_of_the_thing(labels: tuple, names: tuple) -> None:
    raw = np.array([0.9, 0.9, 0.1], np.float32).reshape(1, 1, 3, 1)
    decoder = SegmentationDecoder([spec(raw)], labels=labels, model_size=(3, 1))
    assert decoder.class_count == 2
    result = decoder.decode([raw], Letterbox.fit((3, 1), (3, 1)))
    assert result.labels == names
    assert result.mask.tolist() == [[1, 1, 0]]


def test_channels_that_do_not_exclude_each_other_have_no_background() -> None:
    scores = np.array([[0.6, 0.9], [0.4, 0.2], [0.1, 0.5]], np.float32)
    raw = scores.reshape(1, 1, 3, 2)
    for labels in ((), ("cat", "dog"), ("nothing", "cat", "dog")):
        decoder = SegmentationDecoder(
            [spec(raw)],
            labels=labels,
            model_size=(3, 1),
            options=SegmentationOptions(independent=True),
        )
        assert decoder.class_count == 3
        result = decoder.decode([raw], Letterbox.fit((3, 1), (3, 1)))
        assert result.mask.tolist() == [[2, 0, 2]]
    assert result.labels == ("dog", "nothing")
    logits = np.log(raw / (1 - raw))
    decoder = SegmentationDecoder(
        [spec(logits)],
        model_size=(3, 1),
        options=SegmentationOptions(independent=True, activation="sigmoid"),
    )
    result = decoder.decode([logits], Letterbox.fit((3, 1), (3, 1)))
    assert result.mask.tolist() == [[2, 0, 2]]


def test_a_small_map_of_scores_has_smooth_edges() -> None:
    raw = np.zeros((1, 4, 4, 1), np.float32)
    raw[:, 1:3, 1:3] = 1
    decoder = SegmentationDecoder([spec(raw)], model_size=(16, 16))
    found = decoder.decode([raw], Letterbox.fit((16, 16), (16, 16))).mask
    expected = enlarged(raw[0], (16, 16))[:, :, 0] >= 0.5
    np.testing.assert_array_equal(found, expected)
    assert found[4, 4] == 0  # the corner of the square is round
    assert found[8, 4] == 1


def test_a_map_larger_than_the_input_keeps_its_pixels() -> None:
    raw = np.zeros((1, 4, 4, 1), np.float32)
    raw[0, ::2, ::2] = 1
    decoder = SegmentationDecoder([spec(raw)], model_size=(2, 2))
    found = decoder.decode([raw], Letterbox.fit((4, 4), (2, 2))).mask
    np.testing.assert_array_equal(found, raw[0, :, :, 0])


def test_a_threshold_is_a_score() -> None:
    with pytest.raises(ValueError, match=r"threshold must be in 0\.\.1, got 2"):
        SegmentationOptions(threshold=2)


@pytest.mark.parametrize("size", [(32, 16), (16, 16)])
def test_a_flat_mask_is_as_the_same_in_rows(
    rng: np.random.Generator, size: tuple[int, int]
) -> None:
    """As in files that end in RESHAPE: 1x65536 for 256x256 pixels."""
    width, height = size
    raw = rng.uniform(0, 1, (1, height, width, 1)).astype(np.float32)
    flat = raw.reshape(1, -1)
    masks = [
        SegmentationDecoder([spec(one)], model_size=size)
        .decode([one], Letterbox.fit((50, 40), size))
        .mask
        for one in (raw, flat)
    ]
    np.testing.assert_array_equal(*masks)
