"""Source strings: which kind they mean, and what stands behind the ``?``."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from edgevision.runtime.sources.open import open_source, parse_source
from edgevision.runtime.sources.transform import Transform

from edgevision.errors import SourceError


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "one.png"
    image = np.zeros((4, 6, 3), np.uint8)
    image[0, 0] = 255
    cv2.imwrite(str(path), image)
    return path


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("photo.jpg", "images", "photo.jpg"),
        ("photo.JPG", "images", "photo.JPG"),
        ("photos/*.png", "images", "photos/*.png"),
        ("photo?.png", "images", "photo?.png"),
        ("photo.jfif", "images", "photo.jfif"),
        ("moving.gif", "video", "moving.gif"),
        ("phone.heic", "images", "phone.heic"),
        ("clip.mp4", "video", "clip.mp4"),
        ("clip.mkv?flip=h", "video", "clip.mkv"),
        ("synthetic:", "synthetic", ""),
        (".", "images", "."),
    ],
)
def test_a_source_string_names_its_kind(text, kind, target):
    address = parse_source(text)
    assert (address.kind, address.target) == (kind, target)


def test_transform_and_other_options_are_told_apart():
    address = parse_source("synthetic:?size=64x48&rotate=90&flip=hv&roi=1,2,3,4")
    assert address.options == {"size": "64x48"}
    assert address.transform == Transform(90, "hv", (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ("rotate=45", "rotate=45 is not usable: expected 90, 180 or 270"),
        ("flip=x", "flip=x is not usable: expected h, v or hv"),
        ("roi=1,2,3", "expected x,y,width,height"),
        ("roi=0,0,0,5", "expected x,y,width,height"),
    ],
)
def test_a_wrong_transform_is_refused_before_anything_is_opened(options, match):
    with pytest.raises(SourceError, match=match):
        parse_source(f"clip.mp4?{options}")


def test_a_file_whose_name_looks_like_options_is_that_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("a.png", np.zeros((2, 2, 3), np.uint8))
    (tmp_path / "a.png").rename(tmp_path / "a?flip=h.png")
    (tmp_path / "b.png?flip=h").write_bytes(b"")
    assert parse_source("b.png?flip=h").transform == Transform()
    assert len(list(open_source("a?flip=h.png"))) == 1


@pytest.mark.parametrize(
    ("options", "corner"),
    [
        ("", (0, 0)),
        ("flip=h", (0, 5)),
        ("flip=v", (3, 0)),
        ("flip=hv", (3, 5)),
        ("rotate=90", (0, 3)),  # clockwise: the top left corner goes to the top right
        ("rotate=180", (3, 5)),
        ("rotate=270", (5, 0)),
        ("rotate=90&flip=h", (0, 0)),  # turned first, then mirrored
    ],
)
def test_a_picture_is_cut_then_turned_then_mirrored(picture, options, corner):
    (frame,) = open_source(f"{picture}?{options}" if options else str(picture))
    ys, xs = np.nonzero(frame.image[:, :, 0])
    assert list(zip(ys, xs, strict=True)) == [corner]


@pytest.mark.parametrize("options", ["", "&rotate=180"])
def test_any_source_is_a_context_manager(options):
    with open_source("synthetic:?size=16x16" + options) as source:
        assert next(iter(source)).image.shape == (16, 16, 3)
    assert list(source) == []


def test_roi_is_in_the_source_s_own_pixels(picture):
    (frame,) = open_source(f"{picture}?roi=0,0,2,3&rotate=180")
    assert frame.image.shape == (3, 2, 3)
    assert frame.image[2, 1, 0] == 255
    assert frame.image.flags["C_CONTIGUOUS"]


def test_a_roi_outside_of_the_picture_is_an_error_with_both_sizes(picture):
    with pytest.raises(SourceError, match="roi=5,0,2,2 does not lie inside .* 6x4"):
        list(open_source(f"{picture}?roi=5,0,2,2"))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("no-such.jpg", "no such file"),
        ("no-such.mp4", r"Cannot read no-such.mp4: no such file or folder. Check"),
        (
            "synthetik:?fps=5",
            "is called 'synthetik'. Did you mean synthetic:",
        ),
        ("gs://bucket/a.mp4", "an address begins with one of"),
        ("no such: clip.mp4", "no such file"),
        (
            "me:pw@cam/1",
            r"Cannot read '\*\*\*@cam/1': no such .* begins with one of rtsp",
        ),
        ("rtsp//me:pw@cam/1", r"Cannot read '\*\*\*@cam/1': no such"),
        ("no-such/*.jpg", "no image matches it"),
        ("synthetic:?sice=3x3", "Did you mean 'size'"),
        ("synthetic:?size=4x4", "at least 8x8"),
        ("synthetic:shapes", "takes options only"),
    ],
)
def test_what_cannot_be_opened_is_told_with_its_name(text, match):
    with pytest.raises(SourceError, match=match):
        open_source(text)
