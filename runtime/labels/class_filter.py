"""Which classes a decoder may report: allow and deny lists of labels or numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real

import numpy as np
import numpy.typing as npt

from ...errors import shown, unknown_name
from .hierarchy import path_of

ClassNames = Sequence[str | int]


def allowed_classes(
    count: int,
    labels: Sequence[str],
    *,
    allow: ClassNames | None = None,
    deny: ClassNames | None = None,
    hierarchy: Mapping[str, str] | None = None,
) -> npt.NDArray[np.int64] | None:
    """Return the class_ids that may be reported, rising; None when all may.

    Args:
        count: How many classes the model has.
        labels: Their texts by class_id; may be empty or shorter.
        allow: Only these: labels, or class_ids (as numbers, or as digits where no label
            is spelled so). A label that several classes share means all of them.
        deny: All but these; taken off what ``allow`` left.
        hierarchy: label -> parent label: an ancestor's name means all classes below.

    Raises:
        ValueError: A label or class_id does not exist, a list is empty, or nothing is
            left.
    """
    if allow is None and deny is None:
        return None
    kept = np.ones(count, np.bool_)
    if allow is not None:
        kept[:] = False
        kept[_ids("allow", allow, count, labels, hierarchy or {})] = True
    if deny is not None:
        kept[_ids("deny", deny, count, labels, hierarchy or {})] = False
    if not kept.any():
        raise ValueError("allow and deny leave no class to report.")
    return np.flatnonzero(kept).astype(np.int64)


def label_of(labels: Sequence[str], class_id: int) -> str:
    """Return a class's label, or its number if it has none."""
    if 0 <= class_id < len(labels) and labels[class_id]:
        return labels[class_id]
    return str(class_id)


def _ids(
    option: str,
    names: ClassNames,
    count: int,
    labels: Sequence[str],
    hierarchy: Mapping[str, str],
) -> list[int]:
    if isinstance(names, (str, Real)):
        raise ValueError(
            f"{option} must be a list of labels or numbers, got {shown(names)}."
        )
    if not len(names):
        raise ValueError(f"{option} is an empty list; leave it out to report all.")
    class_ids: list[int] = []
    for name in names:
        matches = [
            i
            for i, label in enumerate(labels[:count])
            if label == name or (hierarchy and name in path_of(label, hierarchy))
        ]
        if not matches and str(name).isdecimal():
            number = int(name)
            if number >= count:
                raise ValueError(
                    f"{option} has class {number}; the model has classes 0 to "
                    f"{count - 1}."
                )
            matches = [number]
        if not matches:
            if not labels:
                raise ValueError(
                    f"{option} has '{name}', but the model has no labels: use class "
                    f"numbers 0 to {count - 1}."
                )
            known = [*labels, *dict.fromkeys(hierarchy.values())]
            raise ValueError(f"{option}: {_unknown_label(str(name), known)}")
        class_ids += matches
    return class_ids


def _unknown_label(name: str, labels: Sequence[str]) -> str:
    if len(labels) <= 20:
        return unknown_name("label", name, labels)
    # A thousand names help nobody: the sentence ends before the list of them.
    hint = unknown_name("label", name, labels).partition(" Known: ")[0]
    return f"{hint} The model has {len(labels)} labels."
