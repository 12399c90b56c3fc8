"""Heads by the names of outputs, or by the caller's own in their order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.opening.caller import with_head_options, with_heads
from edgevision.runtime.opening.caller.named_heads import heads_question
from edgevision.runtime.opening.options import OpenOptions
from edgevision.runtime.tflite import ModelFile

import edgevision
from edgevision.errors import UnsupportedModelError

TWO = {"age": {"task": "values"}, "gender": {"task": "classification"}}


@pytest.fixture
def age_gender(shared: Path) -> Path:
    return shared / "tflite-foreign/kind_age_gender.tflite"


def heads(path: Path, **wanted: Any) -> list[dict[str, Any]]:
    options = with_heads(ModelFile.open(path), OpenOptions(**wanted))
    assert (options.task, options.decoder, options.heads) == (
        "multi-task",
        "heads",
        None,
    )
    entries: list[dict[str, Any]] = (options.options or {})["heads"]
    return entries


def test_names_of_ones_own_are_in_the_order_of_the_outputs(age_gender: Path) -> None:
    first, second = heads(age_gender, heads=TWO)
    assert (first["name"], first["outputs"]) == ("age", [0])
    assert (second["name"], second["outputs"]) == ("gender", [1])
    # The file's last operation is SOFTMAX: the head needs no other one.
    assert second["options"] == {"activation": "none"}


def test_names_of_outputs_need_no_order(age_gender: Path) -> None:
    named = {"Identity_1": {"task": "classification", "labels": ["female", "male"]}}
    (only,) = heads(age_gender, heads=named)
    assert only["outputs"] == [1]
    assert only["labels"] == ["female", "male"]


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (
            {"heads": {"age": {"task": "values"}}},
            UnsupportedModelError,
            "has 2 outputs \\(0: 'Identity' 1x101, 1: 'Identity_1' 1x2\\)",
        ),
        (
            {"heads": {"a": {"task": "raw"}, "b": {"task": "raw"}}},
            ValueError,
            "for raw",
        ),
        ({"heads": TWO, "task": "values"}, ValueError, "pass it without --task"),
        ({"heads": TWO, "options": {"sex.top_k": 1}}, ValueError, "No head 'sex'"),
    ],
)
def test_what_does_not_fit_is_a_sentence(
    age_gender: Path, wanted: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        heads(age_gender, **wanted)


def test_an_option_of_one_head_stands_behind_its_name() -> None:
    known = {"heads": [{"name": "a", "options": {"x": 1}}, {"name": "b.c"}]}
    joined = with_head_options(known, {"a.y": 2, "b.c.z": 3, "top_k": 4})
    assert joined["heads"][0]["options"] == {"x": 1, "y": 2}
    assert joined["heads"][1]["options"] == {"z": 3}
    assert joined["top_k"] == 4
    # The file's own stay as they are.
    assert known["heads"][0]["options"] == {"x": 1}


def test_an_age_of_bins_is_one_number(age_gender: Path, shared: Path) -> None:
    with edgevision.load_model(
        age_gender,
        heads=TWO,
        normalize="unit",
        options={"age.expected": "0..100", "age.units": "years"},
    ) as model:
        result = model(shared / "images/face.jpg")
        scores = model.interpreter.outputs_now()[0].reshape(-1).astype(float)
    age = result["age"]["age"]
    assert age.value == pytest.approx(scores @ np.arange(101), rel=1e-4)
    assert age.unit == "years"
    assert len(result["gender"]) == 2


def test_the_question_names_a_task_for_each_output(shared: Path) -> None:
    def question(name: str) -> str:
        return heads_question(ModelFile.open(shared / f"tflite-foreign/{name}.tflite"))

    asked = question("kind_age_gender")
    assert "--head first=classification --head second=classification" in asked
    assert "--option first.expected=0..100" in asked
    assert question("kind_ssd_nonms") == ""
    assert question("text_rec") == ""


def test_what_a_head_lacks_is_said_with_its_own_flag(age_gender: Path) -> None:
    """An embedding and a text are heads as well; points need pairs of numbers."""
    said: dict[str, Any] = {"normalize": "unit", "trust": True}
    points = {"a": {"task": "landmarks"}, "b": {"task": "text"}}
    with pytest.raises(UnsupportedModelError, match="--option a.OPTION=VALUE"):
        edgevision.load_model(age_gender, heads=points, **said)
    with pytest.raises(UnsupportedModelError, match="Pass --head NAME=TASK for each"):
        edgevision.load_model(age_gender, task="multi-task", **said)
    others = {"a": {"task": "embedding"}, "b": {"task": "text"}}
    with edgevision.load_model(age_gender, heads=others, **said) as model:
        result = model(np.zeros((8, 8, 3), np.uint8))
    assert result["a"].embedding.shape == (101,)
    assert result["b"].text in ("", "0")  # two classes, the last of them the blank
