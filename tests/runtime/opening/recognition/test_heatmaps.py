"""Coarse grids of classes: FOMO by its head, a question otherwise."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from edgevision.runtime.opening.recognition import (
    candidates_question,
    proven_options,
    recognise,
)
from support.graphs import Graph, Operation

from edgevision.errors import UnsupportedModelError

HEAD = [
    Operation("CONV_2D", (1, 2, 3), (4,)),
    Operation("CONV_2D", (4, 5, 6), (7,)),
    Operation("SOFTMAX", (7,), (8,)),
]


def grid(
    classes: int = 2, *, head: int = 32, kernel: int = 1, operators: Any = HEAD,
    side: int = 12,
) -> Any:  # fmt: skip
    graph = Graph([(8, (1, 12, 12, classes))], operators)
    graph.with_input(8 * side, 8 * side)
    return graph.with_tensors(t2=(head, kernel, kernel, 96), t5=(classes, 1, 1, head))


@pytest.mark.parametrize("classes", [2, 4, 9])
@pytest.mark.parametrize("side", [6, 12, 24])
def test_the_head_of_fomo_is_known(classes: int, side: int) -> None:
    kind = recognise(grid(classes, side=side))
    assert kind is not None
    assert (kind.decoder, kind.normalize) == ("fomo", "unit")
    assert kind.options == {"activation": "none"}


@pytest.mark.parametrize("change", [{"head": 16}, {"kernel": 3}, {"classes": 21}])
def test_another_head_may_be_a_segmentation(change: dict[str, int]) -> None:
    graph = grid(**{"head": 64, **change})
    with pytest.raises(UnsupportedModelError, match="--decoder fomo if") as caught:
        recognise(graph)
    assert "--decoder segmentation if" in str(caught.value)


def test_a_map_that_was_enlarged_is_a_segmentation() -> None:
    graph = grid(21, operators=[Operation("RESIZE_BILINEAR", (0,), (1,)), *HEAD])
    kind = recognise(graph)
    assert kind is not None
    assert kind.decoder == "segmentation"


def test_logits_are_proven_by_the_last_operation() -> None:
    graph = grid(operators=[HEAD[0], Operation("CONV_2D", (4, 5, 6), (8,))])
    assert proven_options(graph, "fomo")[0] == {"activation": "softmax"}
    assert recognise(graph) is None


def maps(*names: str, last: str = "CONV_2D", side: int = 128) -> Any:
    outputs = [(i, (1, 32, 32, 2 if i else 80)) for i in range(len(names))]
    graph: Any = Graph(outputs, [Operation(last, (9,), (0,))]).with_input(side, side)
    graph.outputs = tuple(
        dataclasses.replace(spec, name=name)
        for spec, name in zip(graph.outputs, names, strict=True)
    )
    return graph


@pytest.mark.parametrize(
    ("last", "activation"), [("LOGISTIC", "none"), ("CONV_2D", "sigmoid")]
)
def test_centernet_is_known_by_the_names_of_its_maps(last, activation) -> None:
    kind = recognise(maps("hm", "wh", "reg", last=last))
    assert kind is not None
    assert (kind.decoder, kind.options) == ("centernet", {"activation": activation})
    assert "32x32 cells of 4 pixels" in kind.evidence


def test_nothing_else_is_a_centernet() -> None:
    # Without the name nothing says which number is the width.
    for graph in (maps("a", "b", "c"), maps("hm", "size", "offset")):
        assert recognise(graph) is None
        assert "--decoder centernet" in candidates_question(graph)
    assert recognise(maps("hm", "wh", "reg", side=100)) is None


SHAPES: Any = {
    "boxes": (1, 9, 4),
    "classes": (1, 9),
    "scores": (1, 9),
    "count": (1,),
    "keypoints": (1, 9, 17, 2),
    "keypoint-scores": (1, 9, 17),
}


def exported(roles: Any, **changes: Any) -> Any:
    """Return CenterNet's export with its outputs in some order."""
    outputs = [(5 + i, SHAPES[role]) for i, role in enumerate(roles)]
    at = {role: 5 + i for i, role in enumerate(roles)}
    operators = {
        "pool": Operation("MAX_POOL_2D", (1,), (2,)),
        "sort": Operation("TOPK_V2", (2,), (at["scores"], 4)),
        "classes": Operation("CAST", (4,), (at["classes"],)),
        "count": Operation("CAST", (3,), (at["count"],)),
        **changes,
    }
    return Graph(outputs, [one for one in operators.values() if one is not None])


@pytest.mark.parametrize("turn", range(6))
def test_centernets_export_is_known_in_any_order(turn: int) -> None:
    names = list(SHAPES)
    roles = names[turn:] + names[:turn]
    kind = recognise(exported(roles))
    assert kind is not None
    assert (kind.decoder, kind.normalize) == ("centernet-pose", "raw")
    assert kind.options == {"roles": roles}
    roles = [role for role in roles if "keypoint" not in role]
    kind = recognise(exported(roles))
    assert kind is not None
    assert (kind.decoder, kind.normalize) == ("ssd-op", "raw")
    assert kind.options["roles"] == roles


def test_an_export_that_proves_no_classes_is_not_known() -> None:
    for missing in ("pool", "sort", "classes"):
        assert recognise(exported(list(SHAPES)[:4], **{missing: None})) is None
    assert recognise(exported(list(SHAPES), classes=None)) is None
    both = Operation("CAST", (2,), (7,))
    assert recognise(exported(list(SHAPES), sort=both)) is None
