"""The choices of a conversion."""

from __future__ import annotations

import json

import pytest
from edgevision.converters.build.recipes import RECIPES, recipe
from edgevision.converters.options import ConvertOptions


def test_options_survive_json():
    options = ConvertOptions(
        labels=("a", "b"), input_size=(32, 24), max_drop=0.01, normalize="unit"
    )
    again = ConvertOptions.from_dict(json.loads(json.dumps(options.to_dict())))
    assert again == options
    assert again.budget == {"max_drop": 0.01}


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_recipe_has_ends(name):
    assert recipe(name).name == name
    assert ConvertOptions(recipe=name).io_type == recipe(name).ios[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipe": "int4"}, "No recipe 'int4'"),
        (
            {"recipe": "float16", "io": "uint8"},
            "float16 has float32 inputs and outputs",
        ),
        ({"target": "tflite"}, "No target 'tflite'"),
        ({"calibration_count": 0}, "at least 1, got 0"),
        ({"max_drop": 1.5}, r"max_drop must be in 0\.\.1"),
        ({"crop_fraction": 0}, "crop_fraction"),
        ({"heads": {"a": {"task": "values"}}, "task": "values"}, "task of each output"),
        ({"heads": {"a": {"task": "values"}}, "decoder": "raw"}, "task of each output"),
        ({"task": "clasification"}, "Did you mean 'classification'"),
    ],
)
def test_a_wrong_choice_is_a_sentence(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        ConvertOptions(**changes)
