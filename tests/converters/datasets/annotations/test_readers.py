"""Data sets with boxes are read as they are meant; what is wrong has file and line."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets.annotations.box_set import split_boxes
from edgevision.converters.datasets.annotations.read import find_layout, read_boxes
from edgevision.converters.datasets.annotations.registry import READERS

from edgevision.errors import CalibrationError
from edgevision.registry import resolve

WIDTH, HEIGHT = 40, 20
# In pixels, half-open, and the class.
OBJECTS = {"a": [((4, 2, 14, 12), 0), ((20, 5, 40, 20), 1)], "b": [((0, 0, 8, 4), 1)]}
NAMES = ("cat", "dog")


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((HEIGHT, WIDTH, 3), 90, np.uint8))


def yolo_line(box, class_id):
    x1, y1, x2, y2 = box
    return (
        f"{class_id} {(x1 + x2) / 2 / WIDTH} {(y1 + y2) / 2 / HEIGHT} "
        f"{(x2 - x1) / WIDTH} {(y2 - y1) / HEIGHT}\n"
    )


def write_yolo(root, *, beside=False, part=""):
    for stem, objects in OBJECTS.items():
        folder = root if beside else root / "images" / part
        texts = root if beside else root / "labels" / part
        picture(folder / f"{stem}.png")
        texts.mkdir(parents=True, exist_ok=True)
        lines = "".join(yolo_line(box, class_id) for box, class_id in objects)
        (texts / f"{stem}.txt").write_text(lines)
    (root / "classes.txt").write_text("cat\ndog\n")
    return root


def coco_dict():
    data = {"images": [], "annotations": [], "categories": []}
    # Ids with gaps, and not in order, as real files have them.
    data["categories"] = [{"id": 7, "name": "dog"}, {"id": 3, "name": "cat"}]
    for image_id, (stem, objects) in enumerate(OBJECTS.items(), 10):
        data["images"].append(
            {
                "id": image_id,
                "file_name": f"{stem}.png",
                "width": WIDTH,
                "height": HEIGHT,
            }
        )
        for (x1, y1, x2, y2), class_id in objects:
            data["annotations"].append(
                {
                    "id": len(data["annotations"]),
                    "image_id": image_id,
                    "category_id": (3, 7)[class_id],
                    "bbox": [x1, y1, x2 - x1, y2 - y1],
                    "iscrowd": 0,
                }
            )
    return data


def write_coco(root, data=None):
    for stem in OBJECTS:
        picture(root / "images" / f"{stem}.png")
    (root / "annotations").mkdir(parents=True, exist_ok=True)
    path = root / "annotations" / "instances_train.json"
    path.write_text(json.dumps(data or coco_dict()))
    return root


def voc_xml(stem, objects, *, size=(WIDTH, HEIGHT)):
    # VOC counts from 1 and includes the last pixel.
    rows = "\n".join(
        f"<object><name>{NAMES[class_id]}</name><difficult>0</difficult>\n"
        f"<bndbox><xmin>{x1 + 1}</xmin><ymin>{y1 + 1}</ymin>"
        f"<xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>"
        for (x1, y1, x2, y2), class_id in objects
    )
    return (
        f"<annotation><filename>{stem}.png</filename>\n<size><width>{size[0]}</width>"
        f"<height>{size[1]}</height><depth>3</depth></size>\n{rows}\n</annotation>\n"
    )


def write_voc(root):
    for stem, objects in OBJECTS.items():
        picture(root / "JPEGImages" / f"{stem}.png")
        (root / "Annotations").mkdir(parents=True, exist_ok=True)
        (root / "Annotations" / f"{stem}.xml").write_text(voc_xml(stem, objects))
    return root


WRITERS = {"yolo": write_yolo, "coco": write_coco, "voc": write_voc}


def check(found):
    assert found.labels == NAMES
    assert [p.path.stem for p in found.pictures] == sorted(OBJECTS)
    for item in found.pictures:
        boxes, ignored = item.in_pixels(WIDTH, HEIGHT)
        expected = OBJECTS[item.path.stem]
        np.testing.assert_allclose(boxes, [box for box, _ in expected], atol=1e-4)
        np.testing.assert_array_equal(item.class_ids, [c for _, c in expected])
        assert len(ignored) == 0


@pytest.mark.parametrize("layout", READERS)
def test_every_layout_is_found_and_gives_the_same_boxes(tmp_path, layout):
    root = WRITERS[layout](tmp_path)
    assert find_layout(root) == layout
    check(read_boxes(root))
    assert resolve("layout", layout, READERS).__doc__


def test_yolo_texts_may_lie_beside_their_pictures(tmp_path):
    check(read_boxes(write_yolo(tmp_path, beside=True)))


def test_yolo_yaml_names_the_classes_and_the_folder(tmp_path):
    write_yolo(tmp_path / "set")
    (tmp_path / "set" / "classes.txt").unlink()
    description = tmp_path / "data.yaml"
    description.write_text("path: set\ntrain: images\nnames:\n  0: cat\n  1: dog\n")
    check(read_boxes(description))


def test_a_part_of_a_yolo_set_finds_its_texts(tmp_path):
    write_yolo(tmp_path, part="val")
    found = read_boxes(tmp_path / "images" / "val", labels=NAMES)
    check(found)


def test_yolo_outlines_become_boxes_and_pictures_may_be_empty(tmp_path):
    root = write_yolo(tmp_path)
    (root / "labels" / "a.txt").write_text("1 0.1 0.2 0.5 0.3 0.4 0.9\n\n")
    picture(root / "images" / "empty.png")
    found = read_boxes(root)
    np.testing.assert_allclose(found.pictures[0].boxes, [[0.1, 0.2, 0.5, 0.9]])
    assert len(found.pictures[2].boxes) == 0
    assert "1 pictures have no text" in found.notes[0]


def test_crowds_and_difficult_objects_are_ignored(tmp_path):
    data = coco_dict()
    data["annotations"][1]["iscrowd"] = 1
    found = read_boxes(write_coco(tmp_path / "coco", data))
    assert found.pictures[0].class_ids.tolist() == [0]
    np.testing.assert_allclose(found.pictures[0].ignored, [[0.5, 0.25, 1.0, 1.0]])
    assert found.pictures[0].crowds.tolist() == [True]
    assert len(found.pictures[0].ignored_ids) == 1
    root = write_voc(tmp_path / "voc")
    path = root / "Annotations" / "b.xml"
    path.write_text(path.read_text().replace("<difficult>0", "<difficult>1"))
    difficult = read_boxes(root).pictures[1]
    assert len(difficult.ignored) == len(difficult.ignored_ids) == 1
    assert difficult.crowds.tolist() == [False]


def test_coco_pictures_of_another_size_are_told(tmp_path):
    data = coco_dict()
    data["images"][0]["width"] = 80
    found = read_boxes(write_coco(tmp_path, data))
    with pytest.raises(CalibrationError, match=r"a\.png has 40x20 .* says\s+80x20"):
        found.pictures[0].in_pixels(WIDTH, HEIGHT)


YOLO_FAULTS = [
    ("0 0.5 0.5 0.2 0.0", r"a\.txt:2: the box has no area"),
    ("0 0.95 0.5 0.2 0.2", r"a\.txt:2: the box reaches 5\.0% .* outside"),
    ("0 1.5 0.5 0.2 0.2", r"a\.txt:2: the box reaches"),
    ("2 0.5 0.5 0.2 0.2", r"a\.txt:2: class 2, but there are 2 labels"),
    ("-1 0.5 0.5 0.2 0.2", r"a\.txt:2: no class_id is -1"),
    ("0.5 0.5 0.5 0.2 0.2", r"a\.txt:2: no class_id is 0\.5"),
    ("0 0.5 0.5 0.2", r"a\.txt:2: expected class, .* got 4 numbers"),
    ("cat 0.5 0.5 0.2 0.2", r"a\.txt:2: expected numbers, got 'cat"),
    ("0 nan 0.5 0.2 0.2", r"a\.txt:2: .* no number"),
]


@pytest.mark.parametrize(("line", "sentence"), YOLO_FAULTS)
def test_bad_yolo_lines_are_named_and_can_be_left_out(tmp_path, line, sentence):
    root = write_yolo(tmp_path)
    text = root / "labels" / "a.txt"
    good = yolo_line((4, 2, 14, 12), 0)
    text.write_text(f"{good}{line}\n")
    with pytest.raises(CalibrationError, match=sentence):
        read_boxes(root)
    found = read_boxes(root, skip_bad=True)
    assert len(found.pictures[0].boxes) == 1
    assert "1 bad entries" in found.notes[0]


def test_rounding_at_the_edge_is_moved_in(tmp_path):
    root = write_yolo(tmp_path)
    (root / "labels" / "a.txt").write_text("0 0.0995 0.5 0.2 1.005\n")
    np.testing.assert_allclose(read_boxes(root).pictures[0].boxes, [[0, 0, 0.1995, 1]])


def test_a_text_without_a_picture_is_told(tmp_path):
    root = write_yolo(tmp_path)
    (root / "images" / "b.png").unlink()
    with pytest.raises(CalibrationError, match=r"b\.txt:1: there is no picture"):
        read_boxes(root)


COCO_FAULTS = [
    (lambda d: d["annotations"][1].update(bbox=[0, 0, 0, 5]), r"\[1\]: .* no area"),
    (lambda d: d["annotations"][1].update(bbox=[0, 0, 50, 5]), r"\[1\]: .*outside"),
    (lambda d: d["annotations"][1].update(bbox=[1, 2]), r"\[1\]: lacks or garbles"),
    (lambda d: d["annotations"][1].update(category_id=9), r"\[1\]: .* no category 9"),
    (lambda d: d["annotations"][1].update(image_id=99), r"\[1\]: .* no image .* 99"),
    (lambda d: d["images"][0].update(file_name="z.png"), r"\[0\]: .* no picture 'z"),
    (lambda d: d["images"][0].update(width=0), r"\[0\]: 'a\.png' is 0x20 large"),
    (lambda d: d["images"][0].pop("height"), r"images\[0\]: lacks or garbles 'height'"),
]


@pytest.mark.parametrize(("damage", "sentence"), COCO_FAULTS)
def test_bad_coco_entries_are_named(tmp_path, damage, sentence):
    data = coco_dict()
    damage(data)
    root = write_coco(tmp_path, data)
    with pytest.raises(CalibrationError, match=sentence):
        read_boxes(root)
    assert "left out" in read_boxes(root, skip_bad=True).notes[0]


VOC_FAULTS = [
    (("<xmax>14</xmax>", "<xmax>4</xmax>"), r"a\.xml:3: the box has no area"),
    (("<xmax>14</xmax>", "<xmax>50</xmax>"), r"a\.xml:3: the box reaches 25"),
    (("<xmax>14</xmax>", ""), r"a\.xml:3: the box lacks a side"),
    (("<xmax>14</xmax>", "<xmax>x</xmax>"), r"a\.xml:4: xmax should be a number"),
    (("<name>cat", "<name>"), r"a\.xml:3: no label is ''"),
    (("<width>40", "<width>0"), r"a\.xml:1: the picture's size is 0x20"),
    (("</annotation>", ""), r"a\.xml:\d+: no XML"),
    (("<annotation>", "<!DOCTYPE a [<!ENTITY b 'c'>]><annotation>"), "an entity"),
]


@pytest.mark.parametrize(("change", "sentence"), VOC_FAULTS)
def test_bad_voc_lines_are_named(tmp_path, change, sentence):
    root = write_voc(tmp_path)
    path = root / "Annotations" / "a.xml"
    path.write_text(path.read_text().replace(*change, 1))
    with pytest.raises(CalibrationError, match=sentence):
        read_boxes(root)
    assert "left out" in read_boxes(root, skip_bad=True).notes[0]


def test_a_voc_picture_that_is_missing_is_told(tmp_path):
    root = write_voc(tmp_path)
    (root / "JPEGImages" / "a.png").unlink()
    with pytest.raises(CalibrationError, match=r"a\.xml:1: there is no picture a\.png"):
        read_boxes(root)


def test_voc_lists_are_the_parts(tmp_path):
    root = write_voc(tmp_path)
    main = root / "ImageSets" / "Main"
    main.mkdir(parents=True)
    (main / "train.txt").write_text("a\n")
    (main / "val.txt").write_text("b\n")
    learnt, held = split_boxes(read_boxes(root), share=0.5, seed=0)
    assert [p.path.stem for p in learnt.pictures] == ["a"]
    assert [p.path.stem for p in held.pictures] == ["b"]


def test_the_split_is_seeded_whole_and_keeps_parts(tmp_path):
    for number in range(10):
        picture(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    found = read_boxes(tmp_path)
    first = split_boxes(found, share=0.3, seed=1)
    again = split_boxes(found, share=0.3, seed=1)
    other = split_boxes(found, share=0.3, seed=2)
    assert [len(part) for part in first] == [7, 3]
    assert first[1].pictures == again[1].pictures
    assert first[1].pictures != other[1].pictures
    both = {p.path for part in first for p in part.pictures}
    assert len(both) == 10
    with pytest.raises(CalibrationError, match="1 pictures, too few"):
        split_boxes(found.subset([0]), share=0.3, seed=0)


def test_nothing_is_a_sentence(tmp_path):
    with pytest.raises(CalibrationError, match="no such file or folder"):
        read_boxes(tmp_path / "none")
    with pytest.raises(CalibrationError, match="has no boxes"):
        read_boxes(tmp_path)
    with pytest.raises(ValueError, match="No layout 'kitti'"):
        read_boxes(tmp_path, layout="kitti")
    picture(tmp_path / "a.png")
    with pytest.raises(CalibrationError, match="has a .txt file with boxes"):
        read_boxes(tmp_path, layout="yolo")
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(CalibrationError, match="is no COCO file"):
        read_boxes(tmp_path / "x.json")
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(CalibrationError, match="Cannot read .* as JSON"):
        read_boxes(tmp_path / "x.json")


def test_a_real_data_set(shared):
    found = read_boxes(shared / "coco", skip_bad=True)
    assert len(found) == 128
    assert found.box_count == 929
    assert found.labels[:2] == ("person", "bicycle")


@pytest.mark.parametrize("class_id", ["nan", "inf", "-1", "0.5", "20251231"])
def test_a_number_that_is_no_class_has_file_and_line(tmp_path, class_id):
    write_yolo(tmp_path)
    (tmp_path / "classes.txt").unlink()
    (tmp_path / "labels" / "b.txt").write_text(f"{class_id} 0.5 0.5 0.2 0.2\n")
    with pytest.raises(CalibrationError, match=r"b.txt:1: no class_id is"):
        read_boxes(tmp_path, layout="yolo")


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("categories", {"id": "cat", "name": "cat"}),
        ("categories", "cat"),
        ("images", {"id": [1], "file_name": "a.png", "width": 4, "height": 4}),
        ("images", {"id": 7, "file_name": "a.png", "width": 1e999, "height": 4}),
        ("annotations", {"image_id": [1], "category_id": 7, "bbox": [1, 1, 2, 2]}),
        ("annotations", None),
    ],
)
def test_garbled_coco_entries_have_their_place(tmp_path, name, entry):
    data = coco_dict()
    data[name].append(entry)
    for stem in OBJECTS:
        picture(tmp_path / "images" / f"{stem}.png")
    (tmp_path / "i.json").write_text(json.dumps(data))
    at = len(data[name]) - 1
    with pytest.raises(CalibrationError, match=rf"i.json, {name}\[{at}\]"):
        read_boxes(tmp_path)


def test_coco_paths_of_windows_are_found(tmp_path):
    data = coco_dict()
    for item in data["images"]:
        picture(tmp_path / "images" / item["file_name"])
        item["file_name"] = "images\\" + item["file_name"]
    (tmp_path / "i.json").write_text(json.dumps(data))
    assert len(read_boxes(tmp_path)) == len(OBJECTS)


def test_a_coco_file_of_nothing_is_refused(tmp_path):
    (tmp_path / "i.json").write_text(
        json.dumps({"images": [], "annotations": [], "categories": []})
    )
    with pytest.raises(CalibrationError, match="list no pictures"):
        read_boxes(tmp_path)


def test_bad_entries_are_lines_below_the_sentence(tmp_path):
    data = coco_dict()
    data["categories"].append({"id": 9, "name": "a\ud800"})
    data["annotations"] += [{"image_id": "x"}] * 50
    data["images"].append({"id": 99, "file_name": "n" * 5000, "width": 4, "height": 4})
    data["images"].append({"id": 98, "file_name": "a.png", "width": 4, "height": 2**40})
    root = write_coco(tmp_path, data)
    with pytest.raises(CalibrationError) as failure:
        read_boxes(root)
    error = failure.value
    assert "\n" not in error.sentence
    assert "has 53 bad entries. Correct them" in error.sentence
    assert all(len(line) < 400 for line in error.table)
    for words in (r"the name 'a\ud800'", "there is no picture 'nnn", "1099511627776"):
        assert any(words in line for line in error.table)
    assert error.table[-1] == f"  and {53 - len(error.table) + 1} more"
