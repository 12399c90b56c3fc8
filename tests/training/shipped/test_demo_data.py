"""What is drawn to try a training with is what the trainer takes it for."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from edgevision.training.data.data_layout import find_data
from edgevision.training.shipped.demo_data import DRAWINGS, draw

from edgevision.cli.main import cli
from edgevision.errors import OutputExistsError


@pytest.mark.parametrize(
    ("kind", "task"),
    [
        ("classes", "classification"),
        ("boxes", "detection"),
        ("masks", "segmentation"),
    ],
)
def test_each_kind_is_read_as_the_task_it_is_for(tmp_path, kind, task):
    folder = tmp_path / "data"
    assert draw(kind, folder, count=16, seed=0, force=False)[0] == 16
    assert find_data(folder).task == task
    pictures = [p for p in folder.rglob("*.png") if p.parent.name != "masks"]
    assert len(pictures) == 16
    with pytest.raises(OutputExistsError, match="already holds files"):
        draw(kind, folder, count=16, seed=0, force=False)


def test_the_seed_decides_the_pictures(tmp_path):
    texts = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        draw("boxes", tmp_path / name, count=12, seed=seed, force=False)
        texts.append((tmp_path / name / "labels/train/00000.txt").read_text())
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("count", [11, 10_001])
def test_too_few_or_too_many_are_refused(tmp_path, count):
    with pytest.raises(ValueError, match=f"12 to 10000 pictures, got {count}"):
        draw("classes", tmp_path, count=count, seed=0, force=False)


def test_the_command_says_what_to_type_next(tmp_path):
    folder = tmp_path / "shapes"
    words = ["demo", "--draw", "classes", "--count", "12", "-o", str(folder)]
    found = CliRunner().invoke(cli, words)
    assert found.exit_code == 0
    first, second = found.stdout.splitlines()
    assert first.startswith(f"{folder}: 12 pictures of one shape each")
    assert second == f"next: edgevision train {folder} -o shapes.keras"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--draw", "boxes"], "--draw takes --output FOLDER"),
        (["--draw", "boxes", "--train", "-o", "x"], "and no --train"),
        (["--count", "5"], "--count is for --draw"),
        (["--draw", "boxes", "-o", "x", "--count", "5"], "12 to 10000"),
        (["--draw", "hexes", "-o", "x"], "'hexes' is not one of"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(cli, ["demo", *words])
    assert found.exit_code == 2
    assert sentence in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_offers_every_kind():
    option = next(p for p in cli.get_command(None, "demo").params if p.name == "kind")
    assert set(option.type.choices) == set(DRAWINGS)
