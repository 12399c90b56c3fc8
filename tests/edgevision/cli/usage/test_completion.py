"""What a shell offers when Tab is pressed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from edgevision.runtime.sources import parse_source

from edgevision.cli.commands.run import _CAMERAS
from edgevision.cli.main import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[4]


def _offered(line: str) -> list[tuple[str, str]]:
    """Return kind and value of what bash is offered behind a line."""
    words = line.split(" ")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from edgevision.cli.main import cli; cli(prog_name='edgevision')",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
        env=os.environ
        | {
            "PYTHONPATH": str(REPOSITORY),
            "_EDGEVISION_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
    )
    pairs = [row.partition(",") for row in done.stdout.splitlines()]
    return [(kind, value) for kind, _, value in pairs]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("edgevision run --sc", {"--score-threshold"}),
        ("edgevision con", {"convert"}),
        ("edgevision run m.tflite --decoder yolo-p", {"yolo-pose"}),
        ("edgevision run m.tflite --backend tf", {"tflite-runtime"}),
        ("edgevision run m.tflite --sink js", {"jsonl:"}),
        ("edgevision run m.tflite -s sy", {"synthetic:", "sy"}),
        ("edgevision run m.tflite --color b", {"bgr"}),
        ("edgevision convert m.keras --recipe int1", {"int16x8"}),
        ("edgevision devices pi-z", {"pi-zero2w"}),
    ],
)
def test_names_are_completed(line, values):
    assert {value for _, value in _offered(line)} == values


@pytest.mark.parametrize(
    "line",
    ["edgevision run net", "edgevision run m.tflite -s ph", "edgevision convert net"],
)
def test_files_are_left_to_the_shell(line):
    assert ("file", line.rpartition(" ")[2]) in _offered(line)


def test_the_scripts_for_three_shells_are_there():
    for shell in ("bash", "zsh", "fish"):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from edgevision.cli.main import cli; cli(prog_name='edgevision')",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=REPOSITORY,
            env=os.environ | {"_EDGEVISION_COMPLETE": f"{shell}_source"},
        )
        assert "_EDGEVISION_COMPLETE" in done.stdout, done.stderr


def test_all_commands_are_offered():
    assert {value for _, value in _offered("edgevision ")} == set(COMMANDS)


@pytest.mark.parametrize("name", _CAMERAS)
def test_every_source_that_is_offered_is_one(name):
    kind = parse_source(f"{name}camera.local" if "://" in name else name).kind
    assert kind not in ("video", "images")
