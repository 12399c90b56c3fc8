"""``edgevision convert``: options, sentences, exit codes."""

from __future__ import annotations

import importlib.util
import json
import zipfile

import numpy as np
import pytest
from click.testing import CliRunner
from support.conversion_reports import report_of

from edgevision.cli.commands.convert import convert
from edgevision.cli.main import cli
from edgevision.cli.reports import convert_lines

EVERYTHING = """
    convert net.keras -o net.tflite --calibration photos --verify held
    --normalize unit --color bgr --resize center-crop:0.875 --input-size 320x240
    --recipe int8 --io int8 --target tflite-runtime-2.14 --max-drop 1%
    --min-agreement 96.5% --min-accuracy 70% --seed 3 --keep-float --json
"""


@pytest.fixture
def work(monkeypatch, tmp_path):
    """Replace the work by a record of how it was called."""
    calls = []

    def pretend(*args, **options):
        calls.append((args, options))
        return report_of(
            tmp_path / "net.tflite",
            source_bytes=1116712,
            file_bytes=98464,
            quantization={"recipe": "int8", "io": "uint8"},
            verification={
                "metric": "top-1 agreement",
                "agreement": 0.965,
                "n": 1000,
                "interval": [0.952, 0.975],
                "float": 0.751,
                "quantized": 0.748,
            },
        )

    monkeypatch.setattr("edgevision.converters.convert.convert", pretend)
    return calls


def test_every_option_reaches_the_library(work):
    result = CliRunner().invoke(cli, EVERYTHING.split())
    assert result.exit_code == 0, result.output
    ((args, options),) = work
    assert [str(path) for path in args] == ["net.keras", "net.tflite"]
    assert (options["resize"], options["crop_fraction"]) == ("center-crop", 0.875)
    assert options["input_size"] == (320, 240)
    assert options["max_drop"] == pytest.approx(0.01)
    assert options["min_agreement"] == pytest.approx(0.965)
    assert options["keep_float"] is True
    assert '"agreement": 0.965' in result.stdout


def test_the_end_says_what_matters(work, tmp_path):
    result = CliRunner().invoke(cli, ["convert", "net.keras", "--calibration", "x"])
    assert "98,464 bytes" in result.stderr
    assert "96.5% on 1000 samples (95 % interval 95.2 to 97.5 %)" in result.stderr
    assert "accuracy: float 75.1%, converted 74.8%" in result.stderr
    assert f"next: edgevision inspect {tmp_path / 'net.tflite'}" in result.stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("--max-drop 1", "Write 1% or 100%"),
        ("--resize crop", "is not stretch, letterbox"),
        ("--resize center-crop:2", "is not stretch, letterbox"),
        ("--input-size 224x", "is not WIDTHxHEIGHT"),
        ("--recipe int4", "int4"),
        ("--lambda scale", "'scale' is not NAME=EXPRESSION, like 'scale=x / 127.5"),
        ("--lambda a=x --lambda a=x/2", "The layer 'a' is named twice"),
    ],
)
def test_a_wrong_option_is_usage(text, sentence):
    result = CliRunner().invoke(cli, ["convert", "net.keras", *text.split()])
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("extra", "code", "sentence"),
    [
        ("--normalize fifty", 2, "No normalization 'fifty'"),
        ("--normalize fifty", 2, "convert also takes auto and own"),
        ("--decoder yolo8", 2, "Did you mean 'yolo'"),
        ("--task values --option name=a", 2, "Did you mean 'names'"),
        ("--task text --option scale=1", 2, "No option of decoder 'text' 'scale'"),
        ("--custom absent.py", 1, "--custom"),
        ("--recipe float16 --io uint8", 2, "float16 has float32 inputs and outputs"),
        ("-o net.bin", 2, "must end in .tflite"),
        ("-o absent/net.tflite", 1, "folder absent does not exist"),
        ("--report net.pdf", 2, "ends in .json or .html"),
        ("--report absent/net.html", 1, "the folder absent does not exist"),
    ],
)
@pytest.mark.parametrize("absent", [(), ("tensorflow",)])
def test_mistakes_are_found_before_any_work(
    tmp_path, monkeypatch, extra, code, sentence, absent
):
    """Also where TensorFlow is absent, which would be said last."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec",
        lambda name, *rest: None if name in absent else find(name, *rest),
    )
    monkeypatch.chdir(tmp_path)
    np.save("set.npy", np.zeros((2, 4, 4, 3), np.uint8))
    result = CliRunner().invoke(
        cli, ["convert", "net.keras", "--calibration", "set.npy", *extra.split()]
    )
    assert result.exit_code == code, result.output
    assert sentence in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["set.npy"]


@pytest.mark.tf
def test_a_model_that_is_not_there_is_said(tmp_path):
    arguments = ["convert", str(tmp_path / "net.keras"), "--recipe", "float16"]
    result = CliRunner().invoke(cli, arguments)
    assert "net.keras: no such file" in result.stderr


@pytest.mark.tf
def test_without_calibration_the_recipe_is_named(tmp_path):
    # A generator's own card would make calibration needless: the file is looked into.
    layer = {
        "class_name": "InputLayer",
        "config": {"name": "image", "batch_shape": [None, 32, 32, 3]},
    }
    net = {"class_name": "Sequential", "config": {"layers": [layer]}}
    with zipfile.ZipFile(tmp_path / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(net))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", b"")
    result = CliRunner().invoke(cli, ["convert", str(tmp_path / "net.keras")])
    assert result.exit_code == 1
    assert "int8 needs sample inputs to choose ranges from" in result.stderr


def test_convert_lines_do_without_a_verification(tmp_path):
    quantization = {"recipe": "dynamic", "io": "float32"}
    report = report_of(tmp_path / "a.tflite", quantization=quantization)
    lines = convert_lines(report)
    assert len(lines) == 3


def test_help_names_every_choice():
    text = " ".join(CliRunner().invoke(convert, ["--help"]).output.split())
    for word in ("int16x8", "tflite-runtime-2.14", "raw (0 to 255)", "signed", "caffe"):
        assert word in text


def test_options_of_the_decoder_are_handed_on(work):
    arguments = ["convert", "net.keras", "--decoder", "fcos"]
    for extra, expected in (
        (["--option", "strides=[8,16]"], {"strides": [8, 16]}),
        ([], None),
    ):
        done = CliRunner().invoke(cli, [*arguments, *extra])
        assert done.exit_code == 0, done.output
        assert work[-1][1]["decoder_options"] == expected
        assert "options" not in work[-1][1]


def test_expressions_and_files_of_own_layers_are_handed_on(work):
    lambdas = ["--lambda", "a=x / 2", "--lambda", "b*=mean(x, axis=1)"]
    files = ["--custom", "one.py", "--custom", "two.py"]
    done = CliRunner().invoke(cli, ["convert", "net.keras", *lambdas, *files])
    assert done.exit_code == 0, done.output
    options = work[-1][1]
    assert options["lambdas"] == {"a": "x / 2", "b*": "mean(x, axis=1)"}
    assert options["custom"] == ("one.py", "two.py")
