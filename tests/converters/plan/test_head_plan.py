"""Outputs of several tasks: planned apart, together, or asked about."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras import OutputHead
from edgevision.converters.keras.training import OutputTraining
from edgevision.converters.options import ConvertOptions
from edgevision.converters.plan import head_plans, plan_heads
from edgevision.converters.plan.task import ModelFacts, OutputFacts

from edgevision.errors import ConversionError

NAMES = ["age", "gender"]
AGES = OutputFacts(
    np.linspace(20, 60, 8, dtype=np.float32)[:, None],
    OutputHead("linear"),
    OutputTraining("mse"),
)
GENDERS = OutputFacts(
    np.tile(np.float32([[0.25, 0.75]]), (8, 1)),
    OutputHead("softmax"),
    OutputTraining("categorical_crossentropy"),
)
VAGUE = OutputFacts(np.random.default_rng(1).normal(size=(8, 5)).astype(np.float32))


def plan(*outputs, names=NAMES, **options):
    notes = []
    model = ModelFacts(outputs, pictures=np.zeros((8, 4, 4, 3), np.float32))
    return plan_heads(model, names, ConvertOptions(**options), notes.append)


def test_losses_of_two_tasks_make_two_heads():
    heads = plan(AGES, GENDERS)
    assert (heads.task, heads.decoder) == ("multi-task", "heads")
    first, second = heads.options["heads"]
    assert (first["name"], first["decoder"], first["outputs"]) == ("age", "values", [0])
    assert first["options"]["names"] == ["age"]
    assert (second["decoder"], second["outputs"]) == ("classifier", [1])
    assert "mse" in heads.evidence["task"]
    plans = head_plans(heads, [(1, 1), (1, 2)])
    assert [(p.task, p.classes, i) for p, i in plans] == [
        ("values", 0, (0,)),
        ("classification", 2, (1,)),
    ]


@pytest.mark.parametrize(
    ("outputs", "options"),
    [
        ((AGES,), {}),
        ((AGES, AGES), {}),  # two values of one task
        ((AGES, GENDERS), {"task": "raw"}),
        ((AGES, GENDERS), {"decoder": "values"}),
    ],
)
def test_outputs_that_belong_together_make_no_heads(outputs, options):
    assert plan(*outputs, names=NAMES[: len(outputs)], **options) is None


def test_a_head_that_is_named_is_what_the_caller_says():
    heads = plan(
        AGES,
        VAGUE,
        heads={"gender": {"task": "classification", "labels": list("abcde")}},
    )
    gender = heads.options["heads"][1]
    assert gender["labels"] == list("abcde")
    assert gender["options"]["activation"] == "softmax"


def test_two_outputs_of_one_name_are_told_apart():
    heads = plan(AGES, GENDERS, names=["dense", "dense"])
    assert [head["name"] for head in heads.options["heads"]] == ["dense", "dense_2"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"heads": {"gendre": {"task": "values"}}}, "output 'gendre'.*gender"),
        ({"heads": {"age": {"task": "generation"}}}, "cannot be a head for generation"),
        ({"task": "multi-task", "labels": ("a", "b")}, "--labels fits none"),
        (
            {"heads": {"gender": {"task": "classification", "labels": ["a"]}}},
            "1 labels for 2 classes",
        ),
    ],
)
def test_heads_that_do_not_fit_are_refused(options, sentence):
    with pytest.raises(ConversionError, match=sentence):
        plan(AGES, GENDERS, **options)


def test_an_output_that_proves_nothing_is_asked_about_by_its_name():
    with pytest.raises(ConversionError, match="'gender' .1x5. .* --head gender=class"):
        plan(AGES, VAGUE, task="multi-task")


def test_vectors_that_prove_nothing_together_may_be_said_one_by_one():
    sentence = "Pass --task raw .* --head age=TASK --head gender=TASK"
    with pytest.raises(ConversionError, match=sentence):
        plan(VAGUE, VAGUE)
    told = {name: {"task": "embedding"} for name in NAMES}
    heads = plan(VAGUE, VAGUE, heads=told).options["heads"]
    assert [head["decoder"] for head in heads] == ["embedding", "embedding"]
