"""Folders of pictures become galleries that name other pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.runtime.gallery.enrollment import named_pictures
from edgevision.runtime.gallery.gallery import Gallery

import edgevision
from edgevision.cli.main import cli
from edgevision.errors import SourceError

MODEL = "models/mobilenet_v1_1.0_224_quant_embedding_extractor.tflite"


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((8, 8, 3), 99, np.uint8))


def test_folders_in_a_folder_are_names(tmp_path: Path) -> None:
    picture(tmp_path / "known/ann/1.png")
    picture(tmp_path / "known/bob/1.jpg")
    (tmp_path / "known/bob/notes.txt").write_text("x")
    found = named_pictures([tmp_path / "known"])
    assert {name: len(paths) for name, paths in found.items()} == {"ann": 1, "bob": 1}
    assert list(named_pictures([tmp_path / "known/ann"])) == ["ann"]


def test_no_folder_and_no_pictures_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none is no folder\. Pass folders"):
        named_pictures([tmp_path / "none"])
    with pytest.raises(SourceError, match="There are no pictures in"):
        named_pictures([tmp_path])


def test_cifar_classes_are_enrolled_and_recognized(
    shared: Path, tmp_path: Path
) -> None:
    names = ("airplane", "frog", "truck")
    for name in names:
        for path in sorted((shared / "cifar10/calibration" / name).iterdir())[:12]:
            target = tmp_path / "known" / name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    (tmp_path / "known/frog/broken.jpg").write_text("no picture")
    gallery = tmp_path / "gallery.npz"
    result = CliRunner().invoke(
        cli,
        ["enroll", str(shared / MODEL), str(tmp_path / "known"), "-o", str(gallery)],
    )
    assert result.exit_code == 0, result.output
    assert "36 pictures of airplane (12), frog (12), truck (12)" in result.output
    assert "broken.jpg" in result.output
    assert Gallery.load(gallery).names == names
    again = CliRunner().invoke(
        cli,
        ["enroll", str(shared / MODEL), str(tmp_path / "known"), "-o", str(gallery)],
    )
    assert again.exit_code == 1
    assert "--force" in again.output

    with edgevision.load_model(shared / MODEL, gallery=gallery) as model:
        right = []
        for name in names:
            for path in sorted((shared / "cifar10/test" / name).iterdir())[:8]:
                found = model(path)
                right.append(found.label in (name, "unknown") and found.score > 0)
    # A third would be chance; what is not sure is unknown.
    assert np.mean(right) > 0.7
    with edgevision.load_model(
        shared / MODEL, gallery=gallery, score_threshold=0.999
    ) as model:
        assert model(path).label == "unknown"


@pytest.mark.parametrize(("made_by", "warnings"), [("0" * 64, 1), ("", 0)])
def test_a_gallery_of_another_model_is_named(
    shared: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    made_by: str,
    warnings: int,
) -> None:
    gallery = tmp_path / "gallery.npz"
    Gallery(np.eye(1, 1024, dtype=np.float32), ("ann",), model=made_by).save(gallery)
    with edgevision.load_model(shared / MODEL, gallery=gallery):
        pass
    assert caplog.text.count("was made with another file") == warnings
