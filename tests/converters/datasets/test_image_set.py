"""Sets of pictures: folders, lists, arrays, seeded draws."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.image_set import (
    digest_of,
    from_arrays,
    open_images,
    read_arrays,
)
from edgevision.converters.samples.calibration import (
    damage,
    pinned,
    read,
    readable,
    split,
)
from edgevision.runtime.frame import is_cut_off

from edgevision.card import InputCard
from edgevision.errors import CalibrationError


@pytest.fixture
def folder(tmp_path, rng):
    for name in ("cat", "dog", "owl"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(6):
            picture = rng.integers(0, 256, (9, 12, 3), np.uint8)
            cv2.imwrite(str(tmp_path / "set" / name / f"{i}.png"), picture)
    (tmp_path / "set" / "notes.txt").write_text("not a picture")
    return tmp_path / "set"


def test_class_folders_become_sorted_classes(folder):
    images = open_images(folder)
    assert images.class_names == ("cat", "dog", "owl")
    assert images.classes == (0,) * 6 + (1,) * 6 + (2,) * 6


def test_a_flat_folder_has_no_classes(folder):
    images = open_images(folder / "cat")
    assert len(images) == 6
    assert images.class_names == ()


def test_one_folder_inside_is_not_a_class(folder):
    images = open_images(folder.parent)
    assert images.class_names == ()
    assert len(images) == 18


def test_a_draw_is_balanced_and_repeatable(folder):
    images = open_images(folder)
    drawn = images.draw(7, seed=3)
    counts = np.bincount([images.classes[i] for i in drawn])
    assert counts.max() - counts.min() <= 1
    assert drawn == images.draw(7, seed=3)
    assert drawn != images.draw(7, seed=4)
    assert sorted(images.draw(99, seed=0)) == list(range(18))


def test_split_keeps_a_fifth_apart_and_never_overlaps(folder):
    images = open_images(folder)
    drawn, rest = split(images, count=100, seed=0, verify=True)
    assert (len(drawn), len(rest)) == (14, 4)
    assert not set(drawn) & set(rest)
    assert split(images, count=100, seed=0, verify=False) == (
        images.draw(18, seed=0),
        [],
    )


def test_a_list_file_names_pictures_beside_it(folder):
    listing = folder / "list.txt"
    listing.write_text("cat/0.png\ndog/1.png\n\n")
    assert len(open_images(listing)) == 2
    listing.write_text("cat/0.png\nabsent.png\n")
    with pytest.raises(CalibrationError, match=r"absent\.png, which does not exist"):
        open_images(listing)


def test_arrays_come_with_labels(tmp_path, rng):
    path = tmp_path / "set.npz"
    pixels = rng.integers(0, 256, (5, 4, 4, 3), np.uint8)
    np.savez(path, images=pixels, labels=np.arange(5))
    images = open_images(path)
    assert images.classes == (0, 1, 2, 3, 4)
    # RGB arrays leave as BGR.
    assert (images.image(2) == pixels[2][:, :, ::-1]).all()
    assert (images.image(2, color="bgr") == pixels[2]).all()


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.full((1, 4, 4, 3), 300.0), "values from 300 to 300"),
        (np.full((1, 4, 4, 3), -1.0), "values from -1 to -1"),
        (np.full((1, 4, 4, 3), np.nan), "pixels 0..255 were expected"),
        (np.zeros((1, 4, 4, 5)), r"got \(4, 4, 5\)"),
        (np.zeros((0, 4, 4, 3)), "holds no images"),
    ],
)
def test_what_is_no_picture_is_refused(array, sentence):
    with pytest.raises(CalibrationError, match=sentence):
        from_arrays(array)


def test_places_without_pictures_are_refused(tmp_path):
    with pytest.raises(CalibrationError, match="no such file or folder"):
        open_images(tmp_path / "absent")
    with pytest.raises(CalibrationError, match="holds no images"):
        open_images(tmp_path)


def test_constant_and_damaged_pictures_are_left_out_and_named(folder):
    card = InputCard(width=8, height=8)
    whole = read(open_images(folder), card)
    cv2.imwrite(str(folder / "cat" / "black.png"), np.zeros((9, 9, 3), np.uint8))
    found = read(open_images(folder), card)
    assert found.digests == whole.digests
    np.testing.assert_array_equal(found.pixels, whole.pixels)
    assert "1 calibration images are left out" in found.warnings[-1]
    assert "black.png (0)" in found.warnings[-1]
    (folder / "cat" / "black.png").write_bytes(b"no picture")
    images = open_images(folder)
    found = read(images, card)
    assert found.digests == whole.digests
    assert [images.items[i].name for i in found.damaged] == ["black.png"]
    text = damage(images, len(images), found.damaged)
    assert "1 of 19 calibration images cannot be read and are left out" in text
    assert "black.png" in text


def test_a_set_of_nothing_but_one_colour_is_refused():
    zeros = from_arrays(np.zeros((5, 4, 4, 3), np.uint8))
    with pytest.raises(
        CalibrationError, match=r"the images\[0\] \(0\) .* all 5 images"
    ):
        read(zeros, InputCard(width=8, height=8))


def test_a_class_that_would_be_lost_is_refused(folder):
    images = open_images(folder)
    cats = [i for i, c in enumerate(images.classes) if images.class_names[c] == "cat"]
    lost = dict.fromkeys(cats, "Cannot read it.")
    with pytest.raises(CalibrationError, match="class 'cat' can be read"):
        damage(images, len(images), lost)
    # As long as others of the class were not even looked at, it is not lost.
    assert damage(images, 100, dict.fromkeys(cats[:-1][:5], "Cannot read it."))


def test_a_jpeg_that_ends_half_way_is_left_out(folder, rng):
    path = folder / "cat" / "half.jpg"
    noise = rng.integers(0, 256, (60, 80, 3), np.uint8)
    whole = cv2.imencode(".jpg", noise)[1].tobytes()
    path.write_bytes(whole[: len(whole) // 2])
    images = open_images(folder)
    found = read(images, InputCard(width=8, height=8))
    (text,) = found.damaged.values()
    assert re.search(r"half\.jpg.*ends half-way", text)
    good, damaged = readable(images)
    assert damaged == dict(found.damaged)
    assert good == list(found.kept)
    path.write_bytes(whole)
    assert len(read(open_images(folder), InputCard(width=8, height=8)).pixels) == 19


def test_only_a_jpeg_without_its_end_counts_as_cut_off(rng):
    noise = rng.integers(0, 256, (40, 40, 3), np.uint8)
    for flags in (
        [],
        [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
        [cv2.IMWRITE_JPEG_RST_INTERVAL, 1],
    ):
        whole = cv2.imencode(".jpg", noise, flags)[1].tobytes()
        # A camera's preview has an end marker of its own, before the picture's.
        preview = b"\xff\xe1" + (len(whole) + 2).to_bytes(2, "big") + whole
        framed = whole[:2] + preview + whole[2:]
        for data in (whole, whole + b"a phone's film", framed):
            assert not is_cut_off(data)
        for data in (whole[:-2], whole[: len(whole) // 2], framed[:-2]):
            assert is_cut_off(data)
    assert not is_cut_off(cv2.imencode(".png", noise)[1].tobytes()[:50])
    assert not is_cut_off(b"")


def test_damaged_archives_and_odd_arrays_are_sentences(tmp_path, rng):
    pictures = rng.integers(0, 256, (4, 8, 8, 3), np.uint8)
    path = tmp_path / "set.npz"
    np.savez(path, images=pictures)
    whole = path.read_bytes()
    damaged = whole[:400] + bytes(20) + whole[420:]
    for data in (whole[: len(whole) // 2], damaged):
        path.write_bytes(data)
        with pytest.raises(CalibrationError, match=r"Cannot read .*set\.npz as arrays"):
            read_arrays(path)
    with pytest.raises(CalibrationError, match="a single number"):
        from_arrays(np.asarray(5))
    with pytest.raises(CalibrationError, match="without pixels"):
        from_arrays(np.zeros((2, 0, 0, 3), np.uint8))
    for labels in ([np.nan] * 4, ["a", "b", "c", "d"]):
        with pytest.raises(CalibrationError, match="no class numbers"):
            from_arrays(pictures, labels)


def test_few_images_and_a_single_class_are_warned_of(folder):
    images = open_images(folder)
    found = read(images.subset(range(6)), InputCard(width=8, height=8))
    assert [text.split(";")[0] for text in found.warnings] == [
        "Only 6 calibration images",
        "All calibration images show one class (cat).",
    ]
    assert found.to_dict()["count"] == 6


def test_pinning_reaches_black_and_white_and_changes_nothing_else(rng):
    pixels = rng.integers(40, 200, (3, 4, 4, 3), np.uint8)
    changed = pinned(pixels)
    assert (changed.min(), changed.max()) == (0, 255)
    assert (changed != pixels).sum() == 2
    assert pinned(changed) is changed


def test_a_sets_digest_does_not_depend_on_the_order():
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["a", "c"])


def test_folders_inside_class_folders_are_classes_with_ancestors(tmp_path):
    for name in ("animal/bird/parrot", "animal/cat", "vehicle/car"):
        (tmp_path / name).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / name / "a.png"), np.zeros((4, 4, 3), np.uint8))
    found = open_images(tmp_path)
    assert found.class_names == (
        "animal > bird > parrot",
        "animal > cat",
        "vehicle > car",
    )
    assert found.classes == (0, 1, 2)


def test_folders_of_one_name_inside_class_folders_mean_nothing(tmp_path):
    for name in ("cat/images", "dog/images", "dog/more"):
        (tmp_path / name).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / name / "a.png"), np.zeros((4, 4, 3), np.uint8))
    found = open_images(tmp_path)
    assert found.class_names == ("cat", "dog")
    assert found.classes == (0, 1, 1)
