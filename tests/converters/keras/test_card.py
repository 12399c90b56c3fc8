"""The card in a .keras file: Keras overlooks it, convert fills its options from it."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from edgevision.converters.keras.card import append_card, read_keras_card, with_card
from edgevision.converters.keras.needs import needs_with
from edgevision.converters.options import ConvertOptions

import edgevision
from edgevision.card import FILE_NAME, InputCard, ModelCard, OutputCard
from edgevision.errors import ModelCardError

CARD = ModelCard(
    "net",
    "classification",
    InputCard(12, 8, resize="center-crop", crop_fraction=0.9, mean=(127.5,), std=(64,)),
    OutputCard(
        "classifier",
        {"activation": "softmax"},
        ("cat", "dog", "eel"),
        {"cat": "mammal", "dog": "mammal"},
    ),
)


def archive(path):
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("config.json", "{}")
    return path


def test_the_card_comes_back_equal(tmp_path):
    path = archive(tmp_path / "net.keras")
    assert read_keras_card(path) is None
    append_card(path, CARD)
    assert read_keras_card(path) == CARD
    with pytest.raises(ModelCardError, match="has a card already"):
        append_card(path, CARD)


def test_inspect_shows_the_card_and_asks_for_little():
    from edgevision.cli.reports import keras_lines

    facts = {
        "file": {"path": "net.keras", "bytes": 9, "format": "keras"},
        "keras_version": "3",
        "kind": "Sequential",
        "name": "net",
        "inputs": [[None, 8, 12, 3]],
        "parameters": 5,
        "layers": [],
        "layer_kinds": {},
        "training": [],
        "lambdas": [],
        "scale": {"own": "", "layers": [], "trained_on": "", "seen": []},
        "needs": needs_with(CARD),
        "card": CARD.to_dict(),
    }
    text = "\n".join(keras_lines(facts))
    assert "classification, read by 'classifier', pictures 12x8 rgb by cent" in text
    assert "Labels      3: cat, dog, eel" in text
    assert "--calibration" in text
    assert "--normalize" not in text


def test_other_files_have_no_card_and_get_none(tmp_path):
    path = tmp_path / "net.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    assert read_keras_card(path) is None
    assert read_keras_card(tmp_path) is None
    with pytest.raises(ModelCardError, match="is no .keras file"):
        append_card(path, CARD)


def test_a_damaged_card_is_a_sentence(tmp_path):
    path = archive(tmp_path / "net.keras")
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(FILE_NAME, "{")
    with pytest.raises(ModelCardError, match="net.keras: edgevision.json is not JSON"):
        read_keras_card(path)


def test_open_options_are_filled_and_others_stay():
    filled = with_card(ConvertOptions(), CARD)
    assert filled.task == "classification"
    assert filled.decoder == "classifier"
    assert filled.decoder_options == {"activation": "softmax"}
    assert filled.labels == ("cat", "dog", "eel")
    assert filled.hierarchy == {"cat": "mammal", "dog": "mammal"}
    assert filled.normalize == "mean=127.5,std=64"
    assert (filled.resize, filled.crop_fraction) == ("center-crop", 0.9)
    assert filled.input_size == (12, 8)
    told = ConvertOptions(
        normalize="unit", resize="letterbox", labels=("a", "b", "c"), color="bgr"
    )
    kept = with_card(told, CARD)
    assert (kept.normalize, kept.resize, kept.labels) == (
        told.normalize,
        told.resize,
        told.labels,
    )
    assert (kept.crop_fraction, kept.color, kept.hierarchy) == (1.0, "bgr", None)


def test_another_task_takes_nothing_of_the_decoder():
    filled = with_card(ConvertOptions(task="embedding"), CARD)
    assert filled.task == "embedding"
    assert filled.decoder is None
    assert filled.decoder_options is None


@pytest.mark.tf
@pytest.mark.slow
def test_a_model_with_a_card_converts_without_a_flag(tmp_path, rng):
    keras = pytest.importorskip("keras")
    model = keras.Sequential(
        [
            keras.Input((8, 12, 3)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(3),
        ]
    )
    path = tmp_path / "net.keras"
    model.save(path)
    append_card(path, CARD)
    again = keras.models.load_model(path)  # Keras overlooks the card
    pictures = rng.integers(0, 256, (24, 8, 12, 3)).astype(np.uint8)
    inputs = (pictures.astype(np.float32) - 127.5) / 64
    np.testing.assert_array_equal(
        again.predict(inputs, verbose=0), model.predict(inputs, verbose=0)
    )
    report = edgevision.convert(path, calibration=pictures)
    card = edgevision.load_model(report.path).card
    assert card.output.labels == CARD.output.labels
    assert card.output.hierarchy == CARD.output.hierarchy
    assert card.output.options["activation"] == "softmax"
    assert (card.input.resize, card.input.crop_fraction) == ("center-crop", 0.9)
    assert card.input.mean == (127.5,)
    assert any("card in net.keras" in note for note in report.notes)
