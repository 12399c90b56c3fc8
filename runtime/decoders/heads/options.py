"""The heads of a network, as objects of a card or of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ....errors import shown
from ..registry import DECODERS

_FIELDS: Final = ("name", "decoder", "outputs", "options", "labels")
# They read the whole model, or need what a head does not have.
_NOT_A_HEAD: Final = ("heads", "raw", "ssd-op")


@dataclass(frozen=True)
class Head:
    """One head of a network.

    Attributes:
        name: What it is called; each head has a name of its own.
        decoder: A name from ``DECODERS``.
        outputs: Positions of its tensors among the model's outputs.
        options: Options of that decoder, by name.
        labels: One text per class; empty for numbers.
    """

    name: str
    decoder: str
    outputs: tuple[int, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """Return what the head does."""
        return DECODERS[self.decoder].task


@dataclass(frozen=True, kw_only=True)
class HeadsOptions:
    """Options of the decoder ``heads``.

    Attributes:
        heads: One object per head: ``name``, ``decoder``, ``outputs`` (positions of its
            tensors) and, where they are needed, ``options`` and ``labels``.
        score_threshold: Lowest score that is reported, 0..1, by heads that have such an
            option; None means what each head's own options say.
        top_k: Most classes per head, by heads that have such an option.
    """

    heads: Sequence[Any] = ()
    score_threshold: float | None = None
    top_k: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "heads", read_heads(self.heads))


def read_heads(entries: Any) -> tuple[Head, ...]:
    """Return the heads of a card or of the command line, checked.

    Args:
        entries: Objects with the fields of :class:`Head`, or heads.

    Raises:
        ValueError: An entry is no such object, or two heads have one name.
    """
    if not isinstance(entries, (list, tuple)):
        raise ValueError(f"heads must be a list of objects, got {shown(entries, 60)}.")
    heads = tuple(x if isinstance(x, Head) else _read_head(x) for x in entries)
    names = [head.name for head in heads]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"two heads have the name '{twice}'. Give each its own.")
    return heads


def _read_head(entry: Any) -> Head:
    if not isinstance(entry, Mapping) or not {"name", "decoder", "outputs"} <= set(
        entry
    ):
        raise ValueError(
            "each head must be an object with name, decoder and outputs, got "
            f"{shown(entry, 60)}."
        )
    unknown = next((key for key in entry if key not in _FIELDS), None)
    if unknown is not None:
        raise ValueError(
            f"a head has no field {shown(unknown, 40)}; it has {', '.join(_FIELDS)}."
        )
    name, decoder = entry["name"], entry["decoder"]
    options, labels = entry.get("options", {}), entry.get("labels", ())
    allowed = [known for known in DECODERS if known not in _NOT_A_HEAD]
    if decoder not in allowed:
        raise ValueError(
            f"the decoder of a head must be one of {', '.join(allowed)}, got "
            f"{shown(decoder, 40)}."
        )
    if not isinstance(name, str) or not name:
        raise ValueError(f"the name of a head must be a text, got {shown(name)}.")
    if not isinstance(options, Mapping):
        raise ValueError(f"options of the head '{name}' must be an object.")
    if not isinstance(labels, (list, tuple)) or not all(
        isinstance(label, str) for label in labels
    ):
        raise ValueError(f"labels of the head '{name}' must be a list of texts.")
    outputs = _positions(name, entry["outputs"])
    return Head(name, decoder, outputs, options, tuple(labels))


def _positions(name: str, outputs: Any) -> tuple[int, ...]:
    is_list = isinstance(outputs, (list, tuple))
    if (
        not is_list
        or not outputs
        or any(not isinstance(i, int) or isinstance(i, bool) or i < 0 for i in outputs)
        or len(set(outputs)) < len(outputs)
    ):
        raise ValueError(
            f"outputs of the head '{name}' must be positions from 0, each once, such "
            f"as [0], got {shown(outputs, 40)}."
        )
    return tuple(outputs)
