"""An app's file: what it says, and every fault with its line and a cure."""

from __future__ import annotations

import re

import pytest
from support.json_schema import faults as schema_faults

from edgevision.app.file import app_schema, read_app_file
from edgevision.errors import AppFileError


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr("edgevision.redaction._secrets", {})


@pytest.fixture
def refusal(tmp_path):
    """Return a function that reads a text as an app's file and returns its error."""

    def read(text: str, **environment: str) -> AppFileError:
        path = tmp_path / "app.toml"
        path.write_text(text, "utf-8")
        with pytest.raises(AppFileError) as error:
            read_app_file(path, environment)
        return error.value

    return read


GOOD = """\
# A camera in the yard.
[model]
file = "detector.tflite"
allow = ["person"]

[camera.yard]
source = "rtsp://viewer:${YARD}@10.0.0.5/stream"
max_fps = 5

[[sink]]
to = "web:8080"
cameras = ["yard"]
"""


def test_a_file_says_what_python_says(tmp_path):
    path = tmp_path / "app.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    app = read_app_file(path, {"YARD": "pa55word"}).description
    assert app.model.file == "detector.tflite"
    assert app.model.opening == {"allow": ("person",), "trust": False}
    assert app.camera["yard"].source == "rtsp://viewer:pa55word@10.0.0.5/stream"
    assert app.camera["yard"].max_fps == 5.0
    assert app.sink[0].to == "web:8080"


def test_the_environment_of_the_process_is_the_default(tmp_path, monkeypatch):
    path = tmp_path / "app.toml"
    path.write_text(GOOD)
    monkeypatch.setenv("YARD", "other55")
    assert "other55" in read_app_file(path).description.camera["yard"].source


def test_all_faults_come_at_once_in_the_order_of_the_lines(refusal):
    error = refusal(
        GOOD.replace("max_fps = 5", "max_fps = '5'\nmax_fsp = 3")
        .replace('["yard"]', '["yrd"]')
        .replace('allow = ["person"]', 'allow = "person"'),
    )
    assert str(error).splitlines() == [
        "app.toml has 4 faults.",
        "app.toml, line 4: [model] allow: is 'person', expected a list in brackets. "
        "Write ['person'].",
        "app.toml, line 7: [camera.yard] source: needs the variable YARD, which the "
        "environment does not have. Set it before you start the app: export YARD=...",
        "app.toml, line 8: [camera.yard] max_fps: is '5', expected a number above 0. "
        "Write 5 without quotes.",
        "app.toml, line 9: [camera.yard] max_fsp: no such key here. Did you mean "
        "'max_fps'? Known: full_decode, give_up_after, max_answer_age, max_fps, "
        "realtime, redact, region, source, watch, when_motion.",
    ]


def test_a_single_fault_is_the_sentence_itself(refusal):
    error = refusal(GOOD.replace('["yard"]', '["yrd"]'), YARD="x")
    assert str(error) == (
        "app.toml, line 12: [[sink]] 1, cameras, item 1: no camera 'yrd'. Did you mean "
        "'yard'? Known: yard."
    )


def test_ten_faults_are_shown_and_the_rest_is_counted(refusal):
    error = refusal(GOOD + "".join(f"k{n} = 1\n" for n in range(14)), YARD="x")
    assert len(error.faults) == 14
    assert len(error.table) == 11
    assert error.table[-1] == "... and 4 more."


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("max_fps = 5", "max_fps = 5s", 'line 8: .*quotes: max_fps = "5s"'),
        ("[camera.yard]", "[camera.yard", "line 6: .*stands in brackets"),
        ("[camera.yard]", "[cameras.yard]", "line 6: cameras: .*mean 'camera'"),
        ("[model]\n", "", r"line 2: file: no such key here"),
        ("[model]\nfile", "#", r"line 1: has no 'model', .*below it file = \"detector"),
        ("[[sink]]", "[sink]", r"line 10: sink: .*Write \[\[sink\]\] instead"),
        ('"web:8080"', "8080", "line 11: .*expected a text in quotes"),
        ("max_fps = 5", "max_answer_age = '5s'", "line 6: .*goes with when_motion"),
        ("max_fps = 5", "max_fps = 0", "line 8: .*expected a number above 0"),
        (
            'source = "rtsp://viewer:${YARD}@10.0.0.5/stream"',
            "max_fpss = 3",
            r"line 6: \[camera.yard\] has no 'source', .*source = \"auto\"",
        ),
    ],
)
def test_a_fault_has_its_line_and_a_cure(refusal, old, new, sentence):
    assert old in GOOD
    error = refusal(GOOD.replace(old, new), YARD="x")
    assert any(re.search(sentence, line) for line in str(error).splitlines()), str(
        error
    )


def test_an_app_needs_a_camera(refusal):
    assert "Write [camera.NAME]" in str(refusal('camera = {}\nmodel = {file="m"}\n'))


def test_a_wrong_line_is_shown_with_a_mark(refusal):
    error = refusal("[model]\nfile = x.tflite\n")
    assert error.table == ("    file = x.tflite", "           ^")


def test_a_line_with_a_password_is_not_shown(refusal):
    error = refusal('a = "rtsp://me:pa55@cam/"x\n')
    assert "pa55" not in str(error)
    assert error.table == ()


def test_a_secret_of_the_environment_is_in_no_error(refusal):
    text = GOOD.replace('file = "', 'file = 3\nthreads = "${YARD}')
    error = refusal(text, YARD="pa55word")
    assert "pa55word" not in str(error)
    assert "${YARD}" in str(error)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            None,
            "Cannot read the app's file .*No such file.* In that folder are: b",
        ),
        (b"[model]\n\xff", "line 2: byte 0xff is not UTF-8. Save the file as UTF-8"),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path, data, sentence):
    path = tmp_path / "app.toml"
    (tmp_path / "b.toml").write_text("")
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(AppFileError, match=sentence):
        read_app_file(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(AppFileError, match=r"Pass the file in it: .*app\.toml"):
        read_app_file(tmp_path)


def test_the_schema_takes_the_file(tmp_path):
    schema = app_schema()
    tables = {
        "model": {"file": "a", "threads": "auto", "then": {"file": "b"}},
        "camera": {"yard": {"source": "auto", "max_fps": 5}},
        "sink": [{"to": "web:8080", "cameras": ["yard"]}],
    }
    assert not schema_faults(tables, schema, schema, "app")
    tables["camera"]["yard"]["max_fsp"] = 3
    assert schema_faults(tables, schema, schema, "app") == [
        "app.camera.yard.max_fsp is unknown"
    ]


@pytest.mark.parametrize(
    "secret",
    [
        "Hq7Zk2'Wv9\"Xp4\\Lm8",
        "Hq7Zk2 Wv9Xp4?Lm8=R",
        "Hq7Zk2\nWv9Xp4\x1b",
        "Hq7Zk2" * 50,
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        'max_fps = "a ${KEY}"',
        'give_up_after = "1s${KEY}"',
        'region = "${KEY}"',
        'region = {a = {zone = [[0, "x${KEY}"]]}}',
        'redact = {labels = ["${KEY}", ""], cells = "${KEY}"}',
        '[rule.a]\nwhen = "circle for 3s${KEY} > 2"',
        '[rule.a]\nwhen = "seen(circle)"\ncameras = ["${KEY}"]',
    ],
)
def test_a_fault_shows_no_piece_of_a_secret(refusal, line, secret):
    text = f'[model]\nfile = "m"\n[camera.a]\nsource = "auto"\n{line}\n'
    words = str(refusal(text, KEY=secret))
    assert not re.search("Hq7Z|Zk2Wv|Wv9X|9Xp4|Lm8=", words)


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "inf", "nan"])
def test_a_number_that_no_float_holds_is_a_fault(refusal, number):
    for line in (f"max_fps = {number}", f"region.a.zone = [[{number}, 0], [1, 1]]"):
        error = refusal(f'[model]\nfile = "m"\n[camera.a]\nsource = "auto"\n{line}')
        assert "line 5" in str(error) or "line 3" in str(error)
