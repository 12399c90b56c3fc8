"""The help of every command, and what a wrong call is told."""

from __future__ import annotations

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from edgevision.cli.main import COMMANDS, cli
from edgevision.cli.usage import GENERAL, Command, sections_of

# A kind of value that says nothing to a person.
KINDS = ("TEXT", "INTEGER", "FLOAT", "PATH", "RANGE", "BOOLEAN")


def _help(name: str) -> str:
    done = CliRunner().invoke(cli, [name, "--help"], terminal_width=80)
    assert done.exit_code == 0
    return done.stdout


def _command(name: str) -> Command:
    command = cli.get_command(click.Context(cli), name)
    assert isinstance(command, Command)
    return command


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_value_has_a_kind_that_a_person_understands(name):
    assert not set(re.findall(r"[A-Z]+", _help(name))) & set(KINDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_stands_in_a_section_and_the_general_ones_come_last(name):
    sections = sections_of(_command(name), click.Context(_command(name)))
    assert "Options" not in sections
    assert list(sections)[-1] == GENERAL
    assert {option.opts[-1] for option in sections[GENERAL]} == {
        "--verbose",
        "--debug",
        "--help",
    }
    assert all(len(options) <= 10 for options in sections.values())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_fits_the_terminal_and_breaks_no_word(name):
    text = _help(name)
    assert max(map(len, text.splitlines())) <= 80
    assert "center-\n" not in text
    for option in _command(name).params:
        if isinstance(option, click.Option):
            assert option.help
            assert option.help[-1] in ".)?", option.help


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_example_is_a_call_that_the_command_line_reads(
    name, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    command = _command(name)
    assert 1 <= len(command.examples) <= 5
    lines = "\n".join(command.examples).replace("\\\n", " ").splitlines()
    assert 1 <= len(lines) <= 3
    for line in lines:
        program, used, *words = shlex.split(line)
        assert program == "edgevision"
        other = _command(used)
        # Reading raises for an unknown option, a wrong value, an argument too many.
        context = other.make_context(used, words, parent=click.Context(cli))
        assert context.params


def test_defaults_and_limits_stand_in_the_help():
    flat = " ".join(_help("run").split())
    assert "[default: auto]" in flat
    assert "[default: 300]" in flat
    assert "[0 to 1; default: " in flat


def test_the_list_of_commands_cuts_off_no_sentence():
    done = CliRunner().invoke(cli, ["--help"], terminal_width=80)
    rows = done.stdout.split("Commands:\n")[1]
    assert "..." not in rows
    for name in COMMANDS:
        first = (_command(name).help or "").split("\n\n")[0]
        assert " ".join(first.split()) in " ".join(rows.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["run", "m.tflite", "photos"],
            "'photos' is too many: edgevision run takes MODEL. "
            "Did you mean --source photos?",
        ),
        (["run", "m.tflite", "out.csv"], "Did you mean --sink out.csv?"),
        (["convert", "m.keras", "photos"], "Did you mean --calibration photos?"),
        (["convert", "m.keras", "m.tflite"], "Did you mean --output m.tflite?"),
        (["train", "photos", "net.keras"], "Did you mean --output net.keras?"),
        (["inspect", "m.tflite", "page.html"], "Did you mean --report page.html?"),
        (["blend", "a.png", "b.png", "c.png", "-o", "d.png"], "takes A B."),
        (["doctor", "csi"], "edgevision doctor takes no argument. Did you mean --want"),
        (["card", "m.tflite", "labels.txt"], "Did you mean --labels labels.txt?"),
    ],
)
def test_an_argument_too_many_is_told_the_option_that_was_meant(words, sentence):
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2
    assert sentence in " ".join(done.stderr.split())


@pytest.mark.parametrize("columns", [1, 20, 40])
def test_a_narrow_terminal_gets_a_help_too(columns):
    done = CliRunner().invoke(cli, ["run", "--help"], terminal_width=columns)
    assert done.exit_code == 0, done.output
    assert "--score-threshold" in done.stdout
