"""``edgevision regions``: the page of a running command, and what it refuses."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from support.running import MODEL, REPOSITORY

from edgevision.cli.main import cli


def _refusal(*arguments):
    result = CliRunner().invoke(cli, ["regions", *arguments])
    return result.exit_code, result.output


def _get(address, path):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    connection.request("GET", f"{path}?{parts.query}")
    return connection.getresponse().read()


def test_two_sources_are_one_too_many():
    code, text = _refusal("csi:", "--source", "0")
    assert code == 2
    assert "Two sources" in text


def test_a_file_that_cannot_be_used_is_refused_before_a_camera_is_opened(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text('[camera.a]\nsource = "0"\n[camera.b]\nsource = "1"\n')
    code, text = _refusal("no-such-camera.mp4", "--file", str(path))
    assert code == 1
    assert "--camera a" in text


def test_the_source_of_an_app_needs_its_variables(tmp_path, monkeypatch):
    monkeypatch.delenv("YARD_WORD", raising=False)
    path = tmp_path / "app.toml"
    path.write_text('[camera.a]\nsource = "rtsp://me:${YARD_WORD}@10.0.0.5/s"\n')
    code, text = _refusal("--file", str(path))
    assert code == 1
    assert "app.toml: [camera.a] source: needs the variable YARD_WORD" in text


def test_an_app_that_covers_things_needs_a_model_for_the_page(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text(
        '[camera.a]\nsource = "synthetic:"\n[camera.a.redact]\nlabels = ["circle"]\n'
    )
    code, text = _refusal("--file", str(path))
    assert code == 1
    assert "[camera.a.redact]" in text
    assert "covers circle, which a model finds" in text


def test_what_is_wrong_in_the_redaction_of_an_app_is_said(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text('[camera.a]\nsource = "synthetic:"\n[redact]\nlabel = "face"\n')
    code, text = _refusal("--file", str(path))
    assert code != 0
    assert "redact" in text
    assert "label" in text
    assert "fault in EdgeVision" not in text


@contextmanager
def _page(path, *what):
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "edgevision", "regions", *what),
            *("--port", "0", "--file", str(path)),
        ],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        for line in process.stderr:
            if match := re.search(r"Open (http://\S+) in a browser", line):
                yield match[1]
                break
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.mark.parametrize("is_covered", [True, False])
def test_what_an_app_covers_is_covered_on_the_page(tmp_path, is_covered):
    path = tmp_path / "app.toml"
    table = "[redact]\nzones = [[[0, 0], [1, 0], [1, 1], [0, 1]]]\n"
    path.write_text(
        '[camera.a]\nsource = "synthetic:"\n' + (table if is_covered else "")
    )
    with _page(path) as address:
        data = np.frombuffer(_get(address, "/picture.jpg"), np.uint8)
    assert (cv2.imdecode(data, cv2.IMREAD_COLOR).max() < 10) == is_covered


@pytest.mark.parametrize(
    "what", [("synthetic:",), (str(MODEL), "-s", "synthetic:"), ("demo:detector",)]
)
def test_the_page_is_served_until_the_command_is_ended(tmp_path, what):
    path = tmp_path / "app.toml"
    path.write_text('[camera.a]\nsource = "synthetic:"\n')
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "edgevision", "regions", *what),
            *("--port", "0", "--file", str(path)),
        ],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    try:
        said = ""
        for line in process.stderr:
            said += line
            if match := re.search(r"Open (http://\S+) in a browser", line):
                break
        address = match[1]
        assert b"Regions" in _get(address, "/")
        assert _get(address, "/picture.jpg")[:2] == b"\xff\xd8"
        assert (b"circle" in _get(address, "/regions.json")) == (
            what != ("synthetic:",)
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
    assert path.read_text() == '[camera.a]\nsource = "synthetic:"\n'
