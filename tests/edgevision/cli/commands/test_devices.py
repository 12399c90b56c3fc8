"""The command ``edgevision devices``."""

from __future__ import annotations

import json
from importlib import metadata

from click.testing import CliRunner
from edgevision.devices.wheels import interpreter_hint

from edgevision.cli.main import cli


def run(*arguments: str):
    return CliRunner().invoke(cli, ["devices", *arguments])


def test_list_shows_this_machine_and_every_board():
    result = run()
    assert result.exit_code == 0
    assert "This machine:" in result.stdout
    assert "pi-zero2w" in result.stdout
    assert "published figures only" in result.stdout


def test_an_interpreter_that_is_installed_is_not_to_be_installed(monkeypatch):
    def version(package):
        if package in packages:
            return packages[package]
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr(metadata, "version", version)
    packages = {"ai-edge-litert": "2.3.0", "tensorflow": "2.21.0"}
    assert "Interpreter:  ai-edge-litert 2.3.0\n" in run().stdout
    packages = {"tensorflow": "2.21.0"}
    assert f"Interpreter:  {interpreter_hint()}\n" in run().stdout


def test_one_board_shows_wheels_and_published_figures():
    result = run("pi4")
    assert result.exit_code == 0
    assert "Raspberry Pi OS 13, 64-bit (Python 3.13" in result.stdout
    assert "published: 78.01 ms for EfficientDet-Lite0 320 int8" in result.stdout


def test_jetson_says_that_it_runs_on_the_cpu():
    assert "the GPU needs TensorRT" in run("orin-nano").stdout


def test_json_is_one_object():
    data = json.loads(run("--json").stdout)
    assert set(data) == {"machine", "profile", "profiles"}
    assert json.loads(run("pi5", "--json").stdout)["id"] == "pi5"


def test_unknown_board_is_one_sentence_and_exit_code_1():
    result = run("pi55")
    assert result.exit_code == 1
    assert "Error: No device profile 'pi55'. Did you mean 'pi5'?" in result.stderr


def test_own_profile_with_a_fault_names_file_and_key(tmp_path):
    path = tmp_path / "my.toml"
    path.write_text('id = "x"\nnames = "y"\n')
    result = run("--profile", str(path))
    assert result.exit_code == 1
    assert "my.toml: unknown key 'names'. Did you mean 'name'?" in result.stderr


def test_id_and_file_together_are_a_usage_error(tmp_path):
    assert run("pi5", "--profile", str(tmp_path / "a.toml")).exit_code == 2


def test_convert_for_an_unknown_board_stops_before_any_work(tmp_path):
    result = CliRunner().invoke(
        cli, ["convert", str(tmp_path / "net.keras"), "--device", "pi44"]
    )
    assert result.exit_code == 1
    assert "No device profile 'pi44'. Did you mean 'pi4'?" in result.stderr
