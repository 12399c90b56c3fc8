"""``edgevision train`` hands a detector's choices over."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from edgevision.training import train as training

from edgevision.cli.main import cli


@pytest.fixture
def asked(monkeypatch):
    """Return the requests that would have been carried out."""
    found = []

    def work(request, *, callbacks):
        found.append(request)
        return SimpleNamespace(
            path=request.output,
            arch="fcos",
            parameters=1,
            epochs=1,
            best_epoch=1,
            seconds=1.0,
            ended="finished",
            metrics={"mAP50": 0.5},
            facts={"held_out": 7},
            files={},
            next_commands=(),
            warnings=(),
            to_dict=dict,
        )

    monkeypatch.setattr(training, "train", work)
    return found


def test_options_and_the_task_s_own_resize_reach_the_request(asked, tmp_path):
    arguments = ["train", str(tmp_path), "-o", str(tmp_path / "det.keras")]
    arguments += ["--option", "strides=[8,16]", "--option", "skip-bad=true"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    assert asked[0].options == {"strides": [8, 16], "skip-bad": True}
    assert asked[0].resize is None
    assert "mAP50 50.0%" in result.stderr


def test_an_option_without_a_value_is_a_wrong_call(asked, tmp_path):
    result = CliRunner().invoke(
        cli, ["train", str(tmp_path), "-o", "x.keras", "--option", "strides"]
    )
    assert result.exit_code == 2
    assert "'strides' is not NAME=VALUE" in result.stderr
    assert not asked


def test_a_report_is_checked_first_and_written_at_the_end(asked, tmp_path):
    def run(*more):
        arguments = ["train", tmp_path, "-o", tmp_path / "det.keras", *more]
        return CliRunner().invoke(cli, list(map(str, arguments)))

    wrong = run("--report", tmp_path / "r.txt")
    assert wrong.exit_code == 2
    assert "ends in .json or .html" in wrong.stderr
    wrong = run("--report", tmp_path / "r.json", "--preview", tmp_path / "p.png")
    assert wrong.exit_code == 2
    assert "leave --report out" in wrong.stderr
    assert not asked
    done = run("--report", tmp_path / "r.json")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "r.json").read_text() == "{}\n"
    assert f"report: {tmp_path / 'r.json'}" in done.stderr
    wrong = run("--report", tmp_path / "r.json")
    assert wrong.exit_code == 1
    assert len(asked) == 1
