"""``edgevision app --explain``: what a rule believed about a video."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from edgevision.runtime.interpreter.backends import installed_backends
from support.shape_clip import Walk, write_clip

from edgevision.cli.main import cli

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)
APP = """\
[model]
file = "demo:detector"
threads = 1
[camera.yard]
source = "auto"
[rule.visitor]
when = "star in frame for 1s"
[rule.at_night]
when = "seen(star) and time in 22:00..06:00"
[clips]
folder = "clips"
[[sink]]
to = "jsonl:all.jsonl"
"""


@pytest.fixture
def explain(tmp_path, monkeypatch):
    """Return a function that explains the app over a star that comes for 2 s."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.toml").write_text(APP)
    walks = [Walk("star", [(1, 0.3, 0.5), (3, 0.6, 0.5)])]
    write_clip(tmp_path / "clip.avi", walks, 6)

    def run(*words: str, text: str = ""):
        if text:
            (tmp_path / "app.toml").write_text(text)
        return CliRunner().invoke(
            cli, ["app", "app.toml", "-s", "clip.avi", "--explain", *words]
        )

    return run


def test_the_chart_has_each_rule_and_nothing_is_kept(explain, tmp_path):
    done = explain("--began", "2026-11-30 12:00")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "camera yard"
    assert [line.split()[0] for line in lines[2:5]] == ["visitor", "star", "at_night"]
    assert "at_night start" not in done.stdout
    assert "begins now" not in done.stderr
    names = {path.name for path in tmp_path.iterdir()}
    assert not names & {"clips", "all.jsonl"}


def test_a_recording_has_the_time_of_day_that_is_said(explain):
    reports = {}
    for began in ("2026-11-30 12:00", "2026-11-30T23:10:00"):
        done = explain("--json", "--began", began)
        reports[began[11:13]] = [
            (report["rule"], report["phase"])
            for report in json.loads(done.stdout)["yard"]
        ]
    assert [each for each in reports["23"] if each[0] == "visitor"] == reports["12"]
    assert reports["12"] == [("visitor", "start"), ("visitor", "end")]
    assert ("at_night", "start") in reports["23"]


def test_without_rules_there_is_nothing_to_explain(explain):
    done = explain(text=APP.partition("[rule")[0])
    assert done.exit_code == 2
    assert "app.toml has no rules" in done.output


def test_a_time_of_day_goes_with_an_explanation(explain, tmp_path):
    done = CliRunner().invoke(cli, ["app", "app.toml", "--began", "2026-11-30 12:00"])
    assert done.exit_code == 2
    assert "--began goes with --explain." in done.output


def test_the_time_of_a_video_is_now_unless_it_is_said(explain):
    unsaid = explain()
    assert "one that begins now, at " in unsaid.stderr
    assert "at_night start" in explain("--began", "23:00").stdout
    assert "at_night start" not in explain("--began", "12:00").stdout
    plain = APP.replace(" and time in 22:00..06:00", "")
    assert "begins now" not in explain(text=plain).stderr
