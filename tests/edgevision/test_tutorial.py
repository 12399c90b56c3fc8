"""Every command of the first two pages works and leaves what the page says."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import cv2
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FILE = re.compile(r"[\w./-]+\.(?:keras|tflite|png|csv|html|jsonl|json)\b")


@pytest.fixture(scope="module")
def maker():
    """Return the script that makes the pages."""
    place = REPOSITORY / "tools" / "docs" / "make_tutorial.py"
    spec = importlib.util.spec_from_file_location("make_tutorial", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_command_has_its_output_on_the_page(maker):
    pages = (page.read_text("utf-8") for page in maker.PAGES)
    found = [step for page in pages for block in maker.blocks(page) for step in block]
    programs = {command.split()[1] for command, _ in found}
    assert programs == {"demo", "train", "convert", "inspect", "benchmark", "run"}
    assert all(output for _, output in found)


def test_long_runs_of_epochs_are_three_lines(maker):
    epochs = [f"epoch {i} of 5: loss 1" for i in range(1, 6)]
    assert maker.shortened(["data", *epochs, "end"]) == [
        *("data", epochs[0], "...", epochs[-1], "end")
    ]
    assert maker.shortened(epochs[:2]) == epochs[:2]
    assert maker.shortened([]) == []


def test_a_histogram_is_three_lines_and_inspect_its_first_table(maker):
    bars = ["    0.1 ms ####   4", "    0.2 ms ##     2", ">=  0.3 ms #   1"]
    assert maker.shortened([*bars, bars[2]]) == [bars[0], "...", bars[2]]
    said = ["why", "", "Inputs and outputs", "  name", "Operations"]
    assert maker.shortened(said) == ["why", "", "..."]


def shown(output):
    """Return what a reader may type next, which no measurement changes."""
    return [line for line in output if line.startswith("next: ")]


@pytest.mark.tf
@pytest.mark.slow
def test_a_newcomer_who_follows_the_pages_succeeds(maker, tmp_path):
    pytest.importorskip("tensorflow")
    text = "".join(page.read_text("utf-8") for page in maker.PAGES)
    for block in maker.blocks(text):
        for command, on_page in block:
            code, output = maker.run(command, tmp_path)
            assert code == 0, "\n".join([command, *output])
            assert shown(output) == shown(on_page), command
            for name in FILE.findall(command):
                assert (tmp_path / name).is_file(), f"{command} left no {name}"
    lines = (tmp_path / "results.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    right = [Path(f["source"]).parent.name == f["classes"][0]["label"] for f in found]
    assert len(right) == 12
    assert sum(right) >= 8  # two by chance
    assert len(list((tmp_path / "found").iterdir())) >= 100
    record = json.loads((tmp_path / "best.search.json").read_text("utf-8"))
    assert sum(row["chosen"] for row in record["candidates"]) == 1
    for name in ("sheet.png", "shapes.curves.png", "scenes.curves.png"):
        assert cv2.imread(str(tmp_path / name)) is not None
