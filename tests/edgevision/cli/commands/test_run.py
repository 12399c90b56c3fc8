"""``edgevision run``: lines, JSON, the closing table, exit codes, signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.devices.profile_choice import PROFILE_VARIABLE
from edgevision.runtime.pipeline.stream import open_stream
from support.hanging_model import hanging_classifier
from support.running import MODEL
from support.streams import FakeRunner

import edgevision
from edgevision.cli.main import COMMANDS, cli

REPOSITORY = Path(__file__).resolve().parents[4]


class FakeModel(FakeRunner):
    """A model that opens real sources and sinks."""

    assumptions = ("Channels are red, green, blue; nothing in the file says so.",)

    def info(self):
        return {"thread_choice": "2 by measuring"}

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def stream(self, source, **settings):
        """Open a stream as a model does."""
        return open_stream(self, source, **settings)


@pytest.fixture
def loaded(monkeypatch):
    """Let ``load_model`` give a fake, and remember what it was asked for."""
    asked = {}

    def load_model(path, **settings):
        asked.update(path=path, **settings)
        return FakeModel()

    monkeypatch.setattr(edgevision, "load_model", load_model, raising=False)
    monkeypatch.setitem(COMMANDS, "run", "edgevision.cli.commands.run:run")
    return asked


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(3):
        image = np.full((8, 8, 3), number, np.uint8)
        cv2.imwrite(str(folder / f"{number}.png"), image)
    return folder


def _run(*arguments: object):
    return CliRunner().invoke(cli, ["run", "m.tflite", *map(str, arguments)])


def test_one_line_per_picture_and_a_table_on_stderr(loaded, photos):
    result = _run("--source", photos)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(f"{photos}/1.png  class 1 1.00  ")
    assert "invoke 0.5" in lines[1]
    table = result.stderr.splitlines()
    assert table.pop(0).startswith("Assumed: Channels are")
    assert table[0].split() == ["ms", "mean", "p50", "p90", "max"]
    assert table[-1].startswith("3 frames, ")
    assert table[-1].endswith("0 dropped")


def test_json_prints_one_object_per_picture_and_nothing_else(loaded, photos):
    result = _run("--source", photos, "--json")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["classes"][0]["class_id"] for record in records] == [0, 1, 2]
    assert set(records[0]["timing"]) >= {"capture_ms", "age_ms", "total_ms"}


def test_pictures_that_do_not_differ_reuse_the_answer(loaded, tmp_path):
    for number, level in enumerate((40, 40, 40, 200, 200)):
        image = np.full((8, 8, 3), level, np.uint8)
        cv2.imwrite(str(tmp_path / f"{number}.png"), image)
    result = _run("--source", tmp_path, "--json", "--when-motion")
    assert result.exit_code == 0, result.output
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["index"] for record in records] == [0, 1, 2, 3, 4]
    looked = [record["classes"][0]["class_id"] for record in records]
    assert looked == [0, 0, 0, 3, 3]
    ages = [record["timing"]["answer_age_ms"] for record in records]
    assert [age > 0 for age in ages] == [False, True, True, False, True]
    table = result.stderr.splitlines()
    assert table[-1] == "5 frames, 0 dropped, answer used again in 3"


def test_an_age_without_motion_is_wrong_usage(loaded, photos):
    result = _run("--source", photos, "--max-answer-age", "3")
    assert result.exit_code == 2
    assert "--max-answer-age goes with --when-motion" in result.stderr
    assert not loaded


def test_assumptions_are_said_once_and_zero_is_a_threshold(loaded, photos):
    done = CliRunner().invoke(
        cli,
        [
            *["run", "m.tflite", "--score-threshold", "0", "--threads", "auto", "-s"],
            str(photos),
        ],
    )
    assert done.exit_code == 0
    assert "Threads: 2 by measuring." in done.stderr
    assert done.stderr.count("Assumed: Channels are red, green, blue") == 1
    assert loaded["score_threshold"] == 0.0


def test_heat_of_the_board_stands_below_the_table(
    loaded, photos, tmp_path, monkeypatch
):
    zone = tmp_path / "root" / "sys" / "class" / "thermal" / "thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "type").write_text("cpu-thermal\n")
    (zone / "temp").write_text("61234\n")
    monkeypatch.setenv("EDGEVISION_SYSTEM_ROOT", str(tmp_path / "root"))
    result = CliRunner().invoke(cli, ["run", "m.tflite", "-s", str(photos), "--quiet"])
    assert "Board: 61 °C at the start, 61 °C at most" in result.stderr


def test_quiet_prints_no_line_per_picture(loaded, photos):
    assert _run("--source", photos, "--quiet").stdout == ""


def test_sinks_get_every_event(loaded, photos, tmp_path):
    result = _run(
        *("--source", photos, "--sink", f"jsonl:{tmp_path}/out.jsonl"),
        *("--sink", f"csv:{tmp_path}/out.csv"),
    )
    assert result.exit_code == 0, result.output
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 4


def test_settings_reach_the_model(loaded, photos):
    result = _run(
        *("--source", photos, "--top-k", 3, "--score-threshold", 0.25),
        *("--threads", 2, "--delegate", "none", "--labels", "names.txt"),
    )
    assert result.exit_code == 0, result.output
    assert loaded == {
        "path": "m.tflite",
        "top_k": 3,
        "score_threshold": 0.25,
        "threads": 2,
        "delegate": "none",
        "labels": "names.txt",
    }


def test_max_frames_ends_an_endless_source(loaded):
    result = _run("--source", "synthetic:?size=32x32&fps=0", "--max-frames", 5)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [f"synthetic:#{n}" for n in range(5)]


def test_a_corrupt_picture_is_told_the_run_goes_on_and_exits_1(loaded, photos):
    (photos / "1.png").write_bytes(b"broken")
    result = _run("--source", photos)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "1.png as an image: it is damaged" in result.stderr
    assert "1 unreadable" in result.stderr
    assert "Error: 1 picture could not be read" in result.stderr


def test_events_that_a_sink_lost_make_the_run_exit_1(loaded, photos, tmp_path):
    result = _run("--source", photos, "--sink", "jsonl:/dev/full")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 3
    assert "No space left on device. The run goes on" in result.stderr
    assert "Error: jsonl:/dev/full lost 3 events" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--source", "no.jpg"], 1, "Error: Cannot read 'no.jpg': no such file"),
        (["--source", "synthetic:?rotate=3"], 2, "expected 90, 180 or 270"),
        (["--sink", "jsnol:x"], 2, "Did you mean 'jsonl'"),
        (["--threads", "many"], 2, "neither auto nor 1 to 256"),
        (["--max-fps", "0"], 2, "max-fps"),
        (["--score-threshold", "2"], 2, "score-threshold"),
    ],
)
def test_what_was_typed_wrong_is_told(loaded, arguments, code, sentence):
    result = _run(*arguments)
    assert result.exit_code == code
    assert sentence in result.stderr


def test_an_existing_file_needs_force(loaded, photos, tmp_path):
    (tmp_path / "out.jsonl").write_text("precious\n")
    sink = f"jsonl:{tmp_path}/out.jsonl"
    refused = _run("--source", photos, "--sink", sink)
    assert refused.exit_code == 1
    assert "already exists. Pass --force" in refused.stderr
    assert (tmp_path / "out.jsonl").read_text() == "precious\n"
    assert _run("--source", photos, "--sink", sink, "--force").exit_code == 0


_SCRIPT = """
import sys
import edgevision
from edgevision.cli.main import cli
from edgevision.devices.profile_choice import PROFILE_VARIABLE
from edgevision.runtime.pipeline import open_stream
from support.streams import FakeRunner
class Model(FakeRunner):
    assumptions = ()
    def __enter__(self):
        return self
    def __exit__(self, *exception):
        pass
    def stream(self, source, **settings):
        return open_stream(self, source, **settings)
edgevision.load_model = lambda path, **s: Model()
cli(["run", "m.tflite", *sys.argv[1:]])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_finishes_files_and_prints_the_table(tmp_path, number):
    path = tmp_path / "out.jsonl"
    errors = tmp_path / "errors.txt"
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            [
                *(sys.executable, "-c", _SCRIPT, "--source", "synthetic:?size=32x32"),
                *("--sink", f"jsonl:{path}"),
            ],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY}/tests"},
        ) as process,
    ):
        limit = threading.Timer(60, process.kill)
        limit.start()
        for _ in range(3):
            assert process.stdout.readline().startswith("synthetic:#")
        process.send_signal(number)
        out = process.stdout.read()
        process.wait()
        limit.cancel()
    err = errors.read_text()
    assert process.returncode == 0, err
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(records) == 3 + len(out.splitlines())
    assert f"{len(records)} frames, " in err
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_a_run_whose_model_hangs(tmp_path, number):
    hangs = (
        "import threading\n"
        "def run(self, frame):\n"
        "    print('hangs', flush=True)\n"
        "    threading.Event().wait()\n"
        "FakeRunner.run = run\n"
    )
    script = _SCRIPT.replace("class Model(", f"{hangs}class Model(")
    with subprocess.Popen(
        [sys.executable, "-c", script, "--source", "synthetic:?size=32x32"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY}/tests"},
    ) as process:
        limit = threading.Timer(60, process.kill)
        limit.start()
        assert process.stdout.readline() == "hangs\n"
        process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)  # the first one waits for the picture
        process.send_signal(number)
        assert process.wait() == -number
        limit.cancel()


def _run_apart(tmp_path, stdout, *words):
    return subprocess.run(
        [sys.executable, "-c", _SCRIPT, *words],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{REPOSITORY}/tests"},
        timeout=60,
    )


@pytest.fixture(params=["full", "closed"])
def output_that_fails(request):
    """A standard output on a full disk, or one that nobody reads."""
    if request.param == "full":
        with open("/dev/full", "w") as full:
            yield full, "No space left on device"
    else:
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as closed:
            yield closed, "its reader is gone"


def test_a_run_with_a_sink_outlives_its_standard_output(tmp_path, output_that_fails):
    stdout, reason = output_that_fails
    source = ("--source", "synthetic:?size=32x32&frames=9&fps=0")
    sink = ("--sink", f"jsonl:{tmp_path}/out.jsonl")
    done = _run_apart(tmp_path, stdout, *source, *sink)
    assert done.returncode == 1, done.stderr  # like any sink that loses events
    assert done.stderr.count(f"Cannot write to standard output: {reason}.") == 1
    assert "\nstandard output lost 9 events\n" in done.stderr
    assert "Error: standard output lost 9 events" in done.stderr
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 9


def test_a_run_without_a_sink_ends_with_an_error_then(tmp_path, output_that_fails):
    stdout, reason = output_that_fails
    done = _run_apart(tmp_path, stdout, "--source", "synthetic:?size=32x32")
    assert done.returncode == 1  # systemd starts it again
    assert f"Cannot write to standard output: {reason}." in done.stderr
    assert "frame" in done.stderr  # the table
    assert "fault in EdgeVision" not in done.stderr


def test_a_profile_of_the_user_s_own_names_the_camera(loaded, tmp_path):
    path = tmp_path / "my.toml"
    path.write_text(
        'id = "shed"\nname = "The shed"\nmachine = "aarch64"\n'
        'camera = "synthetic:?size=32x32&frames=4&fps=0"\n'
        '[processor]\nmodel = "Cortex-A55"\ncores = 4\n'
    )
    result = _run("--profile", path)
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == 4
    assert PROFILE_VARIABLE not in os.environ
    path.write_text(path.read_text().replace("cores = 4", "core = 4"))
    result = _run("--profile", path)
    assert result.exit_code == 1
    assert "my.toml: unknown key 'processor.core'. Did you mean" in result.stderr


def test_heat_is_shown_and_recorded(loaded, tmp_path, monkeypatch):
    files = {
        "thermal_zone0/type": "cpu-thermal",
        "thermal_zone0/temp": "81000",
        "cooling_device0/type": "cpufreq-cpu0",
        "cooling_device0/cur_state": "1",
    }
    for name, text in files.items():
        path = tmp_path / "sys/class/thermal" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("EDGEVISION_SYSTEM_ROOT", str(tmp_path))
    result = _run("--source", "synthetic:?size=32x32&frames=2&fps=0", "--json")
    assert result.exit_code == 0, result.output
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [item["health"]["throttled"] for item in records] == [True, True]
    assert records[0]["health"]["under_voltage"] is None
    assert "The board is slowed down at 81 °C: throttled." in result.stderr
    last = result.stderr.splitlines()[-1]
    assert last.startswith("Board: 81 °C at the start, 81 °C at most; slowed down by")


def test_a_decoder_of_ones_own_is_named_by_its_file(tmp_path):
    cv2.imwrite(str(tmp_path / "plain.png"), np.full((40, 40, 3), 90, np.uint8))
    own = f"{REPOSITORY / 'examples' / 'own_decoder.py'}:Margin"
    shapes = str(REPOSITORY / "runtime/demo/shapes.tflite")
    out = tmp_path / "out.jsonl"
    arguments = [shapes, "-s", str(tmp_path / "plain.png"), "--decoder"]
    done = CliRunner().invoke(
        cli,
        ["run", *arguments, own, "--option", "least=1", "--sink", f"jsonl:{out}"],
    )
    assert done.exit_code == 0, done.output
    assert "label unsure, margin 0." in done.output
    assert json.loads(out.read_text("utf-8"))["label"] == "unsure"
    done = CliRunner().invoke(cli, ["run", *arguments, "raw"])
    assert done.exit_code == 0, done.output
    assert "Identity 1x6" in done.output
    done = CliRunner().invoke(cli, ["run", *arguments, own.replace("Margin", "main")])
    assert done.exit_code == 1
    assert "does not take" in done.stderr
    done = CliRunner().invoke(cli, ["run", *arguments, own, "--option", "laest=1"])
    assert done.exit_code == 2
    assert "Did you mean 'least'?" in done.stderr


def test_a_run_outlives_its_standard_error(tmp_path):
    command = (
        f'exec "{sys.executable}" -m edgevision.cli run "{MODEL}" --trust --quiet -s '
        f'"synthetic:?size=32x32&frames=9&fps=0" --sink "jsonl:{tmp_path}/out.jsonl" '
        "2>/dev/full"
    )
    done = subprocess.run(
        ["sh", "-c", command], cwd=REPOSITORY, check=False, timeout=60
    )
    assert done.returncode == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 9


def test_a_model_that_hangs_is_named_and_the_files_are_finished(tmp_path, photos):
    model = tmp_path / "hang.tflite"
    model.write_bytes(hanging_classifier())
    for number, value in enumerate((0, 0, 255)):
        cv2.imwrite(str(photos / f"{number}.png"), np.full((4, 4, 3), value, np.uint8))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "edgevision.cli", "run", str(model), "--trust"),
            *("--source", str(photos), "--normalize", "raw", "--max-invoke", "500ms"),
            *("--sink", f"jsonl:{tmp_path}/o.jsonl", "--sink", f"csv:{tmp_path}/o.csv"),
        ],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1, done.stderr
    assert "Error: hang.tflite hangs: it has not come back from one" in done.stderr
    assert "2 frames, 0 dropped" in done.stderr
    lines = (tmp_path / "o.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["index"] for record in records] == [0, 1]
    assert (tmp_path / "o.csv").read_bytes().endswith(b"\n")
    assert len(done.stdout.splitlines()) == 2
