"""One folder, one list: every command takes the same files for pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.converters.datasets import open_images
from edgevision.converters.datasets.annotations import read_boxes
from edgevision.runtime.benchmark.opened_model import read_pictures
from edgevision.runtime.gallery.enrollment import named_pictures
from edgevision.runtime.sources.open import open_source
from edgevision.training.data.data_layout import pictures_in
from edgevision.training.data.pictures import find_pictures
from edgevision.training.segmentation.masked_pictures import find_pairs

PICTURES = (
    "cat/1.jpg",
    "cat/2.JPEG",
    "cat/10.png",
    "cat/deep/3.webp",
    "dog/1.heic",
    "dog/2.gif",
    "dog/3.jfif",
    "dog/4.avif",
    "dog/5.ppm",
)
LEFT_OUT = (
    "._a.jpg",
    "cat/._1.jpg",
    "cat/.thumbs/1.jpg",
    ".thumbnails/1.jpg",
    "__MACOSX/cat/1.jpg",
    "dog/a.dng",
)
SENTENCE = "hidden picture files (2, such as ._a.jpg); hidden folders of pictures (3, "


@pytest.fixture
def folder(tmp_path, rng):
    """Return class folders with what phones, archives and file managers leave."""
    root = tmp_path / "photos"
    for name in (*PICTURES, *LEFT_OUT):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = rng.integers(0, 256, (9, 12, 3), np.uint8)
        kind = path.suffix.lower()
        kind = {".jfif": ".jpg", ".heic": ".png", ".dng": ".png"}.get(kind, kind)
        # OpenCV 4 writes no GIF: what counts for the list is the name.
        kind = kind if cv2.haveImageWriter(f"a{kind}") else ".png"
        path.write_bytes(cv2.imencode(kind, picture)[1].tobytes())
    (root / "notes.txt").write_text("no picture")
    (root / "dog" / "loop").symlink_to(root, target_is_directory=True)
    (root / "cat" / "1.txt").write_text("0 0.5 0.5 0.2 0.2\n")
    masks = tmp_path / "masks"
    for name in PICTURES:
        path = (masks / name).with_suffix(".png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a mask")
    (tmp_path / "images").symlink_to(root, target_is_directory=True)
    return root


def run(folder: Path, notes: list[str]) -> list[Path]:
    source = open_source(str(folder))
    source.status.on_note = notes.append
    next(iter(source))
    return source.paths


def benchmark(folder: Path, notes: list[str]) -> list[Path]:
    return [Path(frame.source) for frame in read_pictures(str(folder)).frames]


def convert(folder: Path, notes: list[str]) -> list[Path]:
    images = open_images(folder)
    assert images.class_names == ("cat", "dog")
    notes += images.notes
    return list(images.items)


def convert_a_detector(folder: Path, notes: list[str]) -> list[Path]:
    boxes = read_boxes(folder, skip_bad=True)
    notes += boxes.notes
    return [picture.path for picture in boxes.pictures]


def enroll(folder: Path, notes: list[str]) -> list[Path]:
    names = named_pictures([folder], on_note=notes.append)
    return [path for paths in names.values() for path in paths]


def train_a_classifier(folder: Path, notes: list[str]) -> list[Path]:
    return list(find_pictures(folder, notes.append).paths)


def train_a_generator(folder: Path, notes: list[str]) -> list[Path]:
    return list(pictures_in(folder))


def train_a_segmenter(folder: Path, notes: list[str]) -> list[Path]:
    pairs = find_pairs(folder.parent, notes.append)
    images = folder.parent / "images"
    return [folder / picture.relative_to(images) for picture, _ in pairs]


@pytest.mark.parametrize(
    "reader",
    [
        run,
        benchmark,
        convert,
        convert_a_detector,
        enroll,
        train_a_classifier,
        train_a_generator,
        train_a_segmenter,
    ],
)
def test_every_command_takes_a_folder_to_the_same_list(folder, reader, caplog):
    notes: list[str] = []
    taken = [str(path.relative_to(folder)) for path in reader(folder, notes)]
    assert taken == list(PICTURES)
    said = "\n".join([*notes, caplog.text])
    assert (SENTENCE in said) is (reader is not train_a_generator)
