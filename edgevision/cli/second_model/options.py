"""The options of commands that take a second model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import click

from ..decoder_defaults import then_default
from ..options import named_values
from ..parameter_types import Share
from ..paths import ModelPath
from ..usage import section

_second = section("A second model")


def second_model_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--then`` and what goes with it to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def said_of_pair(
    margin: float | None, merge: str | None, more: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return what the user says with ``--then``, by name.

    Raises:
        UsageError: Something is said twice.
    """
    said = {k: v for k, v in (("margin", margin), ("merge", merge)) if v is not None}
    for name in more or {}:
        if name in said:
            raise click.UsageError(
                f"--{name} and --then-option {name} say the same thing. Pass one."
            )
    return {**said, **(more or {})}


_OPTIONS: Final = (
    _second(
        "--then",
        "seconds",
        multiple=True,
        type=ModelPath(),
        metavar="FILE.tflite",
        help="A model that is run on every region that MODEL finds: a classifier, a "
        "landmark net (face mesh, hand, body), a text reader and others. Repeat to put "
        "a third one behind the second.",
    ),
    _second(
        "--margin",
        type=Share(),
        metavar="SHARE",
        help="What is added around a region, as a share of its sides.",
        shown_default="0.1; for landmarks what they were trained with",
    ),
    _second(
        "--merge",
        metavar="[product|second|both]",
        help="product: the second model's label, both scores multiplied; second: its "
        "label and score; both: both labels.",
        shown_default=lambda: then_default("merge"),
    ),
    _second(
        "--then-option",
        "then_options",
        multiple=True,
        metavar="NAME=VALUE",
        callback=named_values,
        help="Something about the last model of --then; repeat for more. How it is "
        "opened (normalize, labels, decoder, task, score_threshold, ...), an option of "
        "its decoder, or how regions are cut and followed: rotation='START>END' (two "
        "keypoints, or none), target=DEGREES, shift=X,Y, iou_threshold, follow=N.",
    ),
)
