"""Every option of opening a model, as one value."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ...errors import shown

if TYPE_CHECKING:
    from pathlib import Path

    from ...card import ModelCard
    from ..labels import ClassNames, Level

# Options of decoders that users pass under their own names.
_OF_DECODERS: Final = (
    "score_threshold",
    "iou_threshold",
    "max_detections",
    "top_k",
    "allow",
    "deny",
    "level",
    "gallery",
)

_LARGEST: Final = 16_384


@dataclass(frozen=True)
class OpenOptions:
    """What a user may say when a model is opened; None leaves it to the file.

    Attributes:
        threads: A number, ``auto``, or None for the rule of the interpreter.
        backend: Name of a backend, or an interpreter class of the host's; None means
            the first that is installed.
        delegate: ``xnnpack``, ``none``, or the path of a delegate library.
        score_threshold: Lowest score that is reported.
        iou_threshold: Highest overlap with a better box.
        max_detections: Most boxes per picture.
        top_k: Most classes per picture.
        allow: Report only these labels or class_ids.
        deny: Report all but these.
        level: The level of labels with ancestors.
        options: Other options of the decoder, by name.
        card: A card, or the path of one, instead of the file's own.
        labels: A label file, or one text per class.
        normalize: What ``parse_normalize`` reads.
        color: rgb, bgr or gray.
        resize: What ``parse_resize`` reads.
        task: A name from ``edgevision.card.TASKS``.
        decoder: A decoder's name; the place of a class of one's own; a class, or a
            function that returns a decoder.
        gallery: A file of ``edgevision enroll``.
        input_size: Width and height of the pictures, for a file that leaves them open,
            as ``320x240`` or two numbers.
        inputs: By name of an input beside the picture, what fills it: numbers, or the
            place of a file of numbers (``.npy``), of a picture, or of another model and
            its picture (``@MODEL.tflite:PICTURE``).
        heads: For several outputs of different tasks, by name the ``task`` of each, and
            ``labels`` and ``options`` where they are needed.
        check: Run one golden input where another machine made the card.
        trust: Do not try an unknown file in a child process first.
    """

    threads: int | str | None = None
    backend: str | type | None = None
    delegate: str | os.PathLike[str] | None = None
    score_threshold: float | None = None
    iou_threshold: float | None = None
    max_detections: int | None = None
    top_k: int | None = None
    allow: ClassNames | None = None
    deny: ClassNames | None = None
    level: Level | None = None
    options: Mapping[str, Any] | None = None
    card: ModelCard | str | Path | None = None
    labels: str | Path | Sequence[str] | None = None
    normalize: str | None = None
    color: str | None = None
    resize: str | None = None
    task: str | None = None
    decoder: str | Callable[..., Any] | None = None
    gallery: str | Path | None = None
    input_size: str | tuple[int, int] | None = None
    inputs: Mapping[str, Any] | None = None
    heads: Mapping[str, Mapping[str, Any]] | None = None
    check: bool = True
    trust: bool = False

    @property
    def decoder_options(self) -> dict[str, Any]:
        """Return the decoder's options that the user passed, by name."""
        named = {name: getattr(self, name) for name in _OF_DECODERS}
        passed = {name: value for name, value in named.items() if value is not None}
        return {**(self.options or {}), **passed}

    @property
    def takes_settings_of_file(self) -> bool:
        """Return whether the file alone decides how it is run.

        Options of the decoder may be there: they come on top.
        """
        stated = (
            self.labels,
            self.color,
            self.resize,
            self.task,
            self.decoder,
            self.input_size,
            self.inputs,
            self.heads,
        )
        return self.takes_pixels_of_file and all(value is None for value in stated)

    @property
    def takes_pixels_of_file(self) -> bool:
        """Return whether the file alone decides how pixels become values."""
        return self.card is None and self.normalize is None

    @property
    def takes_all_of_file(self) -> bool:
        """Return whether every choice is the file's, also the decoder's options."""
        return self.takes_settings_of_file and not self.decoder_options


def parse_size(value: str | Sequence[int] | None) -> tuple[int, int] | None:
    """Return width and height from ``320x240``, ``224`` or two numbers.

    Raises:
        ValueError: It is none of these, or a side is not in 1..16384.
    """
    if value is None:
        return None
    sides: Any = value
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,6})(?:\s*[xX]\s*(\d{1,6}))?\s*", value)
        sides = (match[1], match[2] or match[1]) if match else ()
    try:
        width, height = (int(side) for side in sides)
    except (TypeError, ValueError):
        width = height = 0
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise ValueError(
            f"input_size must be a width and a height in 1..{_LARGEST}, such as "
            f"320x240, got {shown(value)}."
        )
    return width, height
