"""Options about single tensors: an input from a file."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from edgevision.cli.tensor_options import input_values_option


@click.command()
@input_values_option("Places too.", takes_files=True)
def _fill(inputs: dict[str, object] | None) -> None:
    click.echo(json.dumps(inputs))


def test_an_input_may_be_the_place_of_a_file(tmp_path):
    picture = tmp_path / "a=b.png"
    picture.write_bytes(b"")
    done = CliRunner().invoke(
        _fill,
        [
            *("--input", "conv/a=1=@predict.tflite:style.jpg"),
            *("--input", "v=vector.npy", "--input", f"x={picture}"),
            *("--input", "speed=1,2"),
        ],
    )
    assert json.loads(done.stdout) == {
        "conv/a=1": "@predict.tflite:style.jpg",
        "v": "vector.npy",
        "x": str(picture),
        "speed": [1.0, 2.0],
    }


@pytest.mark.parametrize("words", [["v=no.png"], ["v=a.npy", "v=1"], ["=a.npy"]])
def test_what_is_no_place_of_an_input_is_refused(words):
    typed = [word for value in words for word in ("--input", value)]
    assert CliRunner().invoke(_fill, typed).exit_code == 2
