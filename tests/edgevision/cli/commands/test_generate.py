"""``edgevision generate`` with the generator that is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.runtime.demo.watch_classifier import CLASSIFIER
from edgevision.runtime.model.generator import GENERATOR
from edgevision.runtime.tflite.model_file import ModelFile

import edgevision
from edgevision.cli.main import cli


def generate(*arguments):
    return CliRunner().invoke(cli, ["generate", *map(str, arguments)])


def test_the_shipped_generator_is_small_and_says_what_it_takes():
    opened = ModelFile.open(GENERATOR)
    assert opened.size < 300_000
    card = opened.card
    assert card is not None
    assert (card.task, card.output.decoder, card.input) == ("generation", "image", None)
    assert card.output.options["latent"] == 64
    assert card.verification["details"]["mean_level_error"] < 3
    assert card.check


def test_a_seed_gives_the_same_grid_and_another_another(tmp_path: Path):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        done = generate("-n", 6, "--seed", seed, "-o", tmp_path / f"{name}.png")
        assert done.exit_code == 0, done.output
        assert "6 pictures of 32x32 from 64 numbers each" in done.stderr
    first, again, other = (
        cv2.imread(str(tmp_path / f"{name}.png")) for name in ("a", "b", "c")
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    # Shapes: some of each picture is white, most is black.
    tile = first[:32, :32]
    assert 0.02 < (tile > 200).mean() < 0.7
    assert (tile < 50).mean() > 0.3


def test_each_picture_and_the_grid_are_the_same_pixels(tmp_path: Path):
    done = generate(
        GENERATOR, "-n", 3, "--seed", 1, "--each", tmp_path / "each",
        "-o", tmp_path / "grid.png", "--columns", 3, "--scale", 2, "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert (record["count"], record["latent"], record["seed"]) == (3, 64, 1)
    assert record["invoke_ms"]["median"] > 0
    grid = cv2.imread(str(tmp_path / "grid.png"))
    assert grid.shape == (64, 196, 3)
    made = edgevision.generate(count=3, seed=1)
    for number in range(3):
        each = cv2.imread(str(tmp_path / "each" / f"{number:04d}.png"))
        left = number * 66
        np.testing.assert_array_equal(grid[:, left : left + 64], each)
        np.testing.assert_array_equal(each[::2, ::2], made[number])


def test_backends_and_kernels_make_the_same_pictures_but_for_a_level(tmp_path: Path):
    plain = edgevision.generate(GENERATOR, 4, seed=2, delegate="none")
    fast = edgevision.generate(GENERATOR, 4, seed=2, delegate="xnnpack")
    gap = np.abs(plain.images.astype(int) - fast.images)
    assert gap.mean() < 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Pass -o GRID.png, --each DIR or both"),
        (["-o", "grid.doc"], 2, "must end in one of"),
        (["-o", "grid.png", "-n", "0"], 2, "0 is not in the range"),
        (["-o", "grid.png", "--seed", "-1"], 2, "-1 is not in the range"),
        (["absent.tflite", "-o", "grid.png"], 1, "absent.tflite"),
        ([CLASSIFIER, "-o", "grid.png"], 1, "which makes no pictures of random"),
    ],
)
def test_what_is_wrong_is_a_sentence(arguments, code, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = generate(*arguments)
    assert done.exit_code == code, done.output
    assert words in " ".join(done.output.split())
    assert not list(tmp_path.glob("*.png"))


def test_existing_files_need_force(tmp_path: Path):
    (tmp_path / "grid.png").write_bytes(b"x")
    (tmp_path / "each").mkdir()
    (tmp_path / "each" / "0000.png").write_bytes(b"x")
    assert "--force" in generate("-o", tmp_path / "grid.png").stderr
    assert "already holds files" in generate("--each", tmp_path / "each").stderr
    done = generate(
        "-o", tmp_path / "grid.png", "--each", tmp_path / "each", "-n", 1, "--force"
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "each" / "0000.png").stat().st_size > 50


def test_a_generator_cannot_be_run_on_pictures(tmp_path: Path):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((8, 8, 3), np.uint8))
    done = CliRunner().invoke(
        cli, ["run", str(GENERATOR), "--source", str(tmp_path / "a.png")]
    )
    assert done.exit_code == 1
    assert "edgevision generate" in done.output


def test_a_file_without_a_card_is_told_what_it_is(tmp_path: Path):
    bare = tmp_path / "bare.tflite"
    opened = ModelFile.open(GENERATOR)
    bare.write_bytes(bytes(opened.data[: opened.flatbuffer_size]))
    done = generate(bare, "-o", tmp_path / "a.png", "--trust")
    assert done.exit_code == 1
    assert "--task generation" in done.stderr
    told = CliRunner().invoke(
        cli, ["card", str(bare), "--task", "generation", "--force"]
    )
    assert told.exit_code == 0, told.output
    done = generate(bare, "-n", 2, "--seed", 5, "-o", tmp_path / "a.png", "--trust")
    assert done.exit_code == 0, done.output
    assert generate("-n", 2, "--seed", 5, "-o", tmp_path / "b.png").exit_code == 0
    first, second = (cv2.imread(str(tmp_path / f"{name}.png")) for name in "ab")
    np.testing.assert_array_equal(first, second)


def test_columns_without_a_grid_are_a_wrong_call(tmp_path):
    result = generate("--each", tmp_path / "all", "--columns", 3)
    assert result.exit_code == 2
    assert "--columns arranges the grid of -o" in result.stderr
    assert not (tmp_path / "all").exists()
