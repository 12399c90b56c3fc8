"""Every recipe of a shipped model is the same command, with the same exit codes."""

from __future__ import annotations

import ast
import importlib
import inspect
from dataclasses import fields
from pathlib import Path

import pytest
from edgevision.converters.convert import convert
from edgevision.converters.options import ConvertOptions
from edgevision.training.shipped.recipe_command import recipe_parser, run_recipe

from edgevision.errors import OutputExistsError


@pytest.mark.parametrize(
    "module", ["demo_classifier", "demo_detector", "demo_generator"]
)
def test_help_names_recipe_and_options(module, capsys):
    main = importlib.import_module(f"edgevision.training.shipped.{module}").main
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    usage = f"usage: python -m edgevision.training.shipped.{module} "
    assert " ".join(text.split()).startswith(usage)
    assert "--output" in text
    assert "--force" in text


def test_an_output_is_asked_for(capsys):
    with pytest.raises(SystemExit) as ended:
        recipe_parser("demo_x", "Make x.").parse_args([])
    assert ended.value.code == 2
    assert "-o/--output" in capsys.readouterr().err


def test_progress_and_what_was_made_go_to_stderr(capsys):
    def work(say):
        say("drawing")
        return "x.tflite: 3 bytes"

    assert run_recipe(work) == 0
    written = capsys.readouterr()
    assert written.err.splitlines() == ["drawing", "x.tflite: 3 bytes"]
    assert written.out == ""


def test_an_error_is_a_sentence_with_its_exit_code(capsys):
    def work(say):
        raise OutputExistsError("x.tflite already exists. Pass --force to replace it.")

    assert run_recipe(work) == OutputExistsError.exit_code
    assert capsys.readouterr().err == (
        "Error: x.tflite already exists. Pass --force to replace it.\n"
    )


def test_a_generator_goes_on_only_where_its_folder_was_kept(capsys):
    from edgevision.training.shipped.demo_generator import main

    with pytest.raises(SystemExit):
        main(["-o", "x.tflite", "--resume"])
    assert "--resume needs the --keep folder" in capsys.readouterr().err


def test_recipes_and_benchmarks_hand_convert_options_that_it_has():
    """``convert`` takes ``**options``, so that no type checker sees a wrong one."""
    known = {field.name for field in fields(ConvertOptions)}
    known |= set(inspect.signature(convert).parameters)
    root = Path(__file__).parents[3]
    paths = [*(root / "training").rglob("*.py"), *(root / "benchmarks").glob("*.py")]
    paths += (root / "edgevision" / "cli").rglob("*.py")
    calls = [
        (path.name, keyword.arg)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("convert", "edgevision.convert")
        for keyword in node.keywords
        if keyword.arg is not None
    ]
    assert len(calls) > 20
    assert not [call for call in calls if call[1] not in known]
