"""Folders, lists and files of pictures become sets."""

from __future__ import annotations

import pytest
from edgevision.converters.datasets.open_set import open_images

from edgevision.errors import CalibrationError


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


def test_a_list_file_names_pictures_beside_it(folder):
    listing = folder / "list.txt"
    listing.write_text("cat/0.png\ndog/1.png\n\n")
    assert len(open_images(listing)) == 2
    listing.write_text("cat/0.png\nabsent.png\n")
    with pytest.raises(CalibrationError, match=r"absent\.png, which does not exist"):
        open_images(listing)


def test_places_without_pictures_are_refused(tmp_path):
    with pytest.raises(CalibrationError, match="no such file or folder"):
        open_images(tmp_path / "absent")
    with pytest.raises(CalibrationError, match="holds no images"):
        open_images(tmp_path)


def test_a_class_folder_whose_name_is_no_utf8_is_a_text(folder):
    (folder / "owl").rename(folder / "owl\udce9")
    assert open_images(folder).class_names == ("cat", "dog", "owl\\udce9")
