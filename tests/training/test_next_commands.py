"""The commands after a training are taken by a shell as they stand."""

from __future__ import annotations

import shlex
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.training.data.data_layout import DataKind, find_data
from edgevision.training.next_commands import next_commands, resume_command
from edgevision.training.request import TrainRequest

from edgevision.cli.main import cli


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.zeros((4, 4, 3), np.uint8))


def source_of(command):
    words = shlex.split(command)
    return Path(words[words.index("--source") + 1])


def test_a_resumed_training_is_given_the_same_choices(tmp_path, monkeypatch):
    asked = TrainRequest(
        tmp_path / "my pictures",
        tmp_path / "n.keras",
        arch="cnn",
        input_size=(24, 22),
        width=0.5,
        epochs=7,
        seed=3,
        augment="none",
        max_seconds=9.0,
        force=True,
        options={"strides": [8, 16]},
    )
    seen = []
    monkeypatch.setattr(
        "edgevision.training.train.train", lambda request, **_: seen.append(request)
    )
    words = shlex.split(resume_command(asked))
    assert words[:2] == ["edgevision", "train"]
    CliRunner().invoke(cli, words[1:])
    (again,) = seen
    assert again.resume
    assert not again.force
    names = ("data", "output", "arch", "input_size", "width", "epochs", "seed")
    for name in (*names, "augment", "options", "patience", "learning_rate"):
        assert getattr(again, name) == getattr(asked, name), name


@pytest.mark.parametrize("layout", ["coco", "yolo"])
def test_a_description_in_a_folder_of_its_own_finds_the_pictures(tmp_path, layout):
    picture(tmp_path / "images" / "a.png")
    described = tmp_path / "annotations" / "set.json"
    described.parent.mkdir()
    described.write_text("{}")
    data = DataKind("detection", layout, described, "")
    request = TrainRequest(described, tmp_path / "n.keras")
    convert, run = next_commands(request, data, "finished")
    assert shlex.split(convert)[-1] == str(described)
    assert source_of(run) == tmp_path


def test_masks_are_no_pictures_to_run_on(tmp_path):
    root = tmp_path / "a b"
    picture(root / "train" / "images" / "a.png")
    picture(root / "train" / "masks" / "a.png")
    request = TrainRequest(root, tmp_path / "n.keras")
    convert, run = next_commands(request, find_data(root), "finished")
    assert source_of(run) == root / "train" / "images"
    assert shlex.split(convert)[-1] == str(root / "train" / "images")


def test_a_generator_is_followed_by_its_pictures(tmp_path):
    request = TrainRequest(tmp_path, tmp_path / "n.keras")
    data = DataKind("gan", "pictures", tmp_path, "")
    convert, make = next_commands(request, data, "finished")
    assert convert.startswith("edgevision convert ")
    assert make.startswith("edgevision generate ")
