"""The options of the decoder ``text``: the alphabet, and how steps become text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ....errors import shown, unknown_name

READERS: Final = ("ctc", "argmax")


@dataclass(frozen=True, kw_only=True)
class TextOptions:
    """Options of the decoder ``text``.

    Attributes:
        alphabet: The characters by class, as one text, without the blank; None takes
            the labels, else the numbers of the classes with spaces between.
        reader: ctc drops repeats and the blank; argmax takes each step as a character.
        blank: Class of CTC's blank: last (Keras' ``ctc_batch_cost``), first (Keras 3's
            CTC loss and PyTorch) or a number.
        activation: none, softmax; None means softmax where the values are not 0..1.
        steps: Which axis of the output counts the steps, where both would do: rows or
            columns.
    """

    alphabet: str | None = None
    reader: str = "ctc"
    blank: str | int = "last"
    activation: str | None = None
    steps: str = "rows"

    def __post_init__(self) -> None:
        if self.reader not in READERS:
            raise ValueError(unknown_name("reader", self.reader, READERS))
        if self.steps not in ("rows", "columns"):
            raise ValueError(unknown_name("steps", self.steps, ("rows", "columns")))
        if self.activation not in (None, "none", "softmax"):
            raise ValueError(
                unknown_name("activation", str(self.activation), ("none", "softmax"))
            )
        if self.blank not in ("last", "first") and (
            not isinstance(self.blank, int) or self.blank < 0
        ):
            raise ValueError(
                f"blank must be last, first or a class number, got {shown(self.blank)}."
            )
        if self.alphabet == "":
            raise ValueError("alphabet must hold at least one character.")
