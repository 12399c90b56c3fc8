"""Decode text: a character class per step, with or without CTC's blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from ....errors import ModelError, UnsupportedModelError
from ...geometry import Letterbox
from ...results import Text
from ...tensors import TensorSpec, to_real
from .options import TextOptions

MOST_STEPS: Final = 4096


class TextDecoder:
    """Read one line of text.

    Tensor contract: one output of shape (1, T, C), (T, 1, C) or (T, C): for each of T
    steps a score or logit per class, float or quantized; with the option ``steps``
    (1, C, T) as well. Or (1, T) or (T,) integers, which are classes already. With CTC,
    repeats of a class become one and the blank goes (Graves et al. 2006, best path).

    Args:
        tensors: The model's outputs.
        labels: One character per class, with or without the blank.
        model_size: Not used: a text has no place in the picture.
        options: None means the defaults.

    Raises:
        UnsupportedModelError: The outputs do not fit the contract.
        ValueError: The alphabet has another length than the classes.
    """

    Options: ClassVar[type] = TextOptions

    def __init__(
        self,
        tensors: Sequence[TensorSpec],
        *,
        labels: Sequence[str] = (),
        model_size: tuple[int, int] | None = None,
        options: TextOptions | None = None,
    ) -> None:
        options = options or TextOptions()
        if len(tensors) != 1:
            raise UnsupportedModelError(
                f"The text decoder reads one output; the model has {len(tensors)}. "
                "Pass --decoder heads, or another decoder."
            )
        self._tensor = tensors[0]
        shape = self._tensor.shape
        is_integer = self._tensor.dtype.kind in "iu"
        self._is_class = is_integer and not self._tensor.is_quantized
        inner = tuple(size for size in shape if size != 1)
        if len(inner) > (1 if self._is_class else 2) or not shape:
            raise UnsupportedModelError(
                f"The text decoder reads steps x classes; the output is "
                f"{'x'.join(map(str, shape)) or 'a scalar'}. Pass another decoder."
            )
        self._turned = options.steps == "columns"
        steps, classes = self._sizes(shape)
        if steps > MOST_STEPS:
            raise UnsupportedModelError(
                f"The output has {steps} steps, more than a line of text has."
            )
        self._shape = (steps, classes)
        self._ctc = options.reader == "ctc"
        self._blank = self._class_of_blank(options.blank, classes)
        if self._ctc and classes and self._blank >= classes:
            raise ValueError(
                f"the blank is class {self._blank}, and the model has {classes} "
                "classes, counted from 0."
            )
        characters = tuple(options.alphabet or labels)
        self._characters = self._by_class(characters, classes)
        self._activation = options.activation

    def decode(self, outputs: Sequence[npt.NDArray[Any]], letterbox: Letterbox) -> Text:
        """Return the text of one frame.

        Raises:
            ModelError: The output holds NaN or infinity, or classes without character.
        """
        raw = outputs[0]
        if self._is_class:
            classes = raw.reshape(-1).astype(np.int64)
            scores = np.ones(len(classes), np.float32)
        else:
            table = to_real(raw, self._tensor)
            steps, count = self._shape
            if not self._turned and raw.size != steps * count and raw.size % count == 0:
                # The file's shape is only a guess where the interpreter resizes it.
                steps = raw.size // count
            table = (
                table.reshape((count, steps)).T
                if self._turned
                else (table.reshape((steps, count)))
            )
            if not np.isfinite(table).all():
                raise ModelError(
                    "The model's output holds NaN or infinity. Run 'edgevision inspect "
                    "--check' on this machine."
                )
            table = self._as_scores(table)
            classes = table.argmax(axis=1)
            scores = table[np.arange(steps), classes].astype(np.float32)
        keep = np.ones(len(classes), bool)
        if self._ctc:
            keep[1:] = classes[1:] != classes[:-1]
            keep &= classes != self._blank
        if self._characters is None:
            # Classes have no characters: their numbers stand for them, one score each.
            return Text(" ".join(map(str, classes[keep].tolist())), scores[keep])
        known = len(self._characters)
        # A class below 0 fills up short lines; the one behind the last is CTC's blank.
        last = known if self._ctc and self._is_class else known - 1
        highest = max(classes[keep].tolist(), default=0)
        if highest > last:
            raise ModelError(
                f"The model's output holds the class {highest}, and the alphabet "
                f"has {known} characters, counted from 0. Pass --option alphabet with "
                "one character per class."
            )
        keep &= (classes >= 0) & (classes < known)
        texts = [self._characters[i] for i in classes[keep].tolist()]
        return Text("".join(texts), scores[keep])

    def _sizes(self, shape: Sequence[int]) -> tuple[int, int]:
        if self._is_class:
            return int(np.prod(shape)), 0
        classes = shape[-1]
        steps = int(np.prod(shape[:-1]))
        return (classes, steps) if self._turned else (steps, classes)

    def _class_of_blank(self, blank: str | int, classes: int) -> int:
        if blank == "first":
            return 0
        return classes - 1 if blank == "last" else int(blank)

    def _by_class(
        self, characters: tuple[str, ...], classes: int
    ) -> tuple[str, ...] | None:
        """Return the character of each class, nothing for the blank."""
        if not characters:
            return None
        if self._is_class or not self._ctc or len(characters) == classes:
            if classes and len(characters) != classes:
                raise ValueError(
                    f"the alphabet has {len(characters)} characters, and the model "
                    f"{classes} classes."
                )
            return characters
        if len(characters) != classes - 1:
            raise ValueError(
                f"the alphabet has {len(characters)} characters, and the model "
                f"{classes} classes: {classes - 1} characters and CTC's blank were "
                "expected."
            )
        return (*characters[: self._blank], "", *characters[self._blank :])

    def _as_scores(self, table: npt.NDArray[Any]) -> npt.NDArray[Any]:
        wanted = self._activation
        if wanted is None:
            is_scores = table.size and table.min() >= 0 and table.max() <= 1
            wanted = "none" if is_scores else "softmax"
        if wanted == "none":
            return table
        shifted = np.exp(table - table.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
