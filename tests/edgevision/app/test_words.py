"""Options of the command line in sentences for those who write an app's file."""

from __future__ import annotations

import pytest

from edgevision.app.app import App
from edgevision.app.description import (
    AppDescription,
    CameraDescription,
    ModelDescription,
)
from edgevision.app.file import read_app_file
from edgevision.app.words import with_keys
from edgevision.errors import EdgeVisionError


def test_options_of_the_model_are_named_by_their_keys():
    said = with_keys("Pass --normalize unit, or --max-invoke 20s; --option a=1.")
    assert said.endswith(
        "In the file of an app: normalize, max_invoke, options, below [model]."
    )


def test_what_names_no_option_of_the_model_stays_as_it_is():
    for sentence in (
        "It has no outputs.",
        "Pass --sink, or -- or --.",
        "a --no-such b",
    ):
        assert with_keys(sentence) == sentence


def test_a_model_that_is_not_there_is_named_with_its_line(tmp_path):
    path = tmp_path / "app.toml"
    path.write_text('[model]\nfile = "no.tflite"\n[camera.a]\nsource = "synthetic:"\n')
    with (
        App(read_app_file(path)) as app,
        pytest.raises(EdgeVisionError, match=r"line 2: \[model\] file: Cannot open"),
    ):
        app.plan()


def test_a_question_about_pixels_names_the_key_that_answers_it(shared):
    model = shared / "models" / "cifar10_resnet8_float.tflite"
    description = AppDescription(
        model=ModelDescription(file=str(model)),
        camera={"a": CameraDescription(source="synthetic:")},
    )
    with (
        App(description) as app,
        pytest.raises(EdgeVisionError, match=r"normalize.*, below \[model\]"),
    ):
        app.plan()
