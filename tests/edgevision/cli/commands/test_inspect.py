"""``edgevision inspect``: every model at hand explains itself."""

from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner
from edgevision.converters.write.metadata import attach
from edgevision.runtime.demo import CLASSIFIER
from edgevision.runtime.interpreter.backends import installed_backends
from edgevision.runtime.opening.inspection import model_inspection
from support.tiny_models import tiny_classifier

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.cli.main import cli

needs_backend = pytest.mark.skipif(
    not installed_backends(), reason="no TFLite interpreter is installed"
)


def inspect(*arguments):
    return CliRunner().invoke(cli, ["inspect", *map(str, arguments)])


@needs_backend
def test_a_foreign_model_says_how_it_runs_and_why(shared):
    done = inspect(shared / "models/tf2_mobilenet_v2_1.0_224_ptq.tflite")
    assert done.exit_code == 0, done.output
    text = " ".join(done.output.split())
    for words in (
        "normalization signed TFLite Metadata (signed); the uint8 input's real range",
        "resize stretch assumed",
        "labels 1001: background, tench, goldfish ... TFLite Metadata",
        "activation none the last operation is SOFTMAX",
        "parameters 3,489,097",
        "multiplications (MAC) 300.8 million",
        "operations in float 0 of 68",
        "it was loaded and run here",
        "TensorFlow Lite >= 1.14.0",
        "DEPTHWISE_CONV_2D 3 17 20.72 0",
    ):
        assert words in text


def test_json_holds_everything(shared):
    done = inspect(
        shared / "models/yolov8n_416_full_integer_quant.tflite",
        "--json", "--no-run", "--tensors",
    )  # fmt: skip
    facts = json.loads(done.stdout)
    assert facts["run"]["decoder"] == "yolo"
    assert facts["run"]["input"]["resize"] == "letterbox"
    assert facts["ultralytics"]["labels"] == 80
    assert facts["signatures"][0]["key"] == "serving_default"
    assert facts["graph"]["operator_count"] == 255
    assert len(facts["tensors"]) == 411
    assert facts["runtimes"]["seen"] == {}


def test_defaults_of_the_decoder_are_shown_with_where_they_come_from(shared):
    done = inspect(shared / "models/yolov8n_416_full_integer_quant.tflite", "--no-run")
    text = " ".join(done.output.split())
    for words in ("score threshold 0.25", "iou threshold 0.7", "max detections 300"):
        assert f"{words} default" in text


def test_numbers_are_rounded_for_people_and_whole_in_json(tmp_path):
    card = ModelCard(
        "net",
        "classification",
        InputCard(4, 4),
        OutputCard("classifier"),
        verification={"metric": "top-1", "drop": 0.7 - 0.702},
    )
    path = tmp_path / "net.tflite"
    path.write_bytes(attach(tiny_classifier(), card))
    assert "top-1, drop -0.002" in inspect(path, "--no-run").output
    assert "0000000" not in inspect(path, "--no-run").output.replace(" ", "")
    facts = json.loads(inspect(path, "--no-run", "--json").stdout)
    assert facts["card"]["verification"]["drop"] == 0.7 - 0.702


def test_a_model_that_cannot_run_yet_says_what_is_missing(shared):
    done = inspect(shared / "models/cifar10_resnet8_float.tflite", "--no-run", "--json")
    run = json.loads(done.stdout)["run"]
    assert "Pass --normalize" in run["problem"]
    assert (run["task"], run["decoder"]) == ("classification", "classifier")
    assert run["input"]["std"] is None
    assert run["evidence"]["normalization"] == "not known: pass --normalize"


@needs_backend
def test_a_custom_operator_is_named_for_every_runtime(shared):
    done = inspect(shared / "models/invalid_custom_op.tflite")
    assert done.exit_code == 0
    assert "lacks custom op fake-op-double" in done.output
    assert "needs the custom op 'fake-op-double'" in done.output
    assert "known only by running it" not in done.output


def test_a_folder_of_models_is_a_table(shared, tmp_path):
    done = inspect(shared / "models")
    assert done.exit_code == 0
    lines = [line for line in done.output.splitlines() if ".tflite" in line]
    assert len(lines) == 14
    assert "17x3" in next(line for line in lines if "movenet" in line)
    (tmp_path / "bad.tflite").write_bytes(b"nothing at all")
    (tmp_path / "good.tflite").write_bytes(tiny_classifier())
    done = inspect(tmp_path)
    assert "is not a TensorFlow Lite model" in done.output
    assert "1x4x4x3 uint8" in done.output


def test_damaged_files_are_one_sentence(tmp_path, shared):
    path = tmp_path / "cut.tflite"
    data = (shared / "models/cifar10_resnet8_int8_reference.tflite").read_bytes()
    path.write_bytes(data[:50_000])
    done = inspect(path)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {path} is damaged: ")
    assert inspect(tmp_path / "no.tflite").stderr.startswith("Error: Cannot open")
    path.unlink()
    assert "holds no .tflite file" in inspect(tmp_path).stderr


def test_a_report_is_a_page_or_json_and_is_not_replaced(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    page, data = tmp_path / "net.html", tmp_path / "net.json"
    for report in (page, data):
        assert inspect(path, "--no-run", "--report", report).exit_code == 0
    assert "RESHAPE" in page.read_text("utf-8")
    assert json.loads(data.read_text("utf-8"))["graph"]["operator_count"] == 1
    again = inspect(path, "--no-run", "--report", page)
    assert again.exit_code == 1
    assert "already exists. Pass --force" in again.stderr
    assert inspect(path, "--report", tmp_path / "net.pdf").exit_code == 2


def test_control_codes_of_a_foreign_file_do_not_reach_the_terminal(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier().replace(b"image", b"i\x1b[2J"))
    done = inspect(path, "--no-run")
    assert done.exit_code == 0
    assert "\x1b" not in done.output


def test_a_model_without_a_golden_check_says_so(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    done = inspect(path, "--no-run", "--check")
    assert done.exit_code == 1
    assert "has no golden check" in done.stderr


@needs_backend
def test_what_is_checked_is_what_was_inspected(tmp_path, monkeypatch):
    path = tmp_path / "net.tflite"
    path.write_bytes(CLASSIFIER.read_bytes())
    look = model_inspection.check_hash

    def look_and_swap(model):
        path.write_bytes(b"another file by now")
        return look(model)

    monkeypatch.setattr(model_inspection, "check_hash", look_and_swap)
    done = inspect(path, "--check", "--json")
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["check"]["passed"] is True
    assert facts["file"]["bytes"] == CLASSIFIER.stat().st_size


def test_keras_files_are_read_without_tensorflow(shared):
    pytest.importorskip("h5py")
    done = inspect(shared / "models/cifar10_resnet8.h5")
    assert "Keras 2.4.0 Functional model" in done.output
    assert "Parameters  78,666" in done.output
    assert "?x32x32x3" in done.output
    assert "--normalize: it has no layer that scales pixels" in done.output


def keras_file(path, config, *, compress=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compress) as archive:
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        archive.writestr("config.json", config)
    return path


def layer(kind, name, **config):
    return {"class_name": kind, "config": {"name": name, **config}}


def test_a_keras_file_says_its_task_by_its_loss(tmp_path):
    config = layer(
        "Functional",
        "net",
        layers=[layer("Dense", "end", units=4), layer("Dense", "other", units=2)],
        output_layers=["end", 0, 0],
    )
    config["compile_config"] = {"loss": "mse", "metrics": ["mae"]}
    path = keras_file(tmp_path / "net.keras", json.dumps(config))
    shown = inspect(path).stdout
    assert "values (by the loss mean_squared_error, metrics mean_absolute_err" in shown
    stated = json.loads(inspect(path, "--json").stdout)["training"]
    assert [item["output"] for item in stated] == ["end"]


def test_a_keras_file_says_what_convert_would_need(tmp_path):
    nested = layer("Sequential", "inner", layers=[layer("Lambda", "code")])
    config = layer(
        "Functional",
        "net",
        layers=[
            layer("InputLayer", "in", batch_shape=[None, None, None, 3]),
            layer("Rescaling", "scale"),
            layer("LSTM", "loop"),
            nested,
        ],
    )
    path = keras_file(tmp_path / "net.keras", json.dumps(config))
    facts = json.loads(inspect(path, "--json").stdout)
    assert facts["layer_kinds"] == {
        "InputLayer": 1, "Rescaling": 1, "LSTM": 1, "Lambda": 1,
    }  # fmt: skip
    needs = " ".join(facts["needs"])
    for words in (
        "own Rescaling layer",
        "--lambda code=",
        "--input-size",
        "unroll=True",
    ):
        assert words in needs


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    """Return a small file that would unpack to 90 MB."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.keras"
    return keras_file(path, b" " * (90 * 2**20), compress=zipfile.ZIP_DEFLATED)


def test_damaged_keras_files_are_one_sentence(tmp_path, bomb):
    assert "would unpack to 90 MB, far more than" in inspect(bomb).stderr
    cut = tmp_path / "cut.keras"
    cut.write_bytes(keras_file(tmp_path / "a.keras", "{}").read_bytes()[:-30])
    assert "is a damaged .keras file" in inspect(cut).stderr
    keras_file(cut, "[1, 2")
    assert "config.json is not JSON" in inspect(cut).stderr
    keras_file(cut, "[" * 100_000)
    assert "config.json is not JSON" in inspect(cut).stderr
    keras_file(cut, "[]")
    assert "holds list where an object was expected" in inspect(cut).stderr
    cut.write_bytes(b"#!/bin/sh")
    assert "is a text file" in inspect(cut).stderr


def test_cut_hdf5_is_one_sentence(tmp_path, shared):
    pytest.importorskip("h5py")
    data = (shared / "models/cifar10_resnet8.h5").read_bytes()
    path = tmp_path / "cut.h5"
    for size in (8, 3000, 500_000):
        path.write_bytes(data[:size])
        done = inspect(path)
        assert done.exit_code == 1, size
        assert "is a damaged HDF5 file" in done.stderr


@pytest.mark.tf
def test_convert_refuses_a_keras_bomb_before_it_unpacks(bomb):
    done = CliRunner().invoke(
        cli, ["convert", str(bomb), "--recipe", "float32", "--normalize", "raw"]
    )
    assert done.exit_code == 1
    assert "would unpack to 90 MB, far more than a Keras model does" in done.stderr


def test_what_a_user_says_is_shown_as_run_would_take_it(shared):
    model = shared / "models/cifar10_resnet8_float.tflite"
    words = ("--no-run", "--json", "--normalize", "unit")
    plan = json.loads(inspect(model, *words).stdout)["run"]
    assert plan["problem"] == ""
    assert plan["input"]["std"] == [255.0]
    assert plan["evidence"]["normalization"] != "not known: pass --normalize"
    typed = inspect(model, "--no-run", "--decoder", "yolo8")
    assert "Did you mean 'yolo'?" in typed.output


def test_what_a_user_says_is_for_a_tflite_file(tmp_path):
    (tmp_path / "net.keras").write_bytes(b"")
    for path in (tmp_path, tmp_path / "net.keras"):
        done = inspect(path, "--normalize", "unit")
        assert done.exit_code == 2
        assert "--normalize is for a .tflite file." in done.stderr
