"""What each output means: by names, by the exporter's order, by types and ranges."""

from __future__ import annotations

import random

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.output_roles import (
    OTHER,
    ROLES,
    checked_roles,
    find_roles,
    roles_of_names,
)
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SHAPES = {"boxes": (1, 10, 4), "classes": (1, 10), "scores": (1, 10), "count": (1,)}


def specs(*shapes: tuple[int, ...], names: tuple[str, ...] = ()) -> list[TensorSpec]:
    texts = names or ("",) * len(shapes)
    return [
        TensorSpec(text, i, shape, np.dtype(np.float32))
        for i, (text, shape) in enumerate(zip(texts, shapes, strict=True))
    ]


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (("location", "category", "score", "number of detections"), ROLES),
        (("detection_scores", "detection_boxes", "detection_classes"), "sbc"),
        (("num_dets", "det_boxes", "det_scores", "det_classes"), "nbsc"),
        (("raw_detection_boxes", "detection_boxes:0", "classes", "scores"), "obcs"),
        (("boxes", "boxes", "classes", "scores"), ""),
        (("boxes", "scores"), ""),
    ],
)
def test_names(names: tuple[str, ...], roles: str | tuple[str, ...]) -> None:
    letters = {"b": "boxes", "c": "classes", "s": "scores", "n": "count", "o": OTHER}
    expected = tuple(letters[one] for one in roles) if isinstance(roles, str) else roles
    assert roles_of_names(names) == expected


def test_the_eight_outputs_of_an_exporter_without_a_signature() -> None:
    """exporter_main_v2.py's, in the order of their names, shuffled."""
    shapes = [(1, 100), (1, 100, 4), (1, 100), (1, 100, 91), (1, 100), (1,)]
    shapes += [(1, 1917, 4), (1, 1917, 91)]
    expected = [OTHER, "boxes", "classes", OTHER, "scores", "count", OTHER, OTHER]
    order = list(range(8))
    random.Random(4).shuffle(order)
    names = tuple(f"StatefulPartitionedCall:{i}" for i in order)
    roles, evidence = find_roles(specs(*(shapes[i] for i in order), names=names))
    assert list(roles) == [expected[i] for i in order]
    assert "eight outputs" in evidence
    shapes[3] = (1, 100, 90)
    with pytest.raises(UnsupportedModelError, match="with other for what is none"):
        find_roles(specs(*(shapes[i] for i in order), names=names))


@pytest.mark.parametrize(
    ("classes", "scores", "is_proven"),
    [
        (("int64", 0.0), ("float32", 0.0), True),
        (("uint8", 0.35), ("uint8", 1 / 256), True),
        (("float32", 0.0), ("float32", 0.0), False),
        (("uint8", 1 / 256), ("uint8", 1 / 256), False),
        (("int64", 0.0), ("int32", 0.0), False),
    ],
)
def test_types_and_ranges(
    classes: tuple[str, float], scores: tuple[str, float], is_proven: bool
) -> None:
    tensors = [
        TensorSpec("", 0, (1, 10), np.dtype(scores[0]), scores[1]),
        TensorSpec("", 1, (1,), np.dtype("float32")),
        TensorSpec("", 2, (1, 10), np.dtype(classes[0]), classes[1]),
        TensorSpec("", 3, (1, 10, 4), np.dtype("float32")),
    ]
    if is_proven:
        roles, evidence = find_roles(tensors)
        assert roles == ("scores", "count", "classes", "boxes")
        assert evidence == "shapes, types and ranges"
    else:
        with pytest.raises(UnsupportedModelError, match="--option roles=boxes"):
            find_roles(tensors)


def test_shapes_must_agree() -> None:
    tensors = specs(*SHAPES.values())
    assert checked_roles(tensors, ROLES) == ROLES
    with pytest.raises(UnsupportedModelError, match="expected boxes 1xNx4"):
        checked_roles(tensors, ("classes", "boxes", "scores", "count"))
    names = ("detection_classes", "detection_boxes", "detection_scores", "count")
    with pytest.raises(UnsupportedModelError, match="cannot be classes, boxes"):
        find_roles(tensors, names=names)
