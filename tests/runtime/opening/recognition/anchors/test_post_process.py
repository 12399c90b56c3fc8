"""Detectors that suppress boxes in their graph, with any number of outputs."""

from __future__ import annotations

from typing import Any

import pytest
from edgevision.runtime.opening.recognition import recognise
from edgevision.runtime.tflite import Metadata, Signature, TensorMetadata
from support.graphs import SSD, Graph, Operation, post_process

from edgevision.errors import UnsupportedModelError

OP = "TFLite_Detection_PostProcess"
FOUR = [(5, (1, 10, 4)), (6, (1, 10)), (7, (1, 10)), (8, (1,))]
EXPORTED = {
    "detection_anchor_indices": (1, 100),
    "detection_boxes": (1, 100, 4),
    "detection_classes": (1, 100),
    "detection_multiclass_scores": (1, 100, 91),
    "detection_scores": (1, 100),
    "num_detections": (1,),
    "raw_detection_boxes": (1, 1917, 4),
    "raw_detection_scores": (1, 1917, 91),
}


def signed(graph: Any, *names: str) -> Any:
    """Return the graph with a signature that names its outputs in their order."""
    indices = [spec.index for spec in graph.outputs]
    by_name = dict(zip(names, indices, strict=True))
    graph.signatures = (Signature("serving_default", {}, by_name),)
    return graph


@pytest.mark.parametrize(
    ("outputs", "roles"),
    [
        (FOUR[:3], ["boxes", "classes", "scores"]),
        (FOUR[::-1], ["count", "scores", "classes", "boxes"]),
        # With its own inputs beside its answer.
        (
            [(1, (1, 1917, 4)), *FOUR, (2, (1, 1917, 91))],
            ["other", "boxes", "classes", "scores", "count", "other"],
        ),
    ],
)
def test_the_operation_with_any_outputs(outputs: Any, roles: list[str]) -> None:
    graph: Any = Graph(outputs, post_process(behind=False))
    answer = recognise(graph)
    assert answer is not None
    assert (answer.decoder, answer.options) == ("ssd-op", {"roles": roles})
    assert OP in answer.option_evidence["roles"]


def test_an_operation_whose_scores_are_no_output_proves_no_roles() -> None:
    graph: Any = Graph(SSD, post_process(behind=False))
    answer = recognise(graph)
    assert answer is not None
    assert (answer.decoder, answer.options) == ("ssd-op", {})


def test_tensorflows_names_count_classes_from_one() -> None:
    shapes = list(enumerate(EXPORTED.values(), 3))[::-1]
    operators = [Operation("NON_MAX_SUPPRESSION_V5", (1,), (2,))]
    answer = recognise(signed(Graph(shapes, operators, side=300), *[*EXPORTED][::-1]))
    assert answer is not None
    assert answer.decoder == "ssd-op"
    assert answer.options["first_class"] == 1
    assert answer.options["roles"][::-1] == [
        *("other", "boxes", "classes", "other", "scores", "count", "other", "other")
    ]
    assert "signature" in answer.evidence
    names = [f"StatefulPartitionedCall:{i}" for i in range(8)]
    graph: Any = Graph(list(enumerate(EXPORTED.values(), 3)), [], names=names)
    answer = recognise(graph)
    assert answer is not None
    assert answer.options["roles"][1:3] == ["boxes", "classes"]
    assert "eight outputs" in answer.evidence


@pytest.mark.parametrize(
    ("order", "kind", "expected"),
    [((1, 0, 3, 2), 1, "yxyx"), ((0, 1, 2, 3), 1, "xyxy"), ((0, 1, 2, 3), 3, None)],
)
def test_metadata_say_how_boxes_are_written(
    order: tuple[int, ...], kind: int, expected: str | None
) -> None:
    graph: Any = Graph(FOUR, [])
    graph.tflite_metadata = Metadata(
        outputs=(
            TensorMetadata("location", box_order=order, box_kind=kind, in_pixels=True),
            TensorMetadata("category"),
            TensorMetadata("score"),
            TensorMetadata("number of detections"),
        )
    )
    answer = recognise(graph)
    assert answer is not None
    assert answer.options["roles"] == ["boxes", "classes", "scores", "count"]
    assert answer.options.get("box_order") == expected
    assert answer.options.get("units") == (expected and "pixel")


def test_boxes_that_nothing_describes_are_a_question() -> None:
    """As KerasCV's and YOLO's exports with a suppression name their outputs."""
    operators = [Operation("NON_MAX_SUPPRESSION_V4", (1,), (2,))]
    graph = signed(Graph(FOUR, operators), "boxes", "classes", "confidence", "num")
    with pytest.raises(UnsupportedModelError) as caught:
        recognise(graph)
    for words in ("NON_MAX_SUPPRESSION_V4", "roles=", "box_order=yxyx", "units=norm"):
        assert words in str(caught.value)
    assert recognise(signed(Graph(FOUR, []), "boxes", "classes", "scores", "n")) is None


def test_names_whose_shapes_disagree_prove_nothing() -> None:
    names = ("detection_classes", "detection_boxes", "detection_scores", "n")
    assert recognise(signed(Graph(FOUR, []), *names)) is None
