"""A wrong option is told the right one."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from edgevision.cli.main import COMMANDS, cli
from edgevision.cli.usage import OTHER_COMMANDS, OTHER_TOOLS

MODEL = "m.tflite"


def _told(*words: str) -> str:
    done = CliRunner().invoke(cli, list(words))
    assert done.exit_code == 2
    return done.stderr.rpartition("Error: ")[2].strip()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["run", MODEL, "--conf", "0.5"], "--score-threshold"),
        (["run", MODEL, "--confidence=0.5"], "--score-threshold"),
        (["run", MODEL, "-conf", "0.5"], "--score-threshold"),
        (["run", MODEL, "--iou", "0.5"], "--iou-threshold"),
        (["run", MODEL, "--classes", "cat"], "--allow LABEL"),
        (["run", MODEL, "--max-det", "5"], "--max-detections"),
        (["train", "photos", "--max-seconds", "60"], "--max-time"),
        (["run", MODEL, "--score_threshold", "0.5"], "--score-threshold"),
        (["run", MODEL, "--sourc", "0"], "--source"),
        (["run", MODEL, "--sour", "0"], "--source"),
        (["run", MODEL, "--treshold", "0.5"], "--score-threshold"),
        (["run", MODEL, "--iou-treshold", "0.5"], "--iou-threshold"),
        (["run", MODEL, "--confidense", "0.5"], "--score-threshold"),
        (["run", MODEL, "--show"], "--sink window: or --sink web:8080"),
        (["run", MODEL, "--save"], "--sink images:FOLDER or --sink video:FILE.mkv"),
        (["run", MODEL, "--device", "cpu"], "--delegate"),
        (["convert", "m.keras", "--imgsz", "224"], "--input-size"),
        (["convert", "m.keras", "--int8"], "--recipe int8"),
        (["convert", "m.keras", "--representative-dataset", "x"], "--calibration"),
        (["train", "photos", "--lr", "0.1"], "--learning-rate"),
        (["train", "photos", "--batch", "8"], "--batch-size"),
    ],
)
def test_what_other_tools_call_it_is_told_what_it_is_called_here(words, meant):
    assert f"Did you mean {meant}?" in _told(*words)


def test_an_option_for_what_is_an_argument_here_is_told_so():
    assert _told("run", "--weights", MODEL) == (
        "edgevision run has no option --weights. MODEL is an argument: edgevision run "
        "MODEL."
    )
    assert "edgevision train DATA." in _told("train", "--data", "photos")


def test_an_option_of_another_command_is_told_where_it_belongs():
    assert "It is an option of 'edgevision convert'." in _told(
        "run", MODEL, "--calibration", "photos"
    )


def test_an_option_that_nothing_resembles_is_told_where_all_are_listed():
    assert _told("run", MODEL, "--zzz") == (
        "edgevision run has no option --zzz. 'edgevision run --help' lists those it "
        "has."
    )


def _all_names() -> set[str]:
    names: set[str] = set()
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        for param in command.params:
            names.update(param.opts)
            if isinstance(param, click.Argument):
                names.add(param.human_readable_name.strip("[]."))
    return names


@pytest.mark.parametrize("typed", sorted(OTHER_TOOLS))
def test_every_suggestion_names_something_that_a_command_has(typed):
    assert typed.startswith("-")
    names = _all_names()
    for target in OTHER_TOOLS[typed]:
        for part in target.split(" or "):
            assert part.split()[0] in names, part


@pytest.mark.parametrize("typed", sorted(OTHER_COMMANDS))
def test_a_command_of_another_tool_is_told_what_it_is_here(typed):
    meant = OTHER_COMMANDS[typed]
    assert typed not in COMMANDS
    assert meant.split()[0] in {*COMMANDS, "--help", "-V"}
    assert f"Did you mean 'edgevision {meant}'?" in _told(typed)


def test_a_command_that_nothing_resembles_is_told_all_there_are():
    told = _told("xyzzy")
    assert told.startswith("No command 'xyzzy'. Known: app, benchmark, ")
    assert all(name in told for name in COMMANDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("net.tflite", "run net.tflite"), ("a/net.H5", "convert a/net.H5")],
)
def test_a_model_without_a_command_is_told_the_command(typed, meant):
    assert f"Did you mean 'edgevision {meant}'?" in _told(typed)


def test_an_option_before_the_command_is_told_its_place():
    assert _told("--verbose", "run", MODEL) == (
        "edgevision has no option --verbose. Options of a command stand behind it: "
        "edgevision COMMAND --verbose"
    )
