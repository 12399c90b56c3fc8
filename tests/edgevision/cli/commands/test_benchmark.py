"""The commands ``benchmark`` and ``compare``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from edgevision.runtime.interpreter.backends import installed_backends
from support.color_model import color_model

from edgevision.cli.main import cli

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


def run(*arguments: object):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    model = folder / "net.tflite"
    model.write_bytes(color_model("int8", zero_point=-128))
    result = run(
        "benchmark",
        model,
        "--bare",
        "--max-seconds",
        0.3,
        "--report",
        folder / "a.json",
        "--report",
        folder / "a.html",
        "--report",
        folder / "a.csv",
    )
    assert result.exit_code == 0, result.output
    assert "Wrote" in result.stderr
    assert "bare" in result.stdout
    slower = json.loads((folder / "a.json").read_text())
    lane = slower["results"][0]["blocks"][0]
    lane["bare_ms"] = [value * 2 for value in lane["bare_ms"]]
    slower["results"][0]["stages"]["bare"]["p50_ms"] *= 2
    (folder / "slower.json").write_text(json.dumps(slower))
    return folder


def test_three_kinds_of_report_are_written(folder):
    assert json.loads((folder / "a.json").read_text())["kind"] == "edgevision-benchmark"
    assert (folder / "a.html").read_text().startswith("<!doctype html>")
    assert (folder / "a.csv").read_text().startswith("model,")


def test_json_is_one_object_on_stdout(folder):
    result = run(
        "benchmark", folder / "net.tflite", "--bare", "--max-seconds", 0.2, "--json"
    )
    assert json.loads(result.stdout)["schema"] == 1


def test_existing_report_is_refused_before_anything_is_measured(folder):
    result = run("benchmark", folder / "absent", "--report", folder / "a.json")
    assert result.exit_code == 1
    assert "a.json already exists. Pass --force to replace it." in result.stderr


# arguments -> what is said; all are usage errors
USAGE = [
    (("--threads", "two"), "'two' is neither a number"),
    (("--threads", "0"), "'0' is neither a number"),
    (("--report", "a.txt"), "a.txt must end in .json, .html or .csv"),
    (("--bare", "--source", "clip.mp4"), "--bare takes no pictures"),
    (("--backend", "torch", "--bare"), "No backend 'torch'"),
]


@pytest.mark.parametrize(("arguments", "expected"), USAGE)
def test_wrong_options_are_usage_errors(folder, arguments, expected):
    result = run("benchmark", folder / "net.tflite", *arguments)
    assert result.exit_code == 2
    assert expected in " ".join(result.stderr.split())


def test_slower_record_exits_with_3(folder):
    result = run("compare", folder / "a.json", folder / "slower.json")
    assert result.exit_code == 3
    assert "+100.0%" in result.stdout
    assert "Error: net.tflite" in result.stderr
    assert "the limit is 5 %" in result.stderr


def test_same_record_and_faster_record_exit_with_0(folder):
    assert run("compare", folder / "a.json", folder / "a.json").exit_code == 0
    result = run("compare", folder / "slower.json", folder / "a.json", "--json")
    data = json.loads(result.stdout)
    assert (data["slower"], data["comparisons"][0]["verdict"]) == (False, "faster")


def test_slowdown_that_is_perhaps_too_much_is_no_failure_but_said(folder, monkeypatch):
    from edgevision.runtime.benchmark import comparison as benchmark_compare
    from edgevision.runtime.benchmark.speed import Ratio

    monkeypatch.setattr(
        benchmark_compare, "ratio_of", lambda *_: Ratio(1.08, 1.06, 1.1, 1.04)
    )
    result = run("compare", folder / "a.json", folder / "a.json")
    assert result.exit_code == 0
    assert "+8.0%, 95 % interval +6.0% to +10.0%" in result.stdout
    assert "slower, perhaps above your limit" in result.stdout
    assert "Caution: A slowdown may be above your limit. Measure" in result.stderr
    result = run(
        "compare", folder / "a.json", folder / "a.json", "--max-slowdown", "3.5%"
    )
    assert result.exit_code == 3
    assert "the limit is 3.5 %" in result.stderr


def test_limit_needs_its_percent_sign(folder):
    result = run(
        "compare", folder / "a.json", folder / "a.json", "--max-slowdown", "0.05"
    )
    assert result.exit_code == 2


@pytest.mark.parametrize("order", [1, -1])
def test_a_model_and_a_record_are_one_sentence(folder, order):
    paths = [folder / "net.tflite", folder / "a.json"][::order]
    result = run("compare", *paths)
    assert result.exit_code == 1
    assert "net.tflite is a model and " in result.stderr
    assert "compare needs two models or two records" in result.stderr
    assert "edgevision benchmark" in result.stderr


def test_what_is_no_record_is_one_sentence(folder):
    result = run("compare", folder / "a.csv", folder / "a.json")
    assert result.exit_code == 1
    assert "a.csv is not JSON" in result.stderr


def test_a_record_given_to_benchmark_is_one_sentence(folder):
    result = run("benchmark", folder / "a.json", "--bare")
    assert result.exit_code == 1
    assert "a.json is no model: it is JSON" in result.stderr
    assert "edgevision compare OLD.json NEW.json" in result.stderr


def test_two_models_are_measured_in_turns_and_answered(folder, tmp_path):
    slow = folder / "slow.tflite"
    slow.write_bytes(color_model("int8", zero_point=-128, size=(300, 300)))
    for option in ("--max-slowdown", None):
        limit = (option, "5%") if option else ()
        reports = [tmp_path / f"{option}{kind}" for kind in (".json", ".html", ".csv")]
        told = [word for path in reports for word in ("--report", path)]
        result = run(
            *("compare", folder / "net.tflite", slow, "--bare", "--max-seconds", 0.3),
            *(*told, *limit),
        )
        assert result.exit_code == (3 if option else 0), result.output
        last = result.stdout.splitlines()[-1]
        assert last.startswith("net.tflite is ")
        assert "times as fast as slow.tflite, 95 % interval " in last
        data = json.loads(reports[0].read_text())
        assert data["answer"] == last
        assert data["slower"] is bool(option)
        assert last in reports[1].read_text()
        assert last in reports[2].read_text()


def test_benchmark_of_two_models_ends_with_the_answer(folder, tmp_path):
    other = tmp_path / "other.tflite"
    other.write_bytes(color_model("int8", zero_point=-128))
    report = tmp_path / "both.json"
    result = run(
        *("benchmark", folder / "net.tflite", other, "--bare", "--max-seconds", 0.2),
        *("--report", report),
    )
    assert result.exit_code == 0, result.output
    data = json.loads(report.read_text())
    assert result.stdout.splitlines()[-1] == data["answer"]
    (found,) = data["comparisons"]
    medians = [item["stages"]["bare"]["p50_ms"] for item in data["results"]]
    assert [found["faster_ms"], found["slower_ms"]] == sorted(medians)
    assert found["speed_up"] == pytest.approx(max(medians) / min(medians), abs=1e-4)


def test_options_for_models_are_refused_with_records(folder):
    result = run("compare", folder / "a.json", folder / "a.json", "--bare")
    assert result.exit_code == 2
    assert "--bare is for two models" in result.stderr


def test_an_existing_report_of_compare_is_refused_first(folder):
    result = run(
        "compare", folder / "a.json", folder / "a.json", "--report", folder / "a.html"
    )
    assert result.exit_code == 1
    assert "a.html already exists" in result.stderr


_HANGING = """
import sys, time
import edgevision.runtime.benchmark as measuring
from edgevision.cli.main import cli
from edgevision.runtime.watchdog import Invoke
def run(*arguments, **settings):
    with Invoke("net.tflite"):
        time.sleep(60)
measuring.run = run
cli(sys.argv[1:])
"""


@pytest.mark.parametrize("command", ["benchmark", "compare"])
def test_a_model_that_hangs_ends_the_measurement(command, tmp_path):
    model = tmp_path / "net.tflite"
    model.write_bytes(color_model("int8", zero_point=-128))
    models = [str(model)] * (2 if command == "compare" else 1)
    done = subprocess.run(
        [
            *(sys.executable, "-c", _HANGING, command, *models),
            *("--max-invoke", "200ms"),
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[4],
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: net.tflite hangs: it has not come back from")
