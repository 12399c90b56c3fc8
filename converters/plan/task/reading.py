"""What a model may do: one reading, and the readings that remain."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# What each task's outputs are, for the question.
_MEANINGS: Final = {
    "classification": "if they score classes that exclude each other",
    "values": "if they are measured numbers, such as an age or an angle",
    "embedding": "if they are a vector that pictures are compared by",
    "segmentation": "if they are a class for every pixel",
    "image": "if they are a picture or a map of numbers",
    "generation": "if they are pictures made of a random vector",
    "text": "if they are the characters of a line, step by step",
    "raw": "to keep the tensors as they are",
}
_MULTI: Final = "if several labels may be true of one picture"


@dataclass(frozen=True)
class Reading:
    """One thing that a model may do.

    Attributes:
        task: A name from ``edgevision.card.TASKS``.
        options: Options of the task's decoder that belong to this reading.
    """

    task: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arguments(self) -> str:
        """Return what chooses it on the command line."""
        extra = "".join(
            f" --option {name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.options.items()
            if name != "activation"
        )
        return f"--task {self.task}{extra}"

    @property
    def meaning(self) -> str:
        """Return when it is the right one."""
        if self.options.get("multi_label"):
            return _MULTI
        return _MEANINGS[self.task]


MULTI_LABEL: Final = Reading("classification", {"multi_label": True})
CLASSES: Final = Reading("classification")
VALUES: Final = Reading("values")
EMBEDDING: Final = Reading("embedding")
SEGMENTATION: Final = Reading("segmentation")
IMAGE: Final = Reading("image")
GENERATION: Final = Reading("generation")
TEXT: Final = Reading("text")
RAW: Final = Reading("raw")


@dataclass(frozen=True)
class Decision:
    """The readings that remain of a model's outputs.

    Attributes:
        readings: What may be meant, most frequent first.
        source: What proves the one, or what is known where it is a question: "the loss
            mean_squared_error".
        is_open: It is a question, also where there is one reading, or none.
        is_assumed: The one is the most frequent of several, and nothing proves it.
    """

    readings: tuple[Reading, ...]
    source: str
    is_open: bool = False
    is_assumed: bool = False

    @property
    def only(self) -> Reading | None:
        """Return the reading that is decided on; None means a question."""
        return None if self.is_open else self.readings[0]

    @property
    def words(self) -> str:
        """Return where the decision comes from, as reports show it."""
        return f"assumed: {self.source}" if self.is_assumed else self.source


def proven(reading: Reading, source: str) -> Decision:
    """Return a decision that something proves."""
    return Decision((reading,), source)


def assumed(reading: Reading, source: str) -> Decision:
    """Return the most frequent reading, with what makes it so."""
    return Decision((reading,), source, is_assumed=True)


def open_between(source: str, *readings: Reading) -> Decision:
    """Return a question between readings."""
    return Decision(readings, source, is_open=True)
