"""``--head NAME=TASK[:LABELS]``: what one output of a network with several does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..card import TASKS
from ..errors import EdgeVisionError, unknown_name


def head_option(group: Callable[..., Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Return ``--head NAME=TASK[:LABELS]``; its value is named ``heads``.

    Args:
        group: The section of the help.
    """
    return group(
        "--head",
        "heads",
        metavar="NAME=TASK[:LABELS]",
        multiple=True,
        callback=read_head_options,
        help="The task of one output, for a network with several heads; LABELS is a "
        "label file, or labels with commas between. Repeat for more.",
    )


def read_head_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, dict[str, Any]] | None:
    """Return by the output's name its task and labels; None means no head.

    Raises:
        click.BadParameter: A text has another form, or its label file cannot be read.
    """
    heads: dict[str, dict[str, Any]] = {}
    for text in values:
        name, equals, task, labels = _parts(text)
        if not equals or not name.strip() or not task:
            raise click.BadParameter(
                f"{text!r} is not NAME=TASK or NAME=TASK:LABELS, like "
                "gender=classification:female,male."
            )
        if task not in TASKS:
            raise click.BadParameter(unknown_name("task", task, TASKS))
        head: dict[str, Any] = {"task": task}
        if labels:
            head["labels"] = _labels(labels)
        if name.strip() in heads:
            raise click.BadParameter(f"The head '{name.strip()}' is named twice.")
        heads[name.strip()] = head
    return heads or None


def _parts(text: str) -> tuple[str, str, str, str]:
    """Return name, equals sign, task and labels; a name may hold "=" itself."""
    splits = [i for i, letter in enumerate(text) if letter == "="]
    for i in splits:
        task, _, labels = text[i + 1 :].partition(":")
        if task in TASKS:
            return text[:i], "=", task, labels
    name, equals, rest = text.partition("=")
    task, _, labels = rest.partition(":")
    return name, equals, task, labels


def _labels(text: str) -> list[str]:
    if "," in text and not Path(text).exists():
        return [label.strip() for label in text.split(",")]
    from ..runtime.labels import read_labels

    try:
        return list(read_labels(Path(text)))
    except EdgeVisionError as error:
        raise click.BadParameter(str(error)) from error
