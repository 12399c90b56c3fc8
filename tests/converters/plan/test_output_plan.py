"""What outputs mean: labels with ancestors, and which class a folder shows."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.options import ConvertOptions
from edgevision.converters.plan.output_plan import (
    OutputPlan,
    plan_outputs,
    settle,
)
from edgevision.converters.plan.task import ModelFacts, OutputFacts
from edgevision.runtime.decoders.registry import DECODERS
from support.graphs import SSD, Graph, post_process

from edgevision.errors import ConversionError

TEXTS = ("animal > bird > parrot", "animal > cat", "vehicle > car")
SCORES = np.asarray([[0.2, 0.5, 0.3]], np.float32)


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
    given = ConvertOptions(decoder=name, decoder_options={"strides": [8]})
    found = plan_outputs(facts(*outputs), given, (), lambda text: None)
    assert (found.task, found.decoder) == (DECODERS[name].task, name)
    assert found.options["strides"] == [8]


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
    graph = Graph([(0, shape)], [])
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
