"""The command after a conversion: for every task it works as it is printed."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.converters.write.metadata import attach
from edgevision.runtime.demo import CLASSIFIER, DETECTOR
from edgevision.runtime.tflite import ModelFile
from support.tiny_tflite import RESHAPE, Operator, Tensor, build

from edgevision.card import TASKS, InputCard, ModelCard, OutputCard
from edgevision.cli.main import cli
from edgevision.cli.reports.next_step import next_step

UNIT = 1 / 255
# Per task: the picture's rows and columns, the output's shape, decoder, options.
SHAPES = {
    "classification": ((4, 4), (1, 48), "classifier", {"activation": "none"}),
    "segmentation": ((8, 8), (1, 8, 8, 3), "segmentation", {}),
    "pose": ((17, 1), (1, 1, 17, 3), "pose", {}),
    "landmarks": ((4, 4), (1, 48), "landmarks", {"units": "normalized", "values": 2}),
    "embedding": ((4, 4), (1, 48), "embedding", {}),
    "values": ((4, 4), (1, 48), "values", {}),
    "image": ((8, 8), (1, 8, 8, 3), "image", {"mean": 0.0, "std": 255.0}),
    "multi-task": (
        (4, 4),
        (1, 48),
        "heads",
        {"heads": [{"name": "age", "decoder": "values", "outputs": [0]}]},
    ),
    "raw": ((4, 4), (1, 48), "raw", {}),
}


def reshaped(picture: tuple[int, int], shape: tuple[int, ...]) -> bytes:
    """Return a model whose answer is the picture itself in another shape."""
    tensors = [
        Tensor((1, *picture, 3), "uint8", UNIT, name="picture"),
        Tensor((len(shape),), "int32", name="shape", data=np.asarray(shape, np.int32)),
        Tensor(shape, "uint8", UNIT, name="answer"),
    ]
    return build(tensors, [Operator(RESHAPE, [0, 1], [2])], [0], [2])


def file_of(task: str, folder: Path) -> Path:
    """Return a converted file of a task, in a folder with a space in its name."""
    path = folder / f"a {task}.tflite"
    if task == "detection":
        return Path(shutil.copy(DETECTOR, path))
    if task == "generation":
        from edgevision.runtime.model import GENERATOR

        return Path(shutil.copy(GENERATOR, path))
    size, shape, decoder, options = SHAPES[task]
    plain = folder / "plain.tflite"
    plain.write_bytes(reshaped(size, shape))
    card = ModelCard(
        "tiny",
        task,
        InputCard(width=size[1], height=size[0], std=(255.0,)),
        OutputCard(decoder, options),
    )
    path.write_bytes(attach(plain, card))
    return path


@pytest.fixture
def pictures(tmp_path, rng):
    folder = tmp_path / "my pictures"
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for i in range(3):
            picture = rng.integers(0, 256, (20, 20, 3), np.uint8)
            cv2.imwrite(str(folder / name / f"{i}.png"), picture)
    return folder


@pytest.mark.parametrize("task", [*SHAPES, "detection", "generation"])
def test_the_printed_command_works(task, tmp_path, pictures):
    path = file_of(task, tmp_path)
    card = ModelFile.open(path).card
    command = next_step(path, card, pictures)
    program, *words = shlex.split(command)
    assert program == "edgevision"
    outcome = CliRunner().invoke(cli, words)
    assert outcome.exit_code == 0, f"{command}\n{outcome.output}"
    expected = {"embedding": "enroll", "generation": "generate", "raw": "inspect"}
    assert words[0] == expected.get(task, "run")


def test_every_task_is_covered():
    later = {"text"}
    assert {*SHAPES, "detection", "generation"} == set(TASKS) - later


@pytest.mark.parametrize("pictures", [None, Path("set.npz"), Path("empty")])
def test_without_a_folder_of_pictures_the_file_is_looked_at(tmp_path, pictures):
    (tmp_path / "empty").mkdir()
    where = None if pictures is None else tmp_path / pictures
    card = ModelFile.open(CLASSIFIER).card
    command = next_step(CLASSIFIER, card, where)
    assert command == shlex.join(["edgevision", "inspect", str(CLASSIFIER), "--check"])
    outcome = CliRunner().invoke(cli, shlex.split(command)[1:])
    assert outcome.exit_code == 0, outcome.output


def test_enroll_says_how_its_gallery_is_used(tmp_path, pictures):
    path = file_of("embedding", tmp_path)
    gallery = tmp_path / "the names.npz"
    words = ["enroll", str(path), str(pictures), "-o", str(gallery)]
    outcome = CliRunner().invoke(cli, words)
    assert outcome.exit_code == 0, outcome.output
    (line,) = [x for x in outcome.stderr.splitlines() if x.startswith("next: ")]
    command = shlex.split(line.removeprefix("next: "))
    assert command[:3] == ["edgevision", "run", str(path)]
    outcome = CliRunner().invoke(cli, command[1:])
    assert outcome.exit_code == 0, outcome.output
