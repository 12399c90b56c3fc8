"""What lies in a folder is recognised by what is in it, and the reason is said."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from edgevision.training.data.data_layout import find_data, pictures_in

from edgevision.errors import TrainingError


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((4, 4, 3), np.uint8))


def classes(root, *names):
    for name in names:
        picture(root / name / "1.png")


def yolo(root):
    picture(root / "images" / "a.png")
    (root / "labels").mkdir()
    (root / "labels" / "a.txt").write_text("0 0.5 0.5 0.2 0.2\n")


def coco(root):
    picture(root / "images" / "a.png")
    text = json.dumps({"images": [], "annotations": [], "categories": []})
    (root / "instances.json").write_text(text)


def voc(root):
    picture(root / "JPEGImages" / "a.jpg")
    (root / "Annotations").mkdir()
    (root / "Annotations" / "a.xml").write_text("<annotation><object/></annotation>")


def masks(root):
    picture(root / "images" / "a.png")
    picture(root / "masks" / "a.png")


@pytest.mark.parametrize(
    ("make", "task", "evidence"),
    [
        (
            lambda root: classes(root, "cat", "dog"),
            "classification",
            "2 folders of pictures: cat, dog",
        ),
        (
            lambda root: classes(root, "animal/bird/parrot", "animal/cat"),
            "classification",
            "2 folders of pictures: parrot, cat",
        ),
        (
            lambda root: classes(root / "train", "cat", "dog"),
            "classification",
            "2 folders of pictures: cat, dog",
        ),
        (yolo, "detection", "labels/a.txt has lines of a class and a box"),
        (coco, "detection", "instances.json lists pictures and boxes"),
        (voc, "detection", "Annotations/a.xml names objects and boxes"),
        (masks, "segmentation", "1 pictures in images/ have a mask in masks/"),
    ],
)
def test_the_layout_proves_the_task(make, task, evidence, tmp_path):
    make(tmp_path)
    found = find_data(tmp_path)
    assert found.task == task
    assert evidence in found.evidence


def test_a_held_out_part_is_found_beside_the_training_part(tmp_path):
    classes(tmp_path / "train", "cat", "dog")
    classes(tmp_path / "val", "cat", "dog")
    assert find_data(tmp_path).validation == tmp_path / "val"


def test_plain_pictures_are_for_a_gan_only_when_asked(tmp_path):
    picture(tmp_path / "a.png")
    with pytest.raises(TrainingError, match=r"1 pictures without classes.*--task gan"):
        find_data(tmp_path)
    assert find_data(tmp_path, "gan").layout == "pictures"


@pytest.mark.parametrize(
    ("make", "task", "sentence"),
    [
        (lambda root: None, None, "holds no pictures"),
        (lambda root: classes(root, "cat"), None, "one class only, 'cat'"),
        (
            lambda root: (masks(root), yolo(root.joinpath("more"))),
            None,
            "several ways: .* Pass --task detection or --task segmentation",
        ),
        (
            lambda root: classes(root, "cat", "dog"),
            "detection",
            "no data for detection.*looks like data for classification",
        ),
    ],
)
def test_what_cannot_be_used_is_a_sentence(make, task, sentence, tmp_path):
    (tmp_path / "more").mkdir()
    make(tmp_path)
    with pytest.raises(TrainingError, match=sentence):
        find_data(tmp_path, task)


def test_a_missing_folder_and_an_unknown_task_are_named(tmp_path):
    with pytest.raises(TrainingError, match="no such file or folder"):
        find_data(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="No task 'clasification'. Did you mean"):
        find_data(tmp_path, "clasification", known=("classification", "gan"))


@pytest.mark.parametrize(
    ("make", "name"), [(yolo, "labels/a.txt"), (coco, "instances.json")]
)
def test_a_byte_order_mark_changes_nothing(tmp_path, make, name):
    make(tmp_path)
    file = tmp_path / name
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert find_data(tmp_path).layout == make.__name__


def test_hidden_folders_and_folders_named_like_pictures_are_none(tmp_path):
    classes(tmp_path, "cat", "cat/.ipynb_checkpoints")
    (tmp_path / "cat" / "folder.jpg").mkdir()
    assert list(pictures_in(tmp_path)) == [tmp_path / "cat" / "1.png"]


@pytest.mark.parametrize("name", ["test", "train", "val", "validation"])
@pytest.mark.parametrize("task", [None, "classification"])
def test_a_class_that_is_called_as_a_part_is_named(tmp_path, name, task):
    for folder in ("bus", "car", name):
        picture(tmp_path / folder / "a.png")
    with pytest.raises(TrainingError, match=f"'{name}' is read as a part .* Rename"):
        find_data(tmp_path, task)
    (tmp_path / name).rename(tmp_path / f"{name}-class")
    assert find_data(tmp_path, task).task == "classification"


def test_parts_without_classes_are_told_what_is_missing(tmp_path):
    for part in ("train", "val"):
        picture(tmp_path / part / "a.png")
    with pytest.raises(TrainingError, match="put one folder per class into every part"):
        find_data(tmp_path)


def test_inside_of_a_part_a_class_may_not_be_called_so_either(tmp_path):
    for folder in ("bus", "test"):
        picture(tmp_path / "train" / folder / "a.png")
    with pytest.raises(
        TrainingError, match=r"train has folders .*bus, test.*'test' is"
    ):
        find_data(tmp_path)
