"""The command line turns errors into sentences and exit codes."""

from __future__ import annotations

import errno

import click
import pytest
from click.testing import CliRunner

from edgevision.cli import main as main_module
from edgevision.cli.main import cli
from edgevision.cli.options import usage_errors
from edgevision.errors import BudgetError, ModelError
from edgevision.registry import load_own


@click.command()
@click.argument("kind")
def _broken(kind: str) -> None:
    """Fail in a chosen way."""
    with usage_errors():
        if kind == "model":
            raise ModelError("The model is broken.")
        if kind == "budget":
            raise BudgetError("Too slow.")
        if kind == "value":
            raise ValueError("No label 'cta'.")
        if kind == "disk":
            raise OSError(errno.ENOSPC, "No space left on device", "out\x1b.html")
        if kind == "own":
            click.get_current_context().obj()
        raise KeyError("oops")


@pytest.fixture(autouse=True)
def _one_command(monkeypatch):
    monkeypatch.setitem(main_module.COMMANDS, "broken", f"{__name__}:_broken")
    monkeypatch.setattr(
        main_module, "resolve", lambda kind, name, registry: _broken, raising=True
    )


@pytest.mark.parametrize(
    ("kind", "code", "sentence"),
    [
        ("model", 1, "Error: The model is broken.\n"),
        ("budget", 3, "Error: Too slow.\n"),
        ("value", 2, "Error: No label 'cta'.\n"),
        (
            "disk",
            1,
            r"Error: Cannot write out\x1b.html: No space left on device. Free",
        ),
        ("bug", 1, "this is a fault in EdgeVision (KeyError: 'oops')"),
    ],
)
def test_an_error_is_a_sentence_and_an_exit_code(kind, code, sentence):
    result = CliRunner().invoke(cli, ["broken", kind])
    assert result.exit_code == code
    assert sentence in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_fault_of_a_plug_in_is_not_called_one_of_edgevision(tmp_path):
    path = tmp_path / "lamp.py"
    path.write_text("def own():\n    raise RuntimeError('no \x1b bulb')\n")
    own = load_own("sink", f"{path}:own", error=ModelError)
    result = CliRunner().invoke(cli, ["broken", "own"], obj=own)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path}, line 2: RuntimeError: no \\x1b bulb. This code is not "
        "EdgeVision's: mend it there; --debug shows the traceback.\n"
    )


def test_debug_shows_the_error_itself():
    result = CliRunner().invoke(cli, ["broken", "model", "--debug"])
    assert isinstance(result.exception, ModelError)


def test_a_typo_gets_the_nearest_command():
    result = CliRunner().invoke(cli, ["brokne"])
    assert result.exit_code == 2
    assert "No command 'brokne'. Did you mean 'edgevision broken'?" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["{}"],
        ["broken", "{}", "{}"],
        ["broken", "model", "{}"],
        ["broken", "--at={}"],
        ["--at", "{}"],
    ],
)
def test_a_password_among_the_words_of_a_command_is_not_repeated(words):
    address = "rtsp://admin:Geh#e'im/1@127.0.0.1:9/live"
    result = CliRunner().invoke(cli, [word.format(address) for word in words])
    assert result.exit_code == 2
    for part in ("admin", "Geh", "e'im", "im/1"):
        assert part not in result.output
