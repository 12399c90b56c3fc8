"""Which outputs are boxes and scores."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.head_tensors import HeadBlock, find_head
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError


def specs(*shapes: tuple[int, ...], names: tuple[str, ...] = ()) -> list[TensorSpec]:
    texts = names or ("",) * len(shapes)
    return [
        TensorSpec(text, i, shape, np.dtype(np.float32))
        for i, (text, shape) in enumerate(zip(texts, shapes, strict=True))
    ]


@pytest.mark.parametrize(
    ("shapes", "names", "blocks", "columns"),
    [
        # Boxes first, or second, with and without the leading 1.
        (((1, 9, 4), (1, 9, 3)), (), [(0, 1, 9)], 3),
        (((9, 90), (9, 4)), (), [(1, 0, 9)], 90),
        # Four classes: the names decide.
        (((1, 9, 4), (1, 9, 4)), ("cls", "x"), [(1, 0, 9)], 4),
        # EfficientDet's levels, nine anchors a cell, small levels first.
        (
            ((1, 2, 2, 36), (1, 2, 2, 810), (1, 4, 4, 810), (1, 4, 4, 36)),
            (),
            [(3, 2, 144), (0, 1, 36)],
            90,
        ),
        # SSD's layers with three and six anchors a cell.
        (
            ((1, 4, 4, 12), (1, 4, 4, 63), (1, 2, 2, 24), (1, 2, 2, 126)),
            (),
            [(0, 1, 48), (2, 3, 24)],
            21,
        ),
        # RetinaFace: five points of the face.
        (((1, 9, 10), (1, 9, 2), (1, 9, 4)), (), [(2, 1, 9, 0)], 2),
        (
            ((1, 4, 4, 8), (1, 4, 4, 4), (1, 4, 4, 20)),
            (),
            [(0, 1, 32, 2)],
            2,
        ),
    ],
)
def test_heads(
    shapes: tuple[tuple[int, ...], ...],
    names: tuple[str, ...],
    blocks: list[tuple[int, ...]],
    columns: int,
) -> None:
    head = find_head(specs(*shapes, names=names))
    assert head.blocks == tuple(HeadBlock(*block) for block in blocks)
    assert head.columns == columns
    assert head.keypoints == (5 if len(blocks[0]) == 4 else 0)
    assert head.rows == sum(block[2] for block in blocks)


@pytest.mark.parametrize(
    "shapes",
    [
        (),
        ((1, 9, 4),),
        ((1, 9, 4), (1, 8, 3)),
        ((1, 9, 4), (1, 9, 3), (1, 9, 2)),
        ((1, 9, 4), (1, 9, 4)),
        ((2, 9, 4), (2, 9, 3)),
        ((1, 9, 8), (1, 9, 3)),
        ((1, 4, 4, 12), (1, 4, 4, 63), (1, 2, 2, 24), (1, 2, 2, 120)),
        ((4,), (3,)),
    ],
)
def test_other_outputs_are_none(shapes: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(UnsupportedModelError, match="are no SSD head"):
        find_head(specs(*shapes))


def test_roles_that_contradict_the_shapes_are_refused() -> None:
    tensors = [
        TensorSpec("a", 0, (1, 9, 4), np.dtype("float32")),
        TensorSpec("b", 1, (1, 9, 3), np.dtype("float32")),
    ]
    assert find_head(tensors, ["boxes", "scores"]).columns == 3
    for roles in (["boxes", "boxes"], ["scores", "boxes"], ["boxes", "keypoints"]):
        with pytest.raises(UnsupportedModelError, match="roles=boxes,scores,other"):
            find_head(tensors, roles)
