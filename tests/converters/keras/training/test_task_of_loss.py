"""The task by the loss alone, as inspect shows it without TensorFlow."""

from __future__ import annotations

import pytest
from edgevision.converters.keras.training import (
    LossFamily,
    OutputTraining,
    family_of,
    parse_training,
    stated_outputs,
    task_by_loss,
)


@pytest.mark.parametrize(
    ("loss", "metrics", "family"),
    [
        ("", (), None),
        ("", ("mean_iou",), None),
        ("my_loss", (), None),
        ("my_loss", ("dice_coef",), LossFamily.OVERLAP),
        ("my_loss", ("mean_absolute_error",), LossFamily.NUMBERS),
        ("my_loss", ("mean_absolute_error", "accuracy"), None),
        ("bce_dice_loss", (), LossFamily.OVERLAP),
        ("weighted_binary_crossentropy", (), LossFamily.BINARY),
        ("weighted_categorical_crossentropy", (), LossFamily.CATEGORICAL),
        ("weighted_crossentropy", (), LossFamily.CROSSENTROPY),
        ("previous_loss", (), None),  # iou is a word, and no part of one
        ("smooth_l1", (), LossFamily.NUMBERS),
        ("yolo_loss", (), LossFamily.DETECTION),
        ("triplet_loss", (), LossFamily.EMBEDDING),
        ("ctc_lambda_func", (), LossFamily.TEXT),
        ("categorical_hinge", (), LossFamily.HINGE),
        ("mean_absolute_percentage_error", (), LossFamily.NUMBERS),
    ],
)
def test_the_family_of_a_loss(loss, metrics, family):
    assert family_of(loss, metrics) is family


@pytest.mark.parametrize(
    ("loss", "is_map", "activation", "units", "task"),
    [
        ("categorical_crossentropy", False, "softmax", 9, "classification"),
        ("categorical_crossentropy", True, "", 9, "segmentation"),
        ("binary_crossentropy", False, "sigmoid", 1, "classification"),
        (
            "binary_crossentropy",
            False,
            "sigmoid",
            4,
            "classification, perhaps with multi_label",
        ),
        ("binary_crossentropy", True, "sigmoid", 1, "segmentation or image"),
        ("binary_crossentropy", False, "softmax", 2, "classification"),
        ("mean_squared_error", False, "", 1, "values"),
        ("mean_squared_error", True, "", 3, "image"),
        ("dice_loss", True, "sigmoid", 1, "segmentation"),
        ("own", False, "", 9, ""),
    ],
)
def test_the_task_by_the_loss(loss, is_map, activation, units, task):
    stated = task_by_loss(
        OutputTraining(loss), is_map=is_map, activation=activation, units=units
    )
    assert stated == task


LAYERS = [
    ("Conv2D", "conv", {"filters": 8, "activation": "relu"}),
    ("Dense", "dense", {"units": 3, "activation": "linear"}),
    ("Activation", "act", {"activation": "softmax"}),
    ("Conv2D", "mask", {"filters": 1, "activation": "sigmoid"}),
]


def test_the_end_of_a_model_stands_in_its_layers():
    config = parse_training(
        {"loss": {"act": "mae", "mask": "bce"}, "metrics": {"act": ["mae"]}}
    )
    assert stated_outputs(None, LAYERS, ["act"]) == []
    act, mask = stated_outputs(config, LAYERS, ["act", "mask"])
    assert act == {
        "output": "act",
        "loss": "mean_absolute_error",
        "from_logits": None,
        "metrics": ["mean_absolute_error"],
        "task": "classification",  # softmax says more than the loss
    }
    assert mask["task"] == "segmentation or image"
    assert stated_outputs(config, [], ["mask"])[0]["task"].startswith("classification")
