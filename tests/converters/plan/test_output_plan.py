"""What outputs mean: labels with ancestors, and which class a folder shows."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras import OutputHead
from edgevision.converters.keras.training import OutputTraining
from edgevision.converters.options import ConvertOptions
from edgevision.converters.plan.output_plan import (
    OutputPlan,
    plan_outputs,
    settle,
)
from edgevision.converters.plan.task import ModelFacts, OutputFacts
from edgevision.runtime.decoders.registry import DECODERS
from support.graphs import SSD, Graph, Operation, post_process

from edgevision.errors import ConversionError

TEXTS = ("animal > bird > parrot", "animal > cat", "vehicle > car")
SCORES = np.asarray([[0.2, 0.5, 0.3]], np.float32)
SIGMOIDS = np.asarray([[0.9, 0.8, 0.1], [0.1, 0.2, 0.3]], np.float32)
SIGMOID = OutputHead("sigmoid", "dense")


def facts(*outputs, pictures=True, **more):
    return ModelFacts(
        tuple(OutputFacts(np.asarray(values, np.float32)) for values in outputs),
        np.zeros((1, 8, 8, 3)) if pictures else None,
        **more,
    )


def plan(class_names=(), labels=None):
    return plan_outputs(
        facts(SCORES), ConvertOptions(labels=labels), class_names, lambda text: None
    )


@pytest.mark.parametrize("given", [{"labels": TEXTS}, {"class_names": TEXTS}])
def test_labels_and_ancestors_come_from_a_file_or_from_folders(given):
    found = plan(**given)
    assert found.labels == ("parrot", "cat", "car")
    assert found.card.hierarchy == {
        "bird": "animal",
        "parrot": "bird",
        "cat": "animal",
        "car": "vehicle",
    }


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_says_its_task(name):
    """As for ``run``: FCOS needs no --task beside --decoder."""
    outputs = [np.zeros((1, 100, 3), np.float32), np.zeros((1, 100, 4), np.float32)]
    chosen = {"strides": [8]} if name == "fcos" else None
    given = ConvertOptions(decoder=name, decoder_options=chosen)
    found = plan_outputs(facts(*outputs), given, (), lambda text: None)
    assert (found.task, found.decoder) == (DECODERS[name].task, name)
    assert found.options.get("strides") == (chosen or {}).get("strides")


@pytest.mark.parametrize(
    ("task", "shape", "decoder"),
    [
        ("", (1, 1, 17, 3), "pose"),
        ("pose", (1, 1, 17, 3), "pose"),
        ("pose", (1, 10), "pose"),  # not proven: the decoder says what it needs
        ("pose", (1, 300, 57), "yolo-pose"),
        ("", (1, 300, 57), "yolo-pose"),
        ("detection", (1, 84, 2100), "yolo"),
        ("", (1, 84, 2100), "yolo"),
        ("detection", (1, 1, 17, 3), ""),
        ("", (1, 10), ""),  # a vector may be scores, logits or an embedding
    ],
)
def test_the_file_says_what_the_caller_left_open(task, shape, decoder):
    graph = Graph([(0, shape)], [Operation("TOPK_V2", (2,), (1,))])
    if not decoder:
        with pytest.raises(ConversionError, match="do not prove"):
            settle(OutputPlan(task, ""), graph)
        return
    plan = settle(OutputPlan(task, ""), graph)
    assert (plan.task, plan.decoder) == (DECODERS[decoder].task, decoder)


def test_what_the_caller_says_of_an_option_counts_more_than_the_tensors():
    graph = Graph(SSD, post_process(behind=True))
    told = ["boxes", "classes", "scores", "count"]
    plan = settle(OutputPlan("detection", "", {"roles": told}), graph)
    assert plan.decoder == "ssd-op"
    assert plan.options["roles"] == told


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ({"bogus": 1}, "No option of decoder 'classifier' 'bogus'"),
        ({"score_threshold": "half"}, "'score_threshold' .* must be a number"),
    ],
)
def test_an_option_that_the_decoder_does_not_take_is_refused(option, sentence):
    """Before anything is converted, and where nobody names the decoder."""
    with pytest.raises(ConversionError, match=sentence):
        plan_outputs(
            facts(SCORES), ConvertOptions(decoder_options=option), (), lambda text: None
        )


def planned(model, **options):
    notes: list[str] = []
    chosen = ConvertOptions(**options)
    return plan_outputs(model, chosen, (), notes.append), notes


def logits(loss="", from_logits=None):
    values = np.asarray([[3.0, -2.0, 5.0], [1.0, 0.5, -4.0]], np.float32)
    training = OutputTraining(loss, from_logits)
    return ModelFacts((OutputFacts(values, training=training),), np.zeros((2, 8, 8, 3)))


def test_from_logits_proves_the_activation():
    plan, notes = planned(logits("sparse_categorical_crossentropy", True))
    assert plan.options == {"activation": "softmax"}
    assert plan.evidence == {
        "task": "the loss sparse_categorical_crossentropy",
        "options.activation": "from_logits in the loss",
    }
    assert not any("assumed" in note for note in notes)
    plan, _ = planned(logits("binary_crossentropy", True))
    assert plan.options == {"multi_label": True, "activation": "sigmoid"}


def test_logits_of_an_unknown_loss_are_a_softmax_that_is_said_to_be_assumed():
    plan, notes = planned(logits(), task="classification")
    assert plan.options["activation"] == "softmax"
    assert plan.evidence["task"] == "--task"
    assert plan.evidence["options.activation"].startswith("assumed")
    (note,) = [note for note in notes if "softmax is assumed" in note]
    assert "--option multi_label=true" in note


def test_the_answer_to_a_question_sets_the_decoder():
    with pytest.raises(ConversionError, match="multi_label=true"):
        planned(ModelFacts((OutputFacts(SIGMOIDS, SIGMOID),), np.zeros((2, 8, 8, 3))))
    model = ModelFacts((OutputFacts(SIGMOIDS, SIGMOID),), np.zeros((2, 8, 8, 3)))
    plan, _ = planned(
        model, task="classification", decoder_options={"multi_label": True}
    )
    assert plan.options == {"multi_label": True, "activation": "none"}


def test_an_option_of_the_caller_counts_more_than_the_evidence():
    plan, _ = planned(
        logits("sparse_categorical_crossentropy", True),
        decoder_options={"activation": "sigmoid"},
    )
    assert plan.options == {"activation": "sigmoid"}


def test_a_task_against_the_evidence_is_used_and_said():
    values = np.asarray([[31.0], [52.0]], np.float32)
    training = OutputTraining("mean_squared_error")
    age = ModelFacts((OutputFacts(values, training=training),), np.zeros((2, 8, 8, 3)))
    plan, notes = planned(age, task="classification")
    assert plan.task == "classification"
    assert notes[0].startswith("The evidence is for values (by the loss mean_squared_e")
    with pytest.raises(ConversionError, match="Pass --task values .by the loss mean"):
        planned(age, task="generation")


def test_what_is_assumed_is_noted():
    one = np.asarray([[0.2], [0.9]], np.float32)
    plan, notes = planned(
        ModelFacts((OutputFacts(one, SIGMOID),), np.zeros((2, 8, 8, 3)))
    )
    assert plan.task == "classification"
    assert plan.evidence["task"].startswith("assumed: one sigmoid")
    assert any("is assumed" in note and "pass --task" in note for note in notes)


def test_the_question_waits_for_the_file_where_a_detector_may_be_meant():
    head = np.zeros((2, 84, 2100), np.float32)
    plan, _ = planned(ModelFacts((OutputFacts(head),), np.zeros((2, 320, 320, 3))))
    assert plan.task == ""
    settled = settle(plan, Graph([(0, (1, 84, 2100))], []))
    assert settled.decoder == "yolo"
    assert "2100 anchors" in settled.evidence["task"]
    with pytest.raises(ConversionError, match="--decoder NAME for a det.*--task raw"):
        settle(plan, Graph([(0, (1, 50, 60))], []))
