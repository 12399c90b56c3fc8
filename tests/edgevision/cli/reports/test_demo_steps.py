"""What the demonstration suggests to try next."""

from __future__ import annotations

import shlex

import click
import pytest

from edgevision.cli.main import cli
from edgevision.cli.reports import next_commands


@pytest.mark.parametrize("trained", [True, False])
def test_every_command_can_be_read(tmp_path, trained):
    if trained:
        (tmp_path / "shapes.keras").write_bytes(b"")
    commands = list(next_commands(tmp_path))
    assert len(commands) == 4 + trained
    for line in commands:
        _, name, *words = shlex.split(line)
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert command.make_context(name, words, parent=click.Context(cli)).params
