"""Which output of a landmark net means what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ....errors import UnsupportedModelError, unknown_name
from ...tensors import TensorSpec, shapes_of

ROLES: Final = (
    *("points", "presence", "handedness", "world", "heatmap", "mask"),
    *("lips", "left_eye", "right_eye", "left_iris", "right_iris", "iris", "other"),
)
POSE_POINTS: Final = 39
"""BlazePose's 33 points, and six that only help: the first two place its region."""

_Layout = tuple[tuple[str, int], ...]

_HEATMAP: Final = -1
_MASK: Final = -2
_MAPS: Final = {
    _HEATMAP: "that of a map with 39 channels",
    _MASK: "that of a map with one channel",
}
# The outputs that MediaPipe's graphs split, in their order: role and number of values
# (mediapipe/modules/*_landmark/*.pbtxt, mediapipe/tasks/cc/vision/*_graph.cc).
_MESH: Final = ("points", 1404)
_FLAG: Final = ("presence", 1)
_EYES: Final = (("left_eye", 142), ("right_eye", 142))
_IRISES: Final = (("left_iris", 10), ("right_iris", 10))
_BODY: Final = (("points", 5 * POSE_POINTS), _FLAG)
_BODY_WORLD: Final = ("world", 3 * POSE_POINTS)
_LAYOUTS: Final[tuple[tuple[str, _Layout], ...]] = (
    ("face", (_MESH, _FLAG)),
    ("face", (("points", 1434), _FLAG)),
    ("face", (("points", 1434), _FLAG, ("other", 1))),
    ("face", (_MESH, ("lips", 160), *_EYES, *_IRISES, _FLAG)),
    ("hand", (("points", 63), _FLAG)),
    ("hand", (("points", 63), _FLAG, ("handedness", 1))),
    ("hand", (("points", 63), _FLAG, ("handedness", 1), ("world", 63))),
    ("iris", (("points", 213), ("iris", 15))),
    ("pose", _BODY),
    ("pose", (*_BODY, _BODY_WORLD)),
    ("pose", (*_BODY, ("mask", _MASK), _BODY_WORLD)),
    ("pose", (*_BODY, ("heatmap", _HEATMAP), _BODY_WORLD)),
    ("pose", (*_BODY, ("mask", _MASK), ("heatmap", _HEATMAP))),
    ("pose", (*_BODY, ("mask", _MASK), ("heatmap", _HEATMAP), _BODY_WORLD)),
)

# Words in the names of tensors that say what they are.
_WORDS: Final = {
    "presence": r"flag|presence",
    "handedness": r"handed",
    "world": r"world",
    "left_eye": r"left_eye",
    "right_eye": r"right_eye",
    "left_iris": r"left_iris",
    "right_iris": r"right_iris",
}
# TensorFlow numbers a function's outputs by these names, whatever the file's order is.
_NUMBERED: Final = re.compile(
    r"(?:Identity(?:_(?P<identity>\d+))?(?::0)?"
    r"|.*PartitionedCall(?:_\d+)?:(?P<call>\d+))\Z"
)


@dataclass(frozen=True)
class OutputRoles:
    """What each output of a landmark net is.

    Attributes:
        kind: face, hand, iris, pose or points.
        roles: One of :data:`ROLES` per output, in the model's order.
        evidence: What shows it, in words.
    """

    kind: str
    roles: tuple[str, ...]
    evidence: str

    def position(self, role: str) -> int | None:
        """Return which output has a role; None means that none has it."""
        return self.roles.index(role) if role in self.roles else None


def find_roles(
    tensors: Sequence[TensorSpec],
    *,
    kind: str = "",
    roles: Sequence[str] | None = None,
) -> OutputRoles:
    """Return what each output is.

    Args:
        tensors: The outputs, in the model's order.
        kind: A kind that the caller says; empty means any.
        roles: What the caller says of each output; None means nothing.

    Raises:
        UnsupportedModelError: The outputs are of no kind that is known, or what they
            are is not proven; the sentence says which option answers it.
        ValueError: The caller's roles do not fit the outputs.
    """
    if roles is not None:
        return _stated(tensors, kind, roles)
    for name, layout in _LAYOUTS:
        if kind in ("", name) and _sizes(layout) == Counter(map(_size, tensors)):
            return _matched(name, layout, tensors)
    shapes = shapes_of(tensors)
    if kind not in ("", "points"):
        raise UnsupportedModelError(
            f"The outputs ({shapes}) are not those of a published {kind} landmark net. "
            "Pass --option kind=points with --option roles, one text per output: "
            f"{', '.join(ROLES)}."
        )
    vectors = [spec for spec in tensors if spec.size > 1]
    if len(vectors) == 1 and len(tensors) <= 2:
        single = tuple("points" if spec.size > 1 else "presence" for spec in tensors)
        return OutputRoles("points", single, f"outputs {shapes}: points of any kind")
    raise UnsupportedModelError(
        f"The outputs ({shapes}) are of no landmark net that is known. Pass --option "
        f"roles, one text per output and commas between them: {', '.join(ROLES)}."
    )


def is_published(tensors: Sequence[TensorSpec]) -> bool:
    """Return whether the outputs have the sizes of a published landmark net."""
    sizes = Counter(map(_size, tensors))
    return any(_sizes(layout) == sizes for _, layout in _LAYOUTS)


def _sizes(layout: _Layout) -> Counter[int]:
    return Counter(size for _, size in layout)


def _size(spec: TensorSpec) -> int:
    """Return an output's number of values, or what stands for a map of any size."""
    shape = spec.shape
    if len(shape) == 4 and shape[0] == 1 and min(shape[1:3]) >= 8:
        if shape[3] == POSE_POINTS:
            return _HEATMAP
        return _MASK if shape[3] == 1 else spec.size
    return spec.size


def _matched(kind: str, layout: _Layout, tensors: Sequence[TensorSpec]) -> OutputRoles:
    """Give each output its role in a layout that has the same sizes.

    Raises:
        UnsupportedModelError: Two outputs may be either of two things.
    """
    sizes = [_size(spec) for spec in tensors]
    words = f"outputs {shapes_of(tensors)}: {kind} landmarks as MediaPipe publishes"
    candidates = [[role for role, size in layout if size == own] for own in sizes]
    if all(len(names) == 1 for names in candidates):
        return OutputRoles(kind, tuple(names[0] for names in candidates), words)
    by_name = _by_name(tensors, candidates)
    if by_name is not None:
        return OutputRoles(kind, by_name, f"{words}; the tensors' names say which")
    order = _numbered(tensors)
    if order is not None and [sizes[i] for i in order] == [s for _, s in layout]:
        roles = [""] * len(layout)
        for place, (role, _) in zip(order, layout, strict=True):
            roles[place] = role
        return OutputRoles(kind, tuple(roles), f"{words}, in the published order")
    if order is None and sizes == [size for _, size in layout]:
        roles = [role for role, _ in layout]
        return OutputRoles(kind, tuple(roles), f"{words}, in the published order")
    doubts = {" and which is ".join(names) for names in candidates if len(names) > 1}
    example = ",".join(role for role, _ in layout)
    raise UnsupportedModelError(
        f"The outputs ({shapes_of(tensors)}) have the sizes of {kind} landmarks, but "
        "neither the order nor the names, so nothing shows which is "
        f"{', or which is '.join(sorted(doubts))}. Pass --decoder landmarks --option "
        f"roles={example} in the order of the outputs."
    )


def _by_name(
    tensors: Sequence[TensorSpec], candidates: Sequence[Sequence[str]]
) -> tuple[str, ...] | None:
    """Return the roles that words in the tensors' names say; None when they do not."""
    roles: list[str] = []
    for spec, possible in zip(tensors, candidates, strict=True):
        said = [
            role
            for role in possible
            if role in _WORDS and re.search(_WORDS[role], spec.name.lower())
        ]
        rest = [role for role in possible if role not in _WORDS]
        fitting = said or (rest if len(rest) == 1 else [])
        if len(possible) == 1:
            fitting = list(possible)
        if len(fitting) != 1 or fitting[0] in roles:
            return None
        roles += fitting
    return tuple(roles)


def _numbered(tensors: Sequence[TensorSpec]) -> list[int] | None:
    """Return the outputs' positions in the order of the numbers in their names."""
    numbers: list[int] = []
    for spec in tensors:
        match = _NUMBERED.fullmatch(spec.name)
        if match is None:
            return None
        numbers.append(int(match["identity"] or match["call"] or 0))
    if len(set(numbers)) < len(numbers):
        return None
    return sorted(range(len(numbers)), key=numbers.__getitem__)


def _stated(
    tensors: Sequence[TensorSpec], kind: str, roles: Sequence[str]
) -> OutputRoles:
    """Return the caller's roles.

    Raises:
        ValueError: They do not fit the outputs.
    """
    for role in roles:
        if role not in ROLES:
            raise ValueError(unknown_name("role", role, ROLES))
    once = [role for role in roles if role != "other"]
    if len(roles) != len(tensors) or len(set(once)) < len(once) or "points" not in once:
        raise ValueError(
            f"roles must be {len(tensors)} texts, one per output "
            f"({shapes_of(tensors)}), each once, and points among them, got "
            f"{','.join(roles)}."
        )
    if not kind:
        wanted = Counter(
            (role, _size(spec)) for role, spec in zip(roles, tensors, strict=True)
        )
        kinds = (name for name, layout in _LAYOUTS if Counter(layout) == wanted)
        kind = next(kinds, "points")
    _check_sizes(tensors, kind, roles)
    return OutputRoles(kind, tuple(roles), "roles from the caller")


def _check_sizes(
    tensors: Sequence[TensorSpec], kind: str, roles: Sequence[str]
) -> None:
    """Check that outputs have the sizes of their roles in a kind.

    Raises:
        ValueError: One has another, or the net of an eye has no iris.
    """
    layouts = [layout for name, layout in _LAYOUTS if name == kind] or [(_FLAG,)]
    for role, spec in zip(roles, tensors, strict=True):
        sizes = {size for layout in layouts for name, size in layout if name == role}
        if role == "other" or not sizes or _size(spec) in sizes:
            continue
        words = " or ".join(_MAPS.get(size, f"{size}") for size in sorted(sizes))
        cure = "" if kind == "points" else " Pass kind=points for points of any number."
        raise ValueError(
            f"the output '{spec.name}' ({'x'.join(map(str, spec.shape))}) cannot be "
            f"the {role} of kind {kind}, whose number of values is {words}.{cure}"
        )
    if kind == "iris" and "iris" not in roles:
        raise ValueError(f"kind iris needs an output iris, got {','.join(roles)}.")
