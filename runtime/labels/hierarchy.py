"""Labels with ancestors: ``animal > bird > parrot``, and results rolled up to a level.

Level 1 are the roots. A class whose own path ends above a level stays what it is there.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ...errors import ModelError, shown, unknown_name

Level = int | str
SEPARATOR: Final = " > "
_SPLIT: Final = re.compile(r"\s>(?=\s)")
_MOST_LEVELS: Final = 32


@dataclass(frozen=True)
class RollUp:
    """The name of each class at a level.

    Attributes:
        labels: The level's nodes, in the order in which classes first show them.
        nodes: int64 (classes,), each class's position in ``labels``.
    """

    labels: tuple[str, ...]
    nodes: npt.NDArray[np.int64]


def split_labels(
    texts: Sequence[str], *, name: str = "the labels"
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Split labels that state their ancestors.

    Args:
        texts: One per class, ``parrot`` or ``animal > bird > parrot``.
        name: What errors call them.

    Returns:
        The last part of each text, and label -> parent; empty without any `` > ``.

    Raises:
        ModelError: A part is empty, a label stands under two parents, or under itself.

    Example:
        >>> split_labels(["animal > cat", "car"])
        (('cat', 'car'), {'cat': 'animal'})
    """
    labels: list[str] = []
    parents: dict[str, str] = {}
    roots: set[str] = set()
    for text in texts:
        path = [part.strip() for part in _SPLIT.split(f" {text} ")]
        path = [text] if len(path) == 1 else path
        if len(path) > 1 and not all(path):
            raise ModelError(
                f"{name} hold {shown(text)}, where a name is missing before or after "
                "'>'. Write, for instance, 'animal > bird > parrot'."
            )
        labels.append(path[-1])
        if len(path) > 1:
            roots.add(path[0])
        for parent, child in itertools.pairwise(path):
            if parents.setdefault(child, parent) != parent:
                raise ModelError(
                    f"{name} have '{child}' under '{parents[child]}' and under "
                    f"'{parent}'. Give the two different names."
                )
    for root in sorted(roots & set(parents)):
        raise ModelError(
            f"{name} have '{root}' both at the top and under '{parents[root]}'. Write "
            "the whole path each time."
        )
    check_parents(parents, name=name)
    return tuple(labels), parents


def check_parents(parents: Mapping[str, str], *, name: str = "the labels") -> None:
    """Refuse a hierarchy in which a label is its own ancestor, or that has no end.

    Raises:
        ModelError: It has such a circle, or more than 32 levels.
    """
    for label in parents:
        if len(path_of(label, parents)) > _MOST_LEVELS:
            raise ModelError(
                f"{name} have '{label}' under itself, or more than {_MOST_LEVELS} "
                "levels. Correct its path."
            )


def path_of(label: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return a label's ancestors and itself, the root first."""
    path = [label]
    while path[-1] in parents and len(path) <= _MOST_LEVELS:
        path.append(parents[path[-1]])
    return tuple(reversed(path))


def full_labels(labels: Sequence[str], parents: Mapping[str, str]) -> tuple[str, ...]:
    """Return labels with their ancestors, as :func:`split_labels` reads them."""
    return tuple(SEPARATOR.join(path_of(label, parents)) for label in labels)


def depth_of(labels: Sequence[str], parents: Mapping[str, str]) -> int:
    """Return the number of levels; 1 for plain labels."""
    return max((len(path_of(label, parents)) for label in labels), default=1)


def roll_up(
    labels: Sequence[str], parents: Mapping[str, str], level: Level, *, count: int = 0
) -> RollUp:
    """Return what each class is called at a level.

    Args:
        labels: One text per class.
        parents: label -> parent.
        level: 1 for the roots, 2 for what lies below them and so on; or the name of a
            node, for the level on which that node lies.
        count: Number of classes where there may be more than labels; those without one
            are called by their numbers.

    Raises:
        ValueError: The labels have no hierarchy, or no such level.
    """
    if not parents:
        raise ValueError(
            f"level {shown(level)} needs labels with ancestors, such as 'animal > bird "
            "> parrot'; these have none. Pass --labels FILE with such lines."
        )
    # An empty label is shown as its number: two of them are not one class.
    named = [text or str(i) for i, text in enumerate(labels)]
    named += [str(i) for i in range(len(labels), count)]
    paths = [path_of(label, parents) for label in named]
    wanted = _level_number(level, paths)
    places: dict[str, int] = {}
    nodes = [
        places.setdefault(path[min(wanted, len(path)) - 1], len(places))
        for path in paths
    ]
    return RollUp(tuple(places), np.asarray(nodes, np.int64))


def _level_number(level: Level, paths: Sequence[tuple[str, ...]]) -> int:
    deepest = max(map(len, paths))
    if isinstance(level, str):
        named = {path.index(level) + 1 for path in paths if level in path}
        number = int(level) if level.isdecimal() else 0
        if not 1 <= number <= deepest:
            number = 0
        if number and named - {number}:
            others = dict.fromkeys(path[min(number, len(path)) - 1] for path in paths)
            other = next((name for name in others if not name.isdecimal()), None)
            raise ValueError(
                f"level {shown(level)} is both the number of a level and the name of a "
                f"class on level {min(named)}. Pass {min(named)} for the level of that "
                f"class{f', {shown(other)} for the numbered level' if other else ''}."
            )
        if number or named:
            return number or min(named)
        known = dict.fromkeys(node for path in paths for node in path[:-1])
        raise ValueError(
            f"{unknown_name('level', level, known)} Or a number, 1 to {deepest}."
        )
    # A card may hold anything there.
    is_number = isinstance(level, int) and not isinstance(level, bool)
    if not is_number or not 1 <= level <= deepest:
        raise ValueError(
            f"level must be 1 to {deepest}, or the name of a node, got {shown(level)}."
        )
    return level
