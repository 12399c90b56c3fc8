"""The command ``edgevision doctor``; what it judges is tested in tests/devices."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from edgevision.devices import environment
from edgevision.devices.cpu import Cpu
from edgevision.devices.detect import Machine
from edgevision.devices.environment import Environment
from edgevision.devices.wheels import PythonFacts

from edgevision.cli.main import cli


@pytest.fixture
def _bare_machine(monkeypatch):
    machine = Machine(
        "",
        "",
        "",
        "",
        "6.1",
        Cpu("", "x86_64", 0, 0, 2, 2, frozenset()),
        0,
        PythonFacts((3, 11), glibc=(2, 36)),
    )
    monkeypatch.setattr(
        environment,
        "gather",
        lambda wants: Environment(machine, wants=frozenset(wants), now=2e9),
    )


@pytest.mark.usefixtures("_bare_machine")
def test_a_line_each_with_its_cure_and_exit_code_1():
    result = CliRunner().invoke(cli, ["doctor"])
    assert result.exit_code == 1
    assert "broken   interpreter:" in result.stdout
    assert "Cure: Run: pip install opencv-python-headless" in result.stdout
    assert "Something that is needed is broken." in result.stderr


@pytest.mark.usefixtures("_bare_machine")
def test_json_is_one_object_with_a_schema():
    result = CliRunner().invoke(cli, ["doctor", "--json", "--want", "convert"])
    data = json.loads(result.stdout)
    assert (data["schema"], data["broken"], data["wants"]) == (1, True, ["convert"])


def test_unknown_want_is_a_usage_error():
    assert CliRunner().invoke(cli, ["doctor", "--want", "fridge"]).exit_code == 2
