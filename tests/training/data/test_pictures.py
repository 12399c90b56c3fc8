"""Pictures are found, and read once."""

from __future__ import annotations

import cv2
import pytest
from edgevision.training.data.pictures import digest_of, find_pictures, read_pictures
from support.class_pictures import write_picture, write_two_classes

from edgevision.card import InputCard
from edgevision.errors import TrainingError


@pytest.fixture
def folder(tmp_path):
    return write_two_classes(tmp_path)


def test_copies_and_contradictions_are_left_out_and_said(folder):
    write_picture(folder / "a" / "again.png", 3)  # a copy within a class
    write_picture(folder / "b" / "torn.png", 5)  # as a/5.png: in two classes
    told = []
    found = find_pictures(folder, told.append)
    assert found.labels == ("a", "b")
    assert found.counts() == [5, 6]
    assert any("1 pictures are copies" in text for text in told)
    assert any("1 pictures lie in several classes" in text for text in told)


def test_an_empty_folder_is_said(folder):
    (folder / "dog").mkdir()
    told = []
    assert find_pictures(folder, told.append).labels == ("a", "b")
    assert "folder 'dog'" in told[0]


def test_a_strange_folder_is_named(folder):
    with pytest.raises(TrainingError, match="the folder 'b', which is no class: a, c"):
        find_pictures(folder, print, labels=("a", "c"))


def test_what_cannot_be_read_is_counted_and_named(folder):
    (folder / "a" / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    told = []
    files, pixels = read_pictures(
        find_pictures(folder, told.append), InputCard(5, 3), told.append
    )
    assert len(files) == len(pixels) == 12
    assert pixels.shape[1:] == (3, 5, 3)
    assert "1 of 13 pictures cannot be read" in told[0]
    assert "broken.jpg" in told[0]
    assert "12 of 13 pictures show one single colour each" in told[1]
    for path, picture in zip(files.paths, pixels, strict=True):
        assert picture.min() == picture.max() == cv2.imread(str(path))[0, 0, 0]


def test_channels_come_in_the_cards_order(tmp_path):
    write_picture(tmp_path / "a" / "1.png", (10, 20, 30))
    files = find_pictures(tmp_path, print, labels=("a", "b"))
    for color, expected in (("rgb", [30, 20, 10]), ("bgr", [10, 20, 30])):
        _, pixels = read_pictures(files, InputCard(4, 4, color=color), print)
        assert pixels[0, 0, 0].tolist() == expected
    _, gray = read_pictures(files, InputCard(4, 4, color="gray"), print)
    assert gray.shape == (1, 4, 4, 1)


def test_no_readable_picture_is_an_error(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.png").write_bytes(b"nothing" + name.encode())
    with pytest.raises(TrainingError, match="None of the 2 pictures can be read"):
        read_pictures(find_pictures(tmp_path, print), InputCard(4, 4), print)
    with pytest.raises(TrainingError, match="no picture to read"):
        read_pictures(find_pictures(tmp_path, print).subset([]), InputCard(4, 4), print)


def test_many_damaged_pictures_or_all_of_a_class_are_refused(tmp_path):
    for i in range(60):
        write_picture(tmp_path / "a" / f"{i}.png", i)
    write_picture(tmp_path / "b" / "only.png", 100)
    for i in range(3):
        (tmp_path / "a" / f"{i}.png").write_bytes(b"")  # damaged, and no copies
    told = []
    files, _ = read_pictures(
        find_pictures(tmp_path, told.append), InputCard(4, 4), told.append
    )
    assert files.counts() == [57, 1]
    assert "3 of 61 pictures cannot be read and are left out" in told[0]
    (tmp_path / "a" / "3.png").unlink()
    (tmp_path / "a" / "3.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(TrainingError, match=r"4 of 61 pictures .* more than 5%, the m"):
        read_pictures(find_pictures(tmp_path, print), InputCard(4, 4), print)
    (tmp_path / "a" / "3.png").unlink()
    (tmp_path / "b" / "only.png").write_bytes(b"no picture")
    with pytest.raises(TrainingError, match="No picture of the class 'b' can be read"):
        read_pictures(find_pictures(tmp_path, print), InputCard(4, 4), print)


def test_the_digest_is_of_contents_and_classes(folder):
    files = find_pictures(folder, print)
    some, others = files.subset(range(3)), files.subset(range(3, 12))
    assert digest_of(some, others) == digest_of(some, others)
    assert digest_of(some, others) != digest_of(files.subset(range(1, 4)), others)


def test_a_folder_whose_name_is_no_utf8_is_a_class_that_a_card_can_hold(folder):
    write_picture(folder / "c" / "1.png", 77)
    (folder / "c").rename(folder / "caf\udce9")
    files = find_pictures(folder, print)
    assert "caf\\udce9" in files.labels
    for label in files.labels:
        label.encode("utf-8")
