"""Options that several commands share."""

from __future__ import annotations

import json
import os

import click
import pytest
from click.testing import CliRunner

from edgevision.cli.main import cli
from edgevision.cli.options import (
    decoder_option,
    echo_json,
    lambda_texts,
    max_pixels_option,
    usage_errors,
)
from edgevision.cli.tensor_options import input_values_option, read_head_options


@click.command()
@decoder_option
def _show(options: dict[str, object] | None) -> None:
    """Print what was read."""
    click.echo(json.dumps(options))


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], None),
        (["head=yolov8"], {"head": "yolov8"}),
        (
            ["n=3", "deep=true", "strides=[8,16]"],
            {"n": 3, "deep": True, "strides": [8, 16]},
        ),
        (["text=a=b"], {"text": "a=b"}),
        (["empty="], {"empty": ""}),
        (["n=1", "n=2"], {"n": 2}),
    ],
)
def test_named_values_are_json_where_they_can_be(words, options):
    typed = [word for value in words for word in ("--option", value)]
    done = CliRunner().invoke(_show, typed)
    assert json.loads(done.stdout) == options


@pytest.mark.parametrize("word", ["head", "=yolov8", " =1"])
def test_what_is_no_named_value_is_told_the_form(word):
    done = CliRunner().invoke(_show, ["--option", word])
    assert done.exit_code == 2
    assert "is not NAME=VALUE, like head=yolov8." in done.stderr


def test_json_is_one_object_that_reads_back(capsys):
    data = {"label": "猫\x1b[2J", "scores": [0.5]}
    echo_json(data)
    out = capsys.readouterr().out
    assert json.loads(out) == data
    assert "\x1b" not in out
    with pytest.raises(ValueError, match="JSON"):
        echo_json({"score": float("nan")})


def test_a_wrong_call_of_the_library_is_a_usage_error():
    with pytest.raises(click.UsageError, match="No label 'cta'"), usage_errors():
        raise ValueError("No label 'cta'.")


@click.command()
@input_values_option("Numbers.")
@click.option("--lambda", "lambdas", multiple=True, callback=lambda_texts)
@click.option("--head", "heads", multiple=True, callback=read_head_options)
def _show_names(**named: object) -> None:
    """Print what was read."""
    click.echo(json.dumps(named))


@pytest.mark.parametrize(
    ("option", "texts", "known"),
    [
        ("inputs", ["speed=0.4"], {"speed": 0.4}),
        ("inputs", ["my speed=x=0..30", "b=1,2"], {"my speed=x": "0..30", "b": [1, 2]}),
        ("lambda", ["a=x / 2"], {"a": "x / 2"}),
        ("lambda", ["a=1=x / 2"], {"a=1": "x / 2"}),
        ("lambda", ["a=resize(x, height=3)"], {"a": "resize(x, height=3)"}),
        ("lambda", ["a=1=x + clip(x, low=0)"], {"a=1": "x + clip(x, low=0)"}),
        ("head", ["a=1=values"], {"a=1": {"task": "values"}}),
        (
            "head",
            ["a=classification:b=values,c"],
            {"a": {"task": "classification", "labels": ["b=values", "c"]}},
        ),
    ],
)
def test_names_of_layers_may_hold_an_equals_sign(option, texts, known):
    flag = "--" + {"inputs": "input"}.get(option, option)
    typed = [word for text in texts for word in (flag, text)]
    done = CliRunner().invoke(_show_names, typed)
    key = {"inputs": "inputs", "lambda": "lambdas", "head": "heads"}[option]
    assert json.loads(done.stdout)[key] == known


@pytest.mark.parametrize(
    "typed",
    [
        ["--input", "a=1", "--input", "a=2"],
        ["--lambda", "a=x", "--lambda", "a=x"],
        ["--head", "a=values", "--head", "a=image"],
        ["--input", "a=nan"],
        ["--input", "a=1e999"],
        ["--input", "a=0..inf"],
        ["--lambda", "a"],
        ["--lambda", "a= "],
        ["--lambda", "=x"],
        ["--head", "=values"],
        ["--head", "a=valeus"],
    ],
)
def test_an_option_that_would_be_lost_or_cannot_be_read_is_refused(typed):
    assert CliRunner().invoke(_show_names, typed).exit_code == 2


def test_most_pixels_hold_until_the_command_ends(monkeypatch):
    monkeypatch.setenv("EDGEVISION_MAX_PIXELS", "7M")
    texts = []

    @click.command()
    @max_pixels_option
    def look():
        texts.append(os.environ["EDGEVISION_MAX_PIXELS"])

    runner = CliRunner()
    assert runner.invoke(look, ["--max-pixels", "250M"]).exit_code == 0
    assert runner.invoke(look, []).exit_code == 0
    assert texts == ["250M", "7M"]
    assert os.environ["EDGEVISION_MAX_PIXELS"] == "7M"
    refused = runner.invoke(look, ["--max-pixels", "many"])
    assert refused.exit_code == 2
    assert "a number of pixels was expected, such as 250M" in refused.output


@pytest.mark.parametrize(
    "name",
    ["run", "train", "convert", "enroll", "blend", "benchmark", "compare"],
)
def test_commands_that_read_pictures_take_their_limit(name):
    parameters = cli.get_command(click.Context(cli), name).params
    assert "--max-pixels" in [text for item in parameters for text in item.opts]
