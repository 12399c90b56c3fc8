"""The closing lines of a training."""

from __future__ import annotations

from pathlib import Path

import pytest
from edgevision.training.request import TrainReport

from edgevision.cli.reports import train_lines


def _report(**changes):
    values = {
        "path": Path("net.keras"),
        "task": "classification",
        "evidence": "class folders",
        "arch": "cnn",
        "parameters": 12_345,
        "epochs": 7,
        "best_epoch": 5,
        "seconds": 61.4,
        "ended": "finished",
        "metrics": {"accuracy": 0.875},
        "labels": ("cat", "dog"),
        "history": {},
        "facts": {"held_out": 40},
        "files": {"curves": Path("net.png")},
        "warnings": (),
        "next_commands": ("edgevision convert net.keras",),
    }
    return TrainReport(**{**values, **changes})


def test_they_name_the_file_how_good_it_is_and_what_to_run_next():
    assert train_lines(_report()) == [
        "net.keras: cnn, 12,345 parameters, 7 epochs in 61 s, epoch 5 kept",
        "on 40 held-out pictures: accuracy 87.5%",
        "curves: net.png",
        "next: edgevision convert net.keras",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"ended": "early"}, "; it no longer improved"),
        ({"ended": "time"}, "; the time limit was reached"),
        ({"ended": "interrupted"}, "; it was interrupted"),
        ({"best_epoch": 0}, "7 epochs in 61 s"),
    ],
)
def test_the_first_line_says_how_it_ended(changes, line):
    assert train_lines(_report(**changes))[0].endswith(line)


def test_without_a_count_of_pictures_the_numbers_stand_alone():
    assert "held out: accuracy 87.5%" in train_lines(_report(facts={}))
    assert len(train_lines(_report(metrics={}, files={}, next_commands=()))) == 1
