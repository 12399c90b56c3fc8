"""Metadata in a file: absent, usable, or damaged and then a sentence."""

from __future__ import annotations

from edgevision.converters.write.metadata import attach
from edgevision.runtime.opening.inspection.embedded import read_embedded
from edgevision.runtime.tflite.model_file import ModelFile
from support.tiny_models import tiny_classifier

from edgevision.card import InputCard, ModelCard, OutputCard

CARD = ModelCard(
    "net", "classification", InputCard(4, 4), OutputCard("classifier", {}, ("a",) * 48)
)


def test_a_bare_file_has_none():
    embedded = read_embedded(ModelFile.from_bytes(tiny_classifier()))
    assert embedded.to_dict() == dict.fromkeys(
        ("tflite_metadata", "ultralytics", "card")
    )


def test_a_card_and_its_metadata_are_read():
    embedded = read_embedded(ModelFile.from_bytes(attach(tiny_classifier(), CARD)))
    assert embedded.card == CARD
    facts = embedded.to_dict()
    assert facts["card"]["output"]["decoder"] == "classifier"
    assert facts["tflite_metadata"]["inputs"][0]["color"] == "rgb"
    assert facts["ultralytics"] is None


def test_damaged_metadata_are_a_sentence():
    data = tiny_classifier(metadata={"TFLITE_METADATA": b"\xff" * 40})
    facts = read_embedded(ModelFile.from_bytes(data)).to_dict()
    assert set(facts["tflite_metadata"]) == {"error"}
