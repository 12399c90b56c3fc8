"""Options that several commands share."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from edgevision.cli.options import decoder_option, echo_json, usage_errors


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
