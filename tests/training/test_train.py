"""From a folder to a .keras file with a card, its curves, and on to int8."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from edgevision.converters.keras.card import read_keras_card
from edgevision.runtime.scenes import EASY, SHAPES
from edgevision.training.callbacks import TrainCallbacks
from edgevision.training.classification.task import class_weights
from edgevision.training.data.pictures import PictureFiles
from edgevision.training.request import TrainRequest
from edgevision.training.shipped.shapes import write_crops
from edgevision.training.train import preview, train

import edgevision
from edgevision.cli.main import cli
from edgevision.errors import OutputExistsError, TrainingError
from edgevision.files import hold_name


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    """Return class folders of easy shapes, one of them broken."""
    folder = write_crops(
        tmp_path_factory.mktemp("data") / "shapes", 240, 28, seed=5, difficulty=EASY
    )
    (folder / "circle" / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def report(shapes, tmp_path_factory):
    """Return a training of two epochs."""
    return edgevision.train(
        shapes,
        tmp_path_factory.mktemp("out") / "net.keras",
        arch="cnn",
        input_size=(24, 22),
        width=0.25,
        epochs=2,
        resize="letterbox",
        augment="flip,salt-and-pepper=0.02",
        hierarchy={"circle": "round", "square": "cornered"},
    )


@pytest.mark.tf
def test_a_report_says_what_was_done(report):
    assert report.task == "classification"
    assert report.labels == tuple(sorted(SHAPES))
    assert (report.epochs, report.ended) == (2, "finished")
    assert report.facts["train"] + report.facts["held_out"] == 240
    assert any("broken.png" in text for text in report.warnings)
    kept = report.history[report.best_epoch - 1]
    assert report.metrics["accuracy"] == kept["val_accuracy"]
    assert not report.path.with_suffix(".training").exists()
    assert any(line.startswith("edgevision convert") for line in report.next_commands)


@pytest.mark.tf
def test_the_file_brings_its_card_and_takes_plain_pixels(report):
    import keras

    card = read_keras_card(report.path)
    assert card is not None
    assert card.output.labels == report.labels
    assert card.output.hierarchy == {"circle": "round", "square": "cornered"}
    assert (card.input.width, card.input.height) == (24, 22)
    assert (card.input.resize, card.input.mean, card.input.std) == (
        "letterbox",
        (0.0,),
        (1.0,),
    )
    assert card.provenance["training"]["architecture"] == "cnn"
    model = keras.models.load_model(report.path)
    assert getattr(model, "optimizer", None) is None  # it would triple the size


@pytest.mark.tf
def test_curves_and_history_lie_beside_it(report):
    with report.files["history"].open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["val_loss"]) == pytest.approx(report.history[1]["val_loss"])
    picture = cv2.imread(str(report.files["curves"]))
    assert picture is not None
    assert len(np.unique(picture)) > 5


@pytest.mark.tf
@pytest.mark.slow
def test_the_file_converts_without_a_flag(report, shapes, tmp_path):
    made = edgevision.convert(
        report.path,
        tmp_path / "net.tflite",
        calibration=[str(p) for p in sorted(shapes.glob("*/*.png"))],
    )
    # The same damaged picture that the training left out.
    assert any("broken.png" in text for text in made.warnings)
    with edgevision.load_model(made.path) as model:
        assert model.card.input.resize == "letterbox"
        assert model.card.output.hierarchy == {"circle": "round", "square": "cornered"}
        result = model(next(shapes.glob("star/0*.png")))
        assert result.top.label in report.labels
    assert made.verification["agreement"] > 0.8


@pytest.mark.parametrize("more", [{}, {"force": True}, {"resume": True}])
def test_an_output_that_another_process_trains_for_is_refused(tmp_path, more):
    output = tmp_path / "net.keras"
    with (
        hold_name(output, error=TrainingError),
        pytest.raises(TrainingError, match=r"net\.keras is written to by another"),
    ):
        edgevision.train(tmp_path, output, **more)


@pytest.mark.tf
def test_existing_outputs_are_not_replaced(report, shapes):
    with pytest.raises(OutputExistsError, match="net.keras already exists"):
        edgevision.train(shapes, report.path, epochs=1)
    with pytest.raises(TrainingError, match="nothing to go on with.*Leave --resume"):
        edgevision.train(shapes, report.path, resume=True)


@pytest.mark.tf
@pytest.mark.slow
def test_an_interrupted_training_is_saved_and_goes_on(shapes, tmp_path):
    def interrupt(line):
        if line.startswith("epoch 1 "):
            raise KeyboardInterrupt

    request = TrainRequest(
        shapes,
        tmp_path / "net.keras",
        arch="cnn",
        input_size=(22, 22),
        width=0.1,
        epochs=2,
    )
    first = train(request, callbacks=TrainCallbacks(on_epoch=interrupt))
    assert (first.ended, first.epochs) == ("interrupted", 1)
    assert first.path.exists()
    assert "--resume" in first.next_commands[0]
    with pytest.raises(OutputExistsError, match="Pass --resume to go on"):
        edgevision.train(shapes, request.output)
    again = edgevision.train(
        shapes,
        request.output,
        arch="cnn",
        input_size=(22, 22),
        width=0.1,
        epochs=2,
        resume=True,
    )
    assert (again.ended, again.epochs) == ("finished", 2)
    assert again.history[0]["loss"] == first.history[0]["loss"]


def test_a_place_that_cannot_be_written_is_refused_before_the_work(shapes, tmp_path):
    (tmp_path / "net.keras").mkdir()
    with pytest.raises(TrainingError, match="it is a folder"):
        edgevision.train(shapes, tmp_path / "net.keras", force=True)
    with pytest.raises(TrainingError, match="no does not exist"):
        preview(TrainRequest(shapes, tmp_path / "n.keras"), tmp_path / "no" / "p.png")


def test_balanced_weights_make_classes_count_alike(tmp_path):
    request = TrainRequest(tmp_path, tmp_path / "n.keras", class_weights="balanced")
    files = PictureFiles(
        (Path("x"),) * 8, np.array([0] * 6 + [1] * 2), ("",) * 8, ("a", "b")
    )
    weights = class_weights(request, files)
    assert weights[0] * 6 == pytest.approx(weights[1] * 2)
    assert weights[0] * 6 + weights[1] * 2 == pytest.approx(8)


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"output": Path("net.h5")}, "must end in .keras, got 'net.h5'"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"learning_rate": 0}, "learning_rate must be above 0, got 0"),
        ({"validation_share": 1.0}, "validation_share must be above 0 and at most 0.9"),
        ({"resize": "crop"}, "No resize rule 'crop'"),
        ({"class_weights": "balance"}, "Did you mean 'balanced'"),
    ],
)
def test_wrong_choices_name_the_value(choices, sentence):
    with pytest.raises(ValueError, match=sentence):
        TrainRequest(**{"data": Path("x"), "output": Path("net.keras"), **choices})


def test_an_unknown_choice_is_named(tmp_path):
    with pytest.raises(TypeError, match="does not have.*epoch"):
        edgevision.train(tmp_path, tmp_path / "net.keras", epoch=1)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 2, "Missing option '-o'"),
        (["-o", "net.h5"], 2, "must end in .keras"),
        (["-o", "net.keras", "--max-time", "soon"], 2, "is not a time such as 90s"),
        (["-o", "net.keras"], 1, "holds no pictures"),
        (["-o", "net.keras", "--resize", "center-crop:0.9"], 2, "takes no share here"),
        (["-o", "net.keras", "--task", "clasification"], 2, "clasification"),
    ],
)
def test_the_command_says_what_is_wrong(words, code, sentence, tmp_path):
    result = CliRunner().invoke(cli, ["train", str(tmp_path), *words])
    assert result.exit_code == code
    assert sentence in result.output


def test_an_unknown_network_is_offered_a_name(tmp_path):
    write_crops(tmp_path / "s", 12, 16, seed=0)
    words = ["train", str(tmp_path / "s"), "-o", str(tmp_path / "n.keras")]
    result = CliRunner().invoke(cli, [*words, "--arch", "mobilnet-v2"])
    assert result.exit_code == 2
    assert "Did you mean 'mobilenet-v2'?" in result.output


def test_a_label_file_gives_order_and_ancestors(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "edgevision.training.train.train",
        lambda request, callbacks: seen.append(request),
    )
    monkeypatch.setattr("edgevision.cli.commands.train.train_lines", lambda report: [])
    labels = tmp_path / "labels.txt"
    labels.write_text("animal > dog\nanimal > cat\ncar\n")
    words = ["train", str(tmp_path), "-o", str(tmp_path / "n.keras")]
    result = CliRunner().invoke(cli, [*words, "--labels", str(labels)])
    assert result.exit_code == 0, result.output
    assert seen[0].labels == ("dog", "cat", "car")
    assert seen[0].hierarchy == {"dog": "animal", "cat": "animal"}
