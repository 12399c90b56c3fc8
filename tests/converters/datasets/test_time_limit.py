"""Reading ends when its time is over: every reader looks at the clock."""

from __future__ import annotations

import itertools
import json

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets import check_time, reading_within
from edgevision.converters.datasets.annotations import read_boxes
from edgevision.training.data import find_pictures
from edgevision.training.segmentation.masked_pictures import read_masked

from edgevision.card import InputCard
from edgevision.errors import TrainingError

XML = (
    "<annotation><filename>{0}.png</filename><size><width>8</width><height>8</height>"
    "</size><object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax>"
    "<ymax>5</ymax></bndbox></object></annotation>"
)


@pytest.fixture
def clock(monkeypatch):
    """Let each look at the clock take a second."""
    ticks = itertools.count()
    monkeypatch.setattr("time.monotonic", lambda: float(next(ticks)))


def pictures(folder, count=12):
    folder.mkdir(parents=True)
    for i in range(count):
        cv2.imwrite(str(folder / f"{i}.png"), np.full((8, 8, 3), i, np.uint8))


def coco(root):
    pictures(root)
    image = [
        {"id": i, "file_name": f"{i}.png", "width": 8, "height": 8} for i in range(12)
    ]
    boxes = [{"image_id": 0, "category_id": 1, "bbox": [1, 1, 4, 4]}] * 12
    data = {"images": image, "categories": [{"id": 1}], "annotations": boxes}
    (root / "a.json").write_text(json.dumps(data))
    read_boxes(root)


def voc(root):
    pictures(root)
    for i in range(12):
        (root / f"{i}.xml").write_text(XML.format(i))
    read_boxes(root)


def yolo(root):
    pictures(root)
    for i in range(12):
        (root / f"{i}.txt").write_text("0 .5 .5 .2 .2\n")
    read_boxes(root)


def class_folders(root):
    for name in ("a", "b"):
        pictures(root / name)
    find_pictures(root, lambda line: None)


def masks(root):
    for name in ("images", "masks"):
        pictures(root / name)
    read_masked(root, InputCard(8, 8), lambda line: None)


@pytest.mark.parametrize("read", [coco, voc, yolo, class_folders, masks])
def test_every_reader_looks_at_the_clock(tmp_path, clock, read):
    with (
        reading_within(7.0),
        pytest.raises(TrainingError, match="has taken 8 s, all of --max-time, and"),
    ):
        read(tmp_path / "set")


@pytest.mark.parametrize("read", [coco, voc, yolo, class_folders, masks])
def test_without_a_limit_the_time_is_only_measured(tmp_path, clock, read):
    with reading_within(None) as reading:
        read(tmp_path / "set")
    assert reading.seconds >= 12


def test_a_short_limit_leaves_five_seconds(clock):
    with reading_within(1.0):
        for _ in range(5):
            check_time()
        with pytest.raises(TrainingError, match="Reading the data has taken 6 s"):
            check_time()
    check_time()  # outside of it there is no limit
