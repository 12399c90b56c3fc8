"""``edgevision app``: a file is checked, run and read again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from edgevision.runtime.demo import DETECTOR
from edgevision.runtime.interpreter.backends import installed_backends
from support.json_schema import faults

from edgevision.app.file import app_schema
from edgevision.cli.main import cli

pytestmark = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return a function that writes the current folder's ``app.toml``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("edgevision.redaction._secrets", {})

    def write(text: str = "", *, source: str = "synthetic:?fps=0&frames=3") -> None:
        model = f"[model]\nfile = '{DETECTOR}'\nthreads = 1\n"
        camera = f'[camera.yard]\nsource = "{source}"\n'
        (tmp_path / "app.toml").write_text(f"{model}{camera}{text}", "utf-8")

    return write


def run(*words: str):
    return CliRunner().invoke(cli, ["app", *words])


def test_a_good_file_is_said_to_be_good_and_opens_no_camera(write):
    write(source="./robot.py:Robot")  # there is no such file
    done = run("app.toml", "--check")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "model detector: detection, 6 labels",
        "camera yard: ./robot.py:Robot",
        "  steps:   model",
        "  sinks:   the terminal",
    ]
    assert done.stderr == (
        "app.toml is good. No camera was opened; --check-cameras does it.\n"
    )


def test_the_plan_is_json_without_secrets(write, monkeypatch):
    monkeypatch.setenv("YARD", "pa55word")
    write('[[sink]]\nto = "jsonl:${YARD}.jsonl"\n', source="rtsp://me:${YARD}@cam/1")
    done = run("app.toml", "--check", "--json")
    plan = json.loads(done.stdout)
    assert plan["model"]["name"] == "detector"
    assert plan["cameras"]["yard"]["source"] == "rtsp://***@cam/1"
    assert plan["cameras"]["yard"]["sinks"] == ["jsonl:${YARD}.jsonl"]
    assert "pa55word" not in done.output


def test_each_camera_is_tried_when_it_is_asked_for(write):
    write('[camera.gone]\nsource = "none.mp4"\n')
    done = run("app.toml", "--check-cameras")
    assert done.exit_code == 1
    assert "picture of yard: 640x480" in done.stdout
    assert "picture of gone: Cannot read none.mp4" in done.stdout
    assert done.stderr == "app.toml: no picture came from gone.\n"


def test_a_file_with_faults_ends_with_1_and_names_the_lines(write):
    write("max_fsp = 3\n[[sink]]\nto = 'jsonk:a'\n")
    done = run("app.toml", "--check")
    assert done.exit_code == 1
    assert done.stderr.startswith(
        "Error: app.toml, line 6: [camera.yard] max_fsp: no such key here. Did you mean"
    )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("", "[[sink]]\nto = 'jsonk:a'\n", r"line 7: [[sink]] 1, to: No sink 'jsonk'"),
        ("synthetic:", "synthetik:", "line 5: [camera.yard] source: Cannot open"),
        ("threads = 1", 'allow = ["stra"]', "line 3: [model] allow: "),
        ("threads = 1", 'task = "detectoin"', "line 3: [model] task: "),
    ],
)
def test_what_only_the_parts_know_has_its_line_too(write, tmp_path, old, new, sentence):
    write()
    path = tmp_path / "app.toml"
    text = path.read_text()
    path.write_text(text.replace(old, new) if old else text + new)
    done = run("app.toml", "--check")
    assert done.exit_code == 1
    assert sentence in done.output


def test_the_schema_is_printed_and_takes_the_file(write):
    done = run("--schema")
    schema = json.loads(done.stdout)
    assert schema == app_schema()
    tables = {"model": {"file": "a"}, "camera": {"a": {"source": "auto"}}}
    assert not faults(tables, schema, schema, "app")


def test_without_a_file_it_asks_which(write):
    done = run()
    assert done.exit_code == 2
    assert "Which app? Pass its file, such as app.toml." in done.output


def test_a_video_replaces_the_source_of_the_only_camera(write):
    write(source="rtsp://nowhere/")
    done = run("app.toml", "--check", "-s", "clip.mp4")
    assert "camera yard: clip.mp4" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-s", "clip.mp4"), "does not say which camera. Write one of yard=clip.mp4"),
        (("-s", "yard=a.mp4", "-s", "yard=b.mp4"), "camera yard has two sources"),
    ],
)
def test_a_source_must_say_for_which_of_several_cameras_it_is(write, words, sentence):
    write('[camera.door]\nsource = "auto"\n')
    done = run("app.toml", "--check", *words)
    assert done.exit_code == 2
    assert sentence in " ".join(done.output.split())
