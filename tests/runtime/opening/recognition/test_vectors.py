"""One vector: scores, logits, an embedding, or a question."""

from __future__ import annotations

import pytest
from edgevision.runtime.opening import OpenOptions, resolve
from edgevision.runtime.opening.recognition import Assumption, recognise
from edgevision.runtime.tflite import ModelFile
from support.expressions import model_of

from edgevision.errors import UnsupportedModelError

DENSE = "FULLY_CONNECTED(image)"


def vector(tensor: str, expression: str = DENSE) -> ModelFile:
    return model_of(["1x64x64x3 uint8 0..255"], [("scores", tensor, expression)])


@pytest.mark.parametrize(
    ("tensor", "expression", "activation", "words"),
    [
        ("1x10", f"SOFTMAX({DENSE})", "none", "SOFTMAX: outputs are scores"),
        ("1x10", f"RESHAPE(SOFTMAX({DENSE}))", "none", "SOFTMAX"),
        ("1x10", "DIV(EXP(image), SUM(EXP(image)))", "none", "SOFTMAX"),
        ("1x10 uint8 0..1", DENSE, "none", "can only hold 0..1"),
        ("1x10 int8 -8..9", DENSE, "softmax", "holds -8..9: logits"),
        ("1x10 int8 0..9", DENSE, "softmax", "holds 0..9: logits"),
        ("1x1x1x10 int8 -8..9", DENSE, "softmax", "logits"),
    ],
)
def test_scores_and_logits_are_proven(tensor, expression, activation, words):
    found = recognise(vector(tensor, expression))
    assert found is not None
    assert (found.decoder, found.options) == ("classifier", {"activation": activation})
    assert words in str(found.option_evidence["activation"])
    assert not isinstance(found.option_evidence["activation"], Assumption)


@pytest.mark.parametrize(
    "expression", [DENSE, "CONV_2D(image)", "DIV(EXP(image), SUM(image))"]
)
@pytest.mark.parametrize("tensor", ["1x10", "1x10x1x1", "1x10 int16 -1..1"])
def test_logits_that_nothing_proves_are_said(tensor, expression):
    settings = resolve(vector(tensor, expression))
    assert settings.card.output.options == {"activation": "softmax"}
    assert settings.evidence["options.activation"] == "assumed"
    said = [text for text in settings.assumptions if "--option activation=none" in text]
    assert len(said) == 1
    changed = OpenOptions(options={"activation": "none"})
    assert not [
        text
        for text in resolve(vector(tensor, expression), changed).assumptions
        if "activation" in text
    ]


def test_labels_that_may_be_true_together_are_said():
    model = vector("1x5", f"LOGISTIC({DENSE})")
    settings = resolve(model)
    assert settings.card.output.options == {"activation": "none"}
    assert any("--option multi_label=true" in text for text in settings.assumptions)
    options = OpenOptions(options={"multi_label": True})
    assert not any(
        "multi_label" in text for text in resolve(model, options).assumptions
    )


@pytest.mark.parametrize(
    ("tensor", "other"),
    [("1x512", "embedding"), ("1x128 int8 -3..3", "embedding"), ("1x136", "landmarks")],
)
def test_lengths_of_other_vectors_are_asked_for(tensor, other):
    model = vector(tensor)
    with pytest.raises(UnsupportedModelError, match=f"classes, or --decoder {other}"):
        recognise(model)
    # Who says that it has classes has answered.
    known = recognise(model, "classification")
    assert known is not None
    assert known.decoder == "classifier"
    # What the sentence says, done.
    for name in ("classifier", other):
        assert resolve(model, OpenOptions(decoder=name)).card.output.decoder == name
    found = recognise(vector(tensor.split()[0], f"SOFTMAX({DENSE})"))
    assert found is not None
    assert found.decoder == "classifier"


@pytest.mark.parametrize("tensor", ["1x50 int64", "1x50 int32"])
def test_whole_numbers_are_no_scores(tensor):
    found = recognise(vector(tensor, "ARG_MAX(image)"))
    assert found is None or found.decoder != "classifier"
