"""Which task remains: a table of losses, metrics, last operations, labels, values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from edgevision.converters.keras import OutputHead
from edgevision.converters.keras.training import OutputTraining
from edgevision.converters.plan.task import (
    ModelFacts,
    OutputFacts,
    decide,
    question,
)

COUNT = 16
BCE, CCE = "binary_crossentropy", "categorical_crossentropy"
SCCE, MSE = "sparse_categorical_crossentropy", "mean_squared_error"
MULTI = "classification multi_label"


def values(kind: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return answers of a kind: what the activation of that name may give."""
    rng = np.random.default_rng(7)
    raw = rng.normal(0, 3, (COUNT, *shape))
    if kind == "softmax":
        raw = np.exp(raw)
        raw = raw / raw.sum(-1, keepdims=True)
    elif kind == "sigmoid":
        raw = 1 / (1 + np.exp(-raw))
    elif kind == "exclusive":  # sigmoids that learned one-hot classes
        raw = np.full((COUNT, *shape), 0.02)
        raw[np.arange(COUNT), rng.integers(0, shape[-1], COUNT)] = 0.97
    elif kind == "saturated":
        raw = (raw > 0) * 0.98 + 0.01
    elif kind == "tanh":
        raw = np.tanh(raw)
    elif kind == "relu":
        raw = np.maximum(raw, 0)
    elif kind == "unit":  # vectors of length 1
        raw = raw / np.linalg.norm(raw, axis=-1, keepdims=True)
    elif kind == "argmax":
        return rng.integers(0, 5, (COUNT, *shape))
    return raw.astype(np.float32)


@dataclass(frozen=True)
class Row:
    expected: str
    shape: tuple[int, ...]
    kind: str = "linear"
    loss: str = ""
    metrics: tuple[str, ...] = ()
    maker: str = "dense"
    labels: int = 0
    folders: int = 0
    channels: int = 3  # of the pictures; 0: the model takes a vector
    from_logits: bool | None = None
    skips: bool = False
    like: float = 0.0  # how much of the input picture the output shows

    def facts(self) -> ModelFacts:
        answers = values(self.kind, self.shape)
        pictures = None
        if self.channels:
            size = self.shape[:2] if len(self.shape) > 1 else (8, 8)
            rng = np.random.default_rng(1)
            pictures = rng.uniform(0, 1, (COUNT, *size, self.channels))
            if self.like:
                shown = pictures.mean(-1, keepdims=True)
                answers = self.like * shown + (1 - self.like) * answers
        activation = {"exclusive": "sigmoid", "saturated": "sigmoid", "unit": "linear"}
        head = OutputHead(
            activation.get(self.kind, self.kind), self.maker, has_skips=self.skips
        )
        training = OutputTraining(self.loss, self.from_logits, self.metrics)
        return ModelFacts(
            (OutputFacts(answers, head, training),),
            pictures,
            takes_vector=not self.channels,
            labels=self.labels,
            folders=self.folders,
        )


def words(decision) -> str:
    """Return the reading, or those of a question joined by |."""
    texts = [
        reading.task + (" multi_label" if reading.options.get("multi_label") else "")
        for reading in decision.readings
    ]
    return ("? " if decision.only is None else "") + " | ".join(texts)


V10, V4, V2, V1 = (10,), (4,), (2,), (1,)
MASK, RGB, MANY = (16, 16, 1), (16, 16, 3), (16, 16, 8)
CONV = "convolution"

ROWS = [
    # The loss of the file says it: vectors.
    Row("classification", V10, "softmax", CCE),
    Row("classification", V10, "softmax", SCCE, ("accuracy",)),
    Row("classification", V10, "linear", SCCE, from_logits=True),
    Row("classification", V10, "linear", CCE),  # without from_logits: still classes
    Row("classification", V10, "sigmoid", CCE),  # a beginner's sigmoid
    Row("classification", V2, "sigmoid", CCE),
    Row("classification", V10, "softmax", BCE),
    Row("classification", V2, "softmax", BCE),
    Row("classification", V1, "sigmoid", BCE),
    Row("classification", V1, "linear", BCE, from_logits=True),
    Row("classification", V1, "linear", BCE),
    Row(MULTI, V4, "sigmoid", BCE),
    Row(MULTI, V4, "linear", BCE, from_logits=True),
    Row(MULTI, V4, "sigmoid", BCE, ("binary_accuracy",), labels=4),
    Row(MULTI, V4, "sigmoid", BCE, ("accuracy",)),  # Keras' own choice: says nothing
    Row("classification", V4, "sigmoid", BCE, folders=4),
    Row("classification", V4, "sigmoid", BCE, ("categorical_accuracy",)),
    Row("classification", V4, "exclusive", BCE),
    Row("? classification | classification multi_label", V2, "sigmoid", BCE),
    Row("classification", V2, "sigmoid", BCE, folders=2),
    Row("classification", V10, "softmax", "focal_loss"),
    Row("classification", V10, "softmax", "categorical_focal_crossentropy"),
    Row(MULTI, V4, "sigmoid", "binary_focal_crossentropy"),
    Row(MULTI, V4, "sigmoid", "weighted_bce"),
    Row(MULTI, V4, "sigmoid", "focal_loss"),
    Row("classification", V10, "linear", "categorical_hinge"),
    Row("classification", V1, "tanh", "hinge"),
    Row("classification", V10, "softmax", "kl_divergence"),
    Row("? classification | values", V1, "sigmoid", CCE),  # cannot have been learned
    Row("values", V1, "sigmoid", MSE),
    Row("values", V1, "linear", MSE, ("mean_absolute_error",)),
    Row("values", V1, "linear", "mean_absolute_error"),
    Row("values", V2, "tanh", MSE),
    Row("values", V10, "linear", "huber"),
    Row("values", V10, "linear", "logcosh", labels=10),  # their names
    Row("values", (136,), "sigmoid", MSE),  # landmarks
    Row("values", V1, "linear", "poisson"),
    Row("values", V1, "linear", "rmse"),
    Row("values", V1, "relu", "mean_absolute_percentage_error"),
    Row("values", V1, "linear", "angle_error", ("mean_absolute_error",)),
    Row("classification", V10, "softmax", MSE),  # a beginner's loss
    Row("? values | classification", V1, "sigmoid", MSE, ("accuracy",)),
    Row("? values | classification", V4, "sigmoid", MSE, folders=4),
    Row("embedding", V10, "unit", MSE),
    Row("embedding", V10, "linear", "cosine_similarity"),
    Row("embedding", V10, "linear", "triplet_semi_hard_loss"),
    Row("embedding", V10, "softmax", "arcface_loss"),
    Row("? raw", V10, "softmax", "ctc_loss"),
    # No loss: the last operations, and what is at hand.
    Row("classification", V10, "softmax"),
    Row("classification", V10, "softmax", "own_loss"),
    Row("classification", V10, "linear", labels=10),
    Row("classification", V10, "linear", folders=10),
    Row("? classification | values | embedding", V10, "linear"),
    Row("? classification | values | embedding", V10, "linear", labels=9),
    Row("? classification | classification multi_label", V4, "sigmoid", labels=4),
    Row("? classification multi_label | classification | values", V4, "sigmoid"),
    Row("classification", V4, "sigmoid", labels=4, folders=4),
    Row("classification", V4, "exclusive"),
    Row("classification", V1, "sigmoid"),
    Row("classification", V1, "linear", folders=2),
    Row("classification", V1, "linear", labels=2),
    Row("? values | classification", V1, "linear"),
    Row("values", V1, "relu"),
    Row("values", V1, "tanh"),
    Row("values", V2, "tanh"),
    Row("? embedding | values", (64,), "tanh"),
    Row("embedding", (64,), "unit"),
    Row("embedding", (64,), "linear", maker="pooling"),
    Row("embedding", (1, 1, 64), "linear", maker="pooling"),
    Row("classification", V10, "linear", maker="pooling", labels=10),
    Row("? embedding | values | raw", (64,), "linear", maker="features"),
    Row("? embedding | values | raw", (64,), "relu"),
    # Maps.
    Row("segmentation", RGB, "softmax", CCE, maker=CONV),
    Row("segmentation", RGB, "softmax", maker=CONV),
    Row("segmentation", RGB, "softmax", MSE, maker=CONV),
    Row("segmentation", MANY, "softmax", maker=CONV, channels=1),
    Row("segmentation", RGB, "linear", SCCE, maker=CONV, from_logits=True),
    Row("segmentation", MANY, "linear", SCCE, maker=CONV, from_logits=True),
    Row("segmentation", (16, 16, 1), "argmax", maker=""),
    Row("segmentation", (16, 16), "argmax", maker=""),
    Row("segmentation", MASK, "sigmoid", BCE, maker=CONV),
    Row("segmentation", MASK, "linear", BCE, maker=CONV, from_logits=True),
    Row("segmentation", MASK, "sigmoid", "bce_dice_loss", maker=CONV),
    Row("segmentation", MASK, "sigmoid", "dice_coef_loss", ("dice_coef",), CONV),
    Row("segmentation", MASK, "sigmoid", "jaccard_distance", maker=CONV, channels=1),
    Row("segmentation", MASK, "sigmoid", BCE, ("mean_iou",), CONV, channels=1),
    Row("segmentation", MASK, "sigmoid", MSE, ("dice_coef",), CONV),
    Row("segmentation", MASK, "sigmoid", "own", ("iou_score",), CONV),
    Row("segmentation", MASK, "sigmoid", BCE, maker=CONV, channels=1, skips=True),
    Row("image", MASK, "sigmoid", BCE, maker=CONV, channels=1, like=0.9),
    # A poor autoencoder, or a net for masks that keeps its size, without joined maps.
    Row("? segmentation | image", MASK, "sigmoid", BCE, maker=CONV, channels=1),
    Row("image", RGB, "sigmoid", BCE, maker=CONV),  # an autoencoder
    Row(
        "? segmentation | image", MASK, "sigmoid", BCE, ("accuracy",), CONV, channels=1
    ),
    Row("? segmentation | image", RGB, "sigmoid", BCE, maker=CONV, skips=True),
    Row("image", RGB, "sigmoid", BCE, maker=CONV, like=0.9),
    Row("image", RGB, "sigmoid", MSE, maker=CONV),
    Row("image", RGB, "linear", "mean_absolute_error", maker=CONV),
    Row("image", MASK, "sigmoid", MSE, maker=CONV, channels=1),
    Row("image", MASK, "linear", "berhu_loss", maker=CONV),  # depth
    Row("image", RGB, "linear", "psnr_loss", maker=CONV),
    Row("? image | segmentation", MASK, "saturated", MSE, maker=CONV),
    Row("image", RGB, "linear", maker="depth_to_space"),
    Row("image", RGB, "tanh", maker=CONV),
    Row("image", RGB, "sigmoid", maker=CONV, like=0.97),
    Row("? segmentation | image", RGB, "sigmoid", maker=CONV),
    Row("? segmentation | image", MASK, "sigmoid", maker=CONV),
    Row("? segmentation | image", RGB, "linear", maker=CONV),
    Row("segmentation", RGB, "linear", maker=CONV, labels=3),
    Row("segmentation", MASK, "sigmoid", maker=CONV, labels=2),
    Row("? segmentation | raw", MANY, "relu", maker=CONV),  # an encoder's features
    Row("? segmentation | raw", MANY, "linear", maker=CONV),
    Row("? raw", MANY, "linear", MSE, maker=CONV),  # heat maps
    # Without a picture as the input.
    Row("generation", RGB, "tanh", maker=CONV, channels=0),
    Row("generation", MASK, "sigmoid", BCE, maker=CONV, channels=0),
    Row("generation", (16, 16), "sigmoid", channels=0),  # without a channel axis
    Row("? generation | raw", (12, 16), "tanh", channels=0),
    Row("? text | raw", (16, 16), "softmax", channels=0),
    Row("image", (16, 16), "sigmoid", MSE, channels=1),
    Row("classification", V1, "sigmoid", BCE, channels=0),
    Row("classification", (26,), "softmax", SCCE, channels=0),
    # Detectors and keypoints: the file's tensors decide.
    Row("? ", (300, 85), "linear"),
    Row("? ", (1, 17, 3), "linear"),
]


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{i}-{row.expected}" for i, row in enumerate(ROWS)]
)
def test_the_task_that_remains(row):
    decision = decide(row.facts())
    assert words(decision) == row.expected
    if decision.only is not None:
        assert decision.source


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.expected.startswith("? ")][:20]
)
def test_a_question_names_the_option_of_each_reading(row):
    facts = row.facts()
    decision = decide(facts)
    sentence = question(facts, decision)
    for reading in decision.readings:
        assert reading.arguments in sentence
        assert reading.meaning in sentence
    assert "x".join(map(str, (1, *row.shape))) in sentence
    assert ("states no loss" in sentence) == (not row.loss)
    assert sentence.count("Pass ") == 1


def test_black_and_white_answers_to_gray_pictures_may_be_masks():
    rng = np.random.default_rng(5)
    gray = rng.uniform(0.2, 0.8, (COUNT, 16, 16, 1))
    shapes = (gray > 0.5).astype(np.float64)  # both look like their pictures
    training = OutputTraining(BCE)
    head = OutputHead("sigmoid", CONV)
    for pictures, expected in ((gray, "? segmentation | image"), (shapes, "image")):
        output = OutputFacts(shapes, head, training)
        facts = ModelFacts((output,), pictures, pictures * 255)
        assert facts.resembles_input(output) > 0.8
        assert words(decide(facts)) == expected


def test_what_is_assumed_says_so():
    decision = decide(Row("", V1, "sigmoid").facts())
    assert decision.is_assumed
    assert decision.words.startswith("assumed: one sigmoid")
    assert decide(Row("", V1, "sigmoid", BCE).facts()).words == f"the loss {BCE}"


def outputs(*rows):
    facts = [row.facts() for row in rows]
    return replace(facts[0], outputs=tuple(f.outputs[0] for f in facts))


def test_several_outputs_are_values_only_when_each_is():
    number = Row("", V1, "linear", MSE)
    assert words(decide(outputs(number, number))) == "values"
    label = Row("", V4, "softmax", CCE)
    mixed = outputs(number, label)
    assert words(decide(mixed)) == "? raw | values"
    assert "two outputs (classification, values)" in question(mixed, decide(mixed))
    assert words(decide(outputs(Row("", V1), Row("", V1)))) == "? raw | values"
    assert words(decide(outputs(label, Row("", (9, 4))))) == "? "


def test_the_answer_to_the_question_is_an_option_that_convert_has():
    decision = decide(Row("", V2, "sigmoid", BCE).facts())
    assert [reading.arguments for reading in decision.readings] == [
        "--task classification",
        "--task classification --option multi_label=true",
    ]
