"""Masks on disk in every way that tools write them, and pixels that move with them."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.decoders.segmentation import SegmentationDecoder
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.scenes import SHAPES, render_masked_scene
from edgevision.runtime.tensors.spec import TensorSpec
from edgevision.training.segmentation.augmentation import (
    draw_matrix,
    mask_augmenter,
    move,
)
from edgevision.training.segmentation.mask_files import (
    class_numbers,
    laid_in,
    read_class_map,
)
from edgevision.training.segmentation.masked_pictures import find_pairs, read_masked
from edgevision.training.shipped.scene_masks import write_masked_scenes
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import InputCard
from edgevision.errors import OutputExistsError, TrainingError


def palette_png(mask: np.ndarray, depth: int, colors: np.ndarray) -> bytes:
    """Return a PNG with a palette, as PIL and annotation tools write it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        data = kind + body
        return struct.pack(">I", len(body)) + data + struct.pack(">I", zlib.crc32(data))

    height, width = mask.shape
    per_byte = 8 // depth
    rows = b""
    for row in mask:
        padded = np.zeros(-(-width // per_byte) * per_byte, np.uint8)
        padded[:width] = row
        packed = np.zeros(len(padded) // per_byte, np.uint8)
        for i in range(per_byte):
            packed |= padded[i::per_byte] << (8 - depth * (i + 1))
        rows += b"\0" + packed.tobytes()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0))
        + chunk(b"PLTE", colors.astype(np.uint8).tobytes())
        + chunk(b"tRNS", b"\0")
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_palette_gives_its_indices_whatever_its_colours(tmp_path, rng, depth):
    mask = rng.integers(0, 2**depth, (9, 13), dtype=np.uint8)
    colors = rng.integers(0, 256, (2**depth, 3))
    colors[:2] = 0  # two classes of one colour
    path = tmp_path / "m.png"
    path.write_bytes(palette_png(mask, depth, colors))
    np.testing.assert_array_equal(read_class_map(path), mask)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_gray_masks_give_their_values(tmp_path, rng, suffix):
    mask = rng.integers(0, 256, (6, 7), dtype=np.uint8)
    path = tmp_path / f"m{suffix}"
    cv2.imwrite(str(path), mask)
    np.testing.assert_array_equal(read_class_map(path), mask)
    cv2.imwrite(str(path), cv2.cvtColor(mask, cv2.COLOR_GRAY2BGR))
    np.testing.assert_array_equal(read_class_map(path), mask)


def test_masks_that_name_no_classes_are_refused(tmp_path, rng):
    path = tmp_path / "m.png"
    cv2.imwrite(str(path), rng.integers(0, 256, (6, 7, 3), dtype=np.uint8))
    with pytest.raises(TrainingError, match="holds colours instead of class numbers"):
        read_class_map(path)
    cv2.imwrite(str(path), np.full((4, 4), 300, np.uint16))
    with pytest.raises(TrainingError, match="class numbers 0 to 255 were expected"):
        read_class_map(path)
    for data in (
        b"",
        b"no picture",
        palette_png(np.zeros((4, 4), np.uint8), 8, np.zeros((4, 3)))[:60],
    ):
        path.write_bytes(data)
        assert "damaged, or no picture" in read_class_map(path)
    assert "Cannot read the mask" in read_class_map(tmp_path / "absent.png")


def test_damaged_pictures_and_masks_are_left_out_while_they_are_few(tmp_path):
    folder = write_masked_scenes(tmp_path / "s", 40, 16, seed=1)
    (folder / "images" / "00003.png").write_bytes(b"")
    (folder / "masks" / "00005.png").write_bytes(b"no picture")
    said: list[str] = []
    assert len(read_masked(folder, InputCard(16, 16), said.append)) == 38
    assert said[0].startswith("2 of 40 pictures with masks cannot be read")
    for name in ("images/00003.png", "masks/00005.png"):
        assert name in said[0]
    (folder / "masks" / "00006.png").write_bytes(b"no picture")
    with pytest.raises(TrainingError, match="3 of 40 .*, more than 5%"):
        read_masked(folder, InputCard(16, 16), said.append)


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ({0, 255}, (2, {255: 1})),
        ({0}, (2, {255: 1})),
        ({0, 1, 2}, (3, {})),
        ({0, 1, 255}, (2, {})),
        ({3, 7}, (8, {})),
    ],
)
def test_what_255_means_depends_on_the_others(present, expected):
    found = class_numbers(set(present))
    assert found == expected


@given(
    st.integers(3, 60),
    st.integers(3, 60),
    st.sampled_from(["stretch", "letterbox", "center-crop"]),
)
def test_a_mask_laid_in_comes_back_through_the_decoder(width, height, rule):
    letterbox = Letterbox.fit((width, height), (32, 24), resize=rule)
    rng = np.random.default_rng([width, height])
    small = rng.integers(0, 3, (-(-height // 8), -(-width // 8)), dtype=np.uint8)
    mask = small.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    laid = laid_in(mask, letterbox)
    assert laid.shape == (24, 32)
    x, y, inner, high = letterbox.content
    outside = np.ones((24, 32), bool)
    outside[y : y + high, x : x + inner] = False
    assert (laid[outside] == 255).all()
    assert (laid[~outside] < 3).all()
    spec = TensorSpec("m", 0, (1, 24, 32), np.dtype("uint8"), 0.0, 0)
    decoder = SegmentationDecoder([spec], model_size=(32, 24))
    back = decoder.decode([laid[None]], letterbox).mask
    crop_x, crop_y, crop_width, crop_height = letterbox.crop
    part = (slice(crop_y, crop_y + crop_height), slice(crop_x, crop_x + crop_width))
    if inner >= crop_width and high >= crop_height:
        np.testing.assert_array_equal(back[part], mask[part])  # enlarged: nothing lost


@given(st.integers(0, 10_000), st.floats(0.01, 0.2), st.floats(0.05, 0.4))
def test_pixels_and_masks_move_together(seed, turn, cut):
    rng = np.random.default_rng(seed)
    _, mask = render_masked_scene(rng, (48, 40), count=(2, 3), radius=(0.15, 0.25))
    levels = np.linspace(20, 230, 1 + len(SHAPES)).astype(np.float32)
    picture = levels[mask][:, :, None].repeat(3, axis=2)
    moves = {"flip": 1.0, "rotation": turn, "crop": cut}
    moved, places = move(picture, mask, draw_matrix(rng, moves, 48, 40))
    # Near an edge the picture is mixed; inside each pixel has its class' level.
    known = cv2.erode((places != 255).astype(np.uint8), np.ones((5, 5))) > 0
    near = np.ones((5, 5))
    spread = cv2.dilate(places, near) != cv2.erode(places, near)
    inside = known & ~spread
    gap = np.abs(moved[inside][:, 0] - levels[places[inside]])
    # All but what a tip thinner than a pixel leaves: the nearest one misses it.
    assert (gap <= 1).mean() > 0.96
    assert gap.mean() < 1


def test_a_flip_is_a_flip_and_a_crop_enlarges():
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    picture = mask[:, :, None].astype(np.float32)
    flips = set()
    for seed in range(8):
        matrix = draw_matrix(np.random.default_rng(seed), {"flip": 1.0}, 4, 3)
        moved, places = move(picture, mask, matrix)
        np.testing.assert_allclose(moved[..., 0], places)
        flips.add(places[0].tolist() == [3, 2, 1, 0])
        assert places[0].tolist() in ([3, 2, 1, 0], [0, 1, 2, 3])
    assert flips == {True, False}
    matrix = draw_matrix(np.random.default_rng(0), {"crop": 0.5}, 100, 80)
    assert np.linalg.det(matrix[:, :2]) == pytest.approx(4)


@pytest.mark.tf
def test_an_augmenter_gives_the_same_for_the_same_numbers(rng):
    pictures = rng.uniform(0, 255, (3, 16, 16, 3)).astype(np.float32)
    masks = rng.integers(0, 3, (3, 16, 16), dtype=np.uint8)
    amounts = {"flip": None, "brightness": 0.2, "crop": 0.1}
    augment = mask_augmenter(amounts, seed=1)
    assert augment is not None
    first = augment(pictures, masks, 2, 5)
    augment(pictures, masks, 0, 0)
    again = augment(pictures, masks, 2, 5)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert mask_augmenter({}, seed=0) is None
    with pytest.raises(ValueError, match="No augmentation 'flop'"):
        mask_augmenter({"flop": None}, seed=0)
    with pytest.raises(ValueError, match="amount of crop must be above 0"):
        mask_augmenter({"crop": 2.0}, seed=0)


def test_scenes_and_masks_pair_up_and_are_read(tmp_path):
    folder = write_masked_scenes(tmp_path / "s", 4, 32, seed=1)
    (folder / "images" / "extra.png").write_bytes(
        (folder / "images" / "00000.png").read_bytes()
    )
    said: list[str] = []
    assert len(find_pairs(folder, said.append)) == 4
    assert "1 pictures have no mask" in said[0]
    found = read_masked(folder, InputCard(32, 32), said.append)
    assert found.labels == ("background", *SHAPES)
    assert len(found) == 4
    mask = cv2.imread(str(folder / "masks" / "00002.png"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(found.masks[2], mask)
    image = cv2.imread(str(folder / "images" / "00002.png"))
    np.testing.assert_array_equal(found.pixels[2][..., ::-1], image)
    learned, held = found.split(0.3, seed=0)
    assert len(learned) + len(held) == 4
    with pytest.raises(OutputExistsError):
        write_masked_scenes(folder, 1, 32, seed=1)


def test_black_and_white_masks_are_two_classes(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    rng = np.random.default_rng(0)
    for number in range(3):
        image = rng.integers(0, 256, (20, 40, 3), dtype=np.uint8)
        mask = np.zeros((20, 40), np.uint8)
        mask[:, 20:] = 255
        cv2.imwrite(str(tmp_path / "images" / f"{number}.jpg"), image)
        cv2.imwrite(str(tmp_path / "masks" / f"{number}.png"), mask)
    found = read_masked(tmp_path, InputCard(16, 16, resize="letterbox"), print)
    assert found.labels == ("background", "1")
    assert (found.masks[0, :4] == 255).all()  # padding
    assert found.masks[0, 8].tolist() == [0] * 8 + [1] * 8


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: (f / "masks" / "00000.png").rename(f / "x.png"), ""),
        (
            lambda f: cv2.imwrite(
                str(f / "masks" / "00000.png"), np.zeros((9, 9), np.uint8)
            ),
            "Save masks of the picture's size",
        ),
        (lambda f: (f / "labels.txt").write_text("background\n"), "Name every class"),
        (
            lambda f: [p.unlink() for p in (f / "masks").iterdir()],
            "needs the folders images and masks",
        ),
    ],
)
def test_what_does_not_fit_is_a_sentence(tmp_path, change, words):
    folder = write_masked_scenes(tmp_path / "s", 3, 32, seed=1)
    change(folder)
    if not words:
        assert len(read_masked(folder, InputCard(32, 32), lambda text: None)) == 2
        return
    with pytest.raises(TrainingError, match=words):
        read_masked(folder, InputCard(32, 32), lambda text: None)


def test_a_scene_shows_every_class_where_its_mask_says(rng):
    image, mask = render_masked_scene(rng, (64, 48), count=(3, 3))
    assert image.shape == (48, 64, 3)
    assert mask.shape == (48, 64)
    assert set(np.unique(mask)) <= set(range(1 + len(SHAPES)))
    assert (mask > 0).any()


def test_pictures_without_a_mask_of_their_name_are_said(tmp_path: Path):
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    cv2.imwrite(str(tmp_path / "images" / "a.png"), np.zeros((4, 4, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "masks" / "b.png"), np.zeros((4, 4), np.uint8))
    with pytest.raises(TrainingError, match="No picture in"):
        find_pairs(tmp_path, print)


@pytest.mark.parametrize(
    ("values", "words"),
    [((0, 128, 254), r"3 of 255 classes \(0, 128, 254\)"), ((0,), "is of class 1")],
)
def test_shades_in_place_of_class_numbers_are_said(tmp_path, values, words):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
        rows = np.resize(np.array(values, np.uint8), (6, 6))
        cv2.imwrite(str(tmp_path / name / "a.png"), rows)
    said = []
    read_masked(tmp_path, InputCard(6, 6), said.append)
    assert len(said) == 1
    assert re.search(words, said[0])
