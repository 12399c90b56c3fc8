"""Which output of a CenterNet is which map, and its stride."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ....errors import UnsupportedModelError, unknown_name
from ...tensors import TensorSpec, shapes_of

ROLES: Final = ("heatmap", "size", "offset")
# What exporters call them; "wh" besides says which number comes first.
_NAMES: Final = {
    "heatmap": ("heatmap", "heat_map", "hm"),
    "size": ("wh", "size", "scale"),
    "offset": ("offset", "off", "reg"),
}


@dataclass(frozen=True)
class CenterNetHead:
    """How the outputs of a CenterNet are read.

    Attributes:
        heatmap: Position of the map of middles.
        size: Position of the map of sizes.
        offset: Position of the map of offsets; None where the model has none.
        rows: Of the maps.
        columns: Of the maps.
        classes: Channels of the heatmap.
        stride: Pixels of the input per cell.
        evidence: What proves it, in words.
    """

    heatmap: int
    size: int
    offset: int | None
    rows: int
    columns: int
    classes: int
    stride: int
    evidence: str


def find_centernet_head(
    tensors: Sequence[TensorSpec],
    *,
    model_size: tuple[int, int],
    roles: Sequence[str] | None = None,
) -> CenterNetHead:
    """Return what each output of a CenterNet means.

    Args:
        tensors: All outputs, in the model's order.
        model_size: Width and height of the input.
        roles: What the caller says of each output, in that order; None looks at shapes
            and names.

    Raises:
        UnsupportedModelError: It is no CenterNet, or nothing shows which of two maps is
            which.
        ValueError: A role is unknown, or they are not as many as the outputs.
    """
    words = shapes_of(tensors)
    shapes = [spec.shape for spec in tensors]
    stride = _stride(shapes, model_size)
    if not stride:
        raise UnsupportedModelError(
            f"Outputs {words} are no CenterNet; expected a heatmap 1xHxWxC, sizes "
            "1xHxWx2 and mostly offsets 1xHxWx2, on a grid of which the input's size "
            "is a multiple. Pass --decoder if this is another kind of model."
        )
    known, evidence = _by_caller(tensors, roles) if roles else _by_name(tensors)
    if not known:
        raise UnsupportedModelError(
            f"Nothing shows which of the outputs {words} is which. Pass --option "
            f"roles= with one of {', '.join(ROLES)} for each, such as "
            f"roles={','.join(_example(shapes))}."
        )
    rows, columns, classes = shapes[known["heatmap"]][1:]
    return CenterNetHead(
        known["heatmap"],
        known["size"],
        known.get("offset"),
        rows,
        columns,
        classes,
        stride,
        f"a heatmap of {classes} classes on {rows}x{columns} cells of {stride} pixels, "
        f"{evidence}",
    )


def _stride(shapes: Sequence[tuple[int, ...]], model_size: tuple[int, int]) -> int:
    """Return pixels per cell; 0 where the shapes are not CenterNet's."""
    if len(shapes) not in (2, 3) or any(len(s) != 4 or s[0] != 1 for s in shapes):
        return 0
    if len({shape[1:3] for shape in shapes}) != 1:
        return 0
    if sum(shape[3] == 2 for shape in shapes) < len(shapes) - 1:
        return 0
    rows, columns = shapes[0][1:3]
    width, height = model_size
    stride = width // columns
    fits = stride >= 1 and (columns * stride, rows * stride) == (width, height)
    return stride if fits else 0


def _by_caller(
    tensors: Sequence[TensorSpec], roles: Sequence[str]
) -> tuple[dict[str, int], str]:
    wrong = next((role for role in roles if role not in ROLES), None)
    if wrong is not None:
        raise ValueError(unknown_name("role", wrong, ROLES))
    known = {role: position for position, role in enumerate(roles)}
    if len(known) != len(tensors) or not {"heatmap", "size"} <= set(known):
        raise ValueError(
            f"roles must name each of the {len(tensors)} outputs once, heatmap and "
            f"size among them, got {', '.join(roles)}."
        )
    for role in known.keys() - {"heatmap"}:
        spec = tensors[known[role]]
        if spec.shape[3] != 2:
            raise ValueError(
                f"output '{spec.name}' has {spec.shape[3]} channels, and {role} has 2."
            )
    return known, "by the roles that were passed"


def _by_name(tensors: Sequence[TensorSpec]) -> tuple[dict[str, int], str]:
    """Return the roles that channels and names prove; none where they do not."""
    known: dict[str, int] = {}
    wide = [i for i, spec in enumerate(tensors) if spec.shape[3] != 2]
    for position, spec in enumerate(tensors):
        if position in wide:
            role = "heatmap"
        else:
            roles = [
                role
                for role, names in _NAMES.items()
                if any(_has_word(spec.name, name) for name in names)
            ]
            if len(roles) != 1:
                return {}, ""
            role = roles[0]
        if role in known:
            return {}, ""
        known[role] = position
    if not {"heatmap", "size"} <= set(known):
        return {}, ""
    return known, "by the names of the outputs"


def _has_word(name: str, word: str) -> bool:
    """Return whether a name has a word between what is no letter."""
    letters = "".join(c if c.isalpha() or c == "_" else " " for c in name.lower())
    parts = letters.replace("_", " ").split()
    return word in parts or word in letters.split()


def _example(shapes: Sequence[tuple[int, ...]]) -> list[str]:
    roles = iter(("size", "offset") if len(shapes) == 3 else ("size",))
    names = ["" if shape[3] == 2 else "heatmap" for shape in shapes]
    if all(not name for name in names):
        return ["heatmap", *roles]
    return [name or next(roles) for name in names]
