"""Donkey Car's pilot is known by the names of its layers."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from edgevision.runtime.opening.recognition import recognise
from edgevision.runtime.opening.recognition.values import find_values
from support.graphs import Graph


def pilot(
    picture: str, names: tuple[str, str], signature: dict[str, int] | None = None
) -> Any:
    graph: Any = Graph([(8, (1, 1)), (9, (1, 1))], [], names=names).with_input(120, 160)
    graph.inputs = (dataclasses.replace(graph.inputs[0], name=picture),)
    for tensor, name in zip(graph.output_tensors, names, strict=True):
        tensor.name = name
    outputs = SimpleNamespace(outputs=signature or {})
    graph.signatures = (outputs,)
    return graph


@pytest.mark.parametrize(
    ("graph", "names"),
    [
        (
            pilot("img_in", ("n_outputs0/BiasAdd", "n_outputs1/BiasAdd")),
            ["angle", "throttle"],
        ),
        (
            # The signature knows the names where the tensors have lost them.
            pilot(
                "serving_default_img_in:0",
                ("StatefulPartitionedCall:0", "StatefulPartitionedCall:1"),
                {"n_outputs0": 9, "n_outputs1": 8},
            ),
            ["throttle", "angle"],
        ),
    ],
)
def test_a_pilot_steers_and_drives(graph: Any, names: list[str]) -> None:
    answer = recognise(graph)
    assert answer is not None
    assert (answer.decoder, answer.normalize) == ("values", "unit")
    assert answer.options["names"] == names


@pytest.mark.parametrize(
    "graph",
    [
        pilot("x", ("n_outputs0", "n_outputs1")),
        pilot("img_in", ("Identity", "Identity_1")),
        pilot("img_in", ("n_outputs0", "n_outputs0")),
    ],
)
def test_other_numbers_are_no_pilot(graph: Any) -> None:
    assert find_values(graph) is None
