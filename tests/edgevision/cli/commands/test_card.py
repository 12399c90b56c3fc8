"""``edgevision card``: any model takes a card, and gives it back."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from edgevision.converters.write.metadata import attach
from edgevision.runtime import tflite
from edgevision.runtime.demo import CLASSIFIER
from edgevision.runtime.opening.resolve_settings import resolve
from edgevision.runtime.tflite.model_file import ModelFile

from edgevision.cli.main import cli

REPOSITORY = Path(__file__).resolve().parents[4]


def card(*arguments):
    return CliRunner().invoke(cli, ["card", *map(str, arguments)])


def test_a_float_model_learns_its_normalization_and_labels(shared, tmp_path):
    source = shared / "models/cifar10_resnet8_float.tflite"
    out, labels = tmp_path / "net.tflite", tmp_path / "names.txt"
    labels.write_bytes("\ufeffzero\r\none\r\n".encode() + b"\r\n".join(
        f"class {i}".encode() for i in range(8)
    ))  # fmt: skip
    done = card(source, "-o", out)
    assert done.exit_code == 1
    assert "Pass --normalize" in done.stderr
    done = card(
        source, "-o", out, "--normalize", "raw", "--labels", labels,
        "--option", "score_threshold=0.25", "--name", "resnet", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["evidence"]["labels"] == "the caller (names.txt)"
    # Nothing of this machine's folders goes into the file.
    assert str(tmp_path).encode() not in out.read_bytes()
    model = ModelFile.open(out)
    assert model.card is not None
    assert model.card.name == "resnet"
    assert model.card.output.labels[:3] == ("zero", "one", "class 0")
    assert model.card.output.options["score_threshold"] == 0.25
    text = model.archive.read("labels.txt", limit=1000)
    assert text is not None
    assert b"\r" not in text
    metadata = model.tflite_metadata
    assert metadata is not None
    assert metadata.outputs[0].score_threshold == 0.25
    # A second time only what is given changes.
    assert card(out, "--force", "--resize", "center-crop:0.875").exit_code == 0
    again = ModelFile.open(out).card
    assert again is not None
    assert again.output == model.card.output
    assert again.input is not None
    assert (again.input.resize, again.input.crop_fraction) == ("center-crop", 0.875)
    assert card(out, "--undo", "--force").exit_code == 0
    assert out.read_bytes() == source.read_bytes()
    assert "nothing to undo" in card(out, "--undo", "--force").stderr


def test_nothing_is_replaced_without_force(shared, tmp_path):
    path = tmp_path / "net.tflite"
    data = (shared / "models/cifar10_resnet8_int8_reference.tflite").read_bytes()
    path.write_bytes(data)
    done = card(path)
    assert (done.exit_code, path.read_bytes()) == (1, data)
    assert "already exists. Pass --force to replace it." in done.stderr


def test_wrong_settings_change_nothing(shared, tmp_path):
    source = shared / "models/cifar10_resnet8_int8_reference.tflite"
    out = tmp_path / "net.tflite"
    labels = tmp_path / "two.txt"
    labels.write_text("a\nb\n")
    for arguments, code, sentence in (
        (("--normalize", "unti"), 2, "Did you mean 'unit'?"),
        (("--labels", labels), 1, "has 10 classes, but 2 labels"),
        (("--labels", tmp_path / "no.txt"), 1, "Cannot read the labels"),
        (("--option", "x"), 2, "'x' is not NAME=VALUE"),
        (("--undo", "--name", "x"), 2, "--undo takes no other settings"),
        (("--card", "/dev/zero"), 1, "/dev/zero is larger than 16 MB"),
        (("--color", "gray"), 1, "cannot take gray pictures"),
    ):
        done = card(source, "-o", out, *arguments)
        assert done.exit_code == code, sentence
        assert sentence in " ".join(done.stderr.split())
        assert not out.exists()


def test_what_other_tools_will_not_do_is_said(shared, tmp_path):
    source = shared / "models/cifar10_resnet8_int8_reference.tflite"
    done = card(source, "-o", tmp_path / "net.tflite")
    assert done.exit_code == 0
    assert (
        "Note: MediaPipe Tasks and the Task Library refuse int8 inputs and outputs"
        in done.stderr
    )


def test_undo_brings_back_what_convert_wrote(shared, tmp_path):
    source = shared / "models/cifar10_resnet8_int8_reference.tflite"
    path, other = tmp_path / "net.tflite", tmp_path / "other.tflite"
    found = replace(resolve(ModelFile.open(source)).card, name="from convert")
    converted = attach(source, found, converted=True)
    path.write_bytes(converted)
    for _ in range(2):
        for option in ("score_threshold=0.4", "score_threshold=0.5"):
            assert card(path, "--force", "--option", option).exit_code == 0
        written = ModelFile.open(path).card
        assert written is not None
        assert written.name == "from convert"
        assert written.output.options["score_threshold"] == 0.5
        assert card(path, "--undo", "-o", other, "--force").exit_code == 0
        assert card(path, "--undo", "--force").exit_code == 0
        assert path.read_bytes() == other.read_bytes() == converted
    done = card(path, "--undo", "--force")
    assert done.exit_code == 1
    assert "nothing that 'edgevision card' wrote" in " ".join(done.stderr.split())
    assert path.read_bytes() == converted


def test_a_card_in_place_keeps_links_and_permissions(shared, tmp_path):
    path, link = tmp_path / "net.tflite", tmp_path / "link.tflite"
    source = shared / "models/cifar10_resnet8_int8_reference.tflite"
    path.write_bytes(source.read_bytes())
    path.chmod(0o600)
    link.symlink_to(path.name)
    assert card(link, "--force").exit_code == 0
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert ModelFile.open(path).card is not None
    assert card(link, "--undo", "--force").exit_code == 0
    assert path.read_bytes() == source.read_bytes()


def test_a_device_or_pipe_is_not_replaced(shared, tmp_path):
    # As root, a rename onto /dev/null would have made it a regular file.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    source = shared / "models/cifar10_resnet8_int8_reference.tflite"
    done = card(source, "-o", pipe, "--force")
    assert done.exit_code == 1
    assert "is a device or a pipe" in done.stderr
    assert pipe.is_fifo()


def test_a_card_cannot_name_a_decoder_of_ones_own(tmp_path):
    out = tmp_path / "net.tflite"
    shapes = REPOSITORY / "runtime/demo/shapes.tflite"
    done = card(shapes, "-o", out, "--decoder", "./blaze.py:Blaze")
    assert done.exit_code == 2
    assert "a file may not name code. Pass --decoder raw here" in done.stderr
    assert not out.exists()
    assert card(shapes, "-o", out, "--decoder", "raw").exit_code == 0
    found = ModelFile.open(out).card
    assert found is not None
    assert (found.task, found.output.decoder) == ("raw", "raw")
    assert len(found.output.labels) == 6  # the rest of the card stays


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("bogus=1", "No option of decoder 'classifier' 'bogus'"),
        ("score_threshold=half", "'score_threshold' of decoder 'classifier' must be a"),
        ("activation=foo", "No activation 'foo'. Known: none, sigmoid, softmax."),
    ],
)
def test_an_option_that_nothing_could_be_run_with_is_refused(
    tmp_path, option, sentence
):
    out = tmp_path / "out.tflite"
    result = card(str(CLASSIFIER), "--option", option, "-o", str(out))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not out.exists()


def test_options_of_the_decoder_are_written(tmp_path):
    out = tmp_path / "out.tflite"
    words = ["--option", "multi_label=true", "--option", "top_k=2", "-o", str(out)]
    assert card(str(CLASSIFIER), *words).exit_code == 0
    options = ModelFile.open(out).card.output.options
    assert options["multi_label"] is True
    assert options["top_k"] == 2


def test_what_is_written_is_what_was_checked(tmp_path, monkeypatch):
    source, out = tmp_path / "net.tflite", tmp_path / "out.tflite"
    source.write_bytes(CLASSIFIER.read_bytes())
    check = tflite.check_model

    def check_and_swap(model):
        check(model)
        source.write_bytes(b"another file by now")

    monkeypatch.setattr(tflite, "check_model", check_and_swap)
    done = card(source, "-o", out, "--name", "mine")
    assert done.exit_code == 0, done.output
    assert ModelFile.open(out).card.name == "mine"
    source.write_bytes(out.read_bytes())
    done = card(source, "-o", tmp_path / "old.tflite", "--undo")
    assert done.exit_code == 0, done.output
