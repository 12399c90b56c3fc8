"""Which output of a PoseNet or BodyPix is which map, and the stride of their grid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ....errors import UnsupportedModelError, unknown_name
from ...tensors import TensorSpec, shapes_of

# Channels -> the roles that a map with so many can have, and the word in its name.
_ROLES: Final[dict[int, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    17: (("heatmaps", ()),),
    34: (("offsets", ("short",)), ("long-offsets", ("long",))),
    32: (("forward", ("fwd", "forward")), ("backward", ("bwd", "backward"))),
    64: (("middle", ()),),
    1: (("segments", ()),),
    24: (("parts", ()),),
    48: (("part-offsets", ()),),
}
ROLES: Final = tuple(role for roles in _ROLES.values() for role, _ in roles)
STRIDES: Final = (8, 16, 32)


@dataclass(frozen=True)
class PoseNetLayout:
    """How the outputs of a PoseNet are read.

    Attributes:
        roles: Role -> position of the output: heatmaps and offsets, and where the model
            has them forward and backward (or middle, both in one), segments, parts,
            long-offsets and part-offsets.
        rows: Grid points from top to bottom.
        columns: Grid points from left to right.
        stride: Pixels of the input between two grid points.
    """

    roles: Mapping[str, int]
    rows: int
    columns: int
    stride: int

    @property
    def joins_people(self) -> bool:
        """Return whether there are vectors that tell several people apart."""
        return "middle" in self.roles or {"forward", "backward"} <= set(self.roles)

    @property
    def evidence(self) -> str:
        """Return what proves the layout, in words."""
        return (
            f"{', '.join(self.roles)} on a grid of {self.rows}x{self.columns}, which "
            f"is PoseNet's at this size with a stride of {self.stride}"
        )


def find_posenet_layout(
    tensors: Sequence[TensorSpec],
    *,
    model_size: tuple[int, int],
    roles: Sequence[str] | None = None,
) -> PoseNetLayout:
    """Return the roles of a PoseNet's outputs and its stride.

    Args:
        tensors: All outputs, in the model's order.
        model_size: Width and height of the input.
        roles: What the caller says of each output, in that order; None looks at
            channels and names.

    Raises:
        UnsupportedModelError: It is no PoseNet, or nothing shows which of two maps is
            which.
        ValueError: A role is unknown, or they are not as many as the outputs.
    """
    words = shapes_of(tensors)
    grids = {spec.shape[1:3] for spec in tensors}
    if len(grids) != 1 or any(len(s.shape) != 4 or s.shape[0] != 1 for s in tensors):
        raise UnsupportedModelError(_refusal(words, "maps 1xHxWxC of one size"))
    rows, columns = grids.pop()
    known = _by_caller(tensors, roles) if roles else _by_tensor(tensors, words)
    if not {"heatmaps", "offsets"} <= set(known):
        raise UnsupportedModelError(_refusal(words, "17 heatmaps and 34 offsets"))
    width, height = model_size
    strides = [
        stride
        for stride in STRIDES
        if _fits(rows, stride, height) and _fits(columns, stride, width)
    ]
    if len(strides) != 1:
        raise UnsupportedModelError(
            _refusal(
                words,
                f"a grid of {_sizes(height, width)} points for its {width}x{height} "
                "input",
            )
        )
    return PoseNetLayout(known, rows, columns, strides[0])


def _by_caller(tensors: Sequence[TensorSpec], roles: Sequence[str]) -> dict[str, int]:
    if len(roles) != len(tensors) or len(set(roles)) < len(roles):
        raise ValueError(
            f"roles must name each of the {len(tensors)} outputs once, got "
            f"{', '.join(roles)}."
        )
    for role, spec in zip(roles, tensors, strict=True):
        if role not in ROLES:
            raise ValueError(unknown_name("role", role, ROLES))
        if role not in [name for name, _ in _ROLES.get(spec.shape[3], ())]:
            raise ValueError(
                f"output '{spec.name}' has {spec.shape[3]} channels, which is not the "
                f"number of {role}."
            )
    return {role: position for position, role in enumerate(roles)}


def _by_tensor(tensors: Sequence[TensorSpec], words: str) -> dict[str, int]:
    known: dict[str, int] = {}
    # All of them before any question, which names the roles of all.
    for channels, count in Counter(spec.shape[3] for spec in tensors).items():
        if channels not in _ROLES:
            raise UnsupportedModelError(_refusal(words, "maps of PoseNet's channels"))
        if count > len(_ROLES[channels]):
            raise UnsupportedModelError(_refusal(words, "each of PoseNet's maps once"))
    for position, spec in enumerate(tensors):
        choices = _ROLES[spec.shape[3]]
        alike = [other for other in tensors if other.shape[3] == spec.shape[3]]
        name = spec.name.lower()
        named = [role for role, parts in choices if any(part in name for part in parts)]
        if len(alike) == 1 and spec.shape[3] != 32:
            role = choices[0][0]
        elif len(alike) == len(choices) == 2 and len(named) == 1:
            role = named[0]
        elif len(alike) == len(choices):
            raise UnsupportedModelError(
                f"Nothing shows which of the two outputs with {spec.shape[3]} channels "
                f"is which ({words}). Pass --option roles= with one of "
                f"{', '.join(role for role, _ in choices)} for each, such as "
                f"roles={_example(tensors)}."
            )
        else:
            raise UnsupportedModelError(_refusal(words, "each of PoseNet's maps once"))
        if role in known:
            raise UnsupportedModelError(_refusal(words, "each of PoseNet's maps once"))
        known[role] = position
    return known


def _example(tensors: Sequence[TensorSpec]) -> str:
    """Return the roles of the outputs, in the order of the table where it is open."""
    left = {channels: [r for r, _ in roles] for channels, roles in _ROLES.items()}
    return ",".join(left[spec.shape[3]].pop(0) for spec in tensors)


def _fits(points: int, stride: int, side: int) -> bool:
    """Return whether a grid has its points at multiples of a stride.

    The last point lies on the last pixel (TensorFlow.js' valid sizes, 257 or 513) or
    one behind it (Coral's BodyPix, 512), or a stride before the end (256 with 16).
    """
    return (points - 1) * stride in (side - 1, side, side - stride)


def _sizes(height: int, width: int) -> str:
    return " or ".join(
        f"{-(-(height - 1) // s) + 1}x{-(-(width - 1) // s) + 1}" for s in STRIDES
    )


def _refusal(words: str, expected: str) -> str:
    return (
        f"Outputs {words} are no PoseNet; expected {expected}. Pass --decoder if this "
        "is another kind of model."
    )
