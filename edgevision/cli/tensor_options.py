"""Options about single tensors: ``--head`` for an output, ``--input`` for an input."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..card import TASKS
from ..errors import EdgeVisionError, unknown_name
from .options import model as model_section


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


def input_values_option(
    words: str,
    *,
    group: Callable[..., Callable[[Any], Any]] = model_section,
    takes_files: bool = False,
) -> Callable[[Any], Any]:
    """Return ``--input NAME=VALUE`` with this help; its value is named ``inputs``.

    Args:
        words: The help.
        group: The section of the help.
        takes_files: The value may be the place of a file.
    """
    return group(
        "--input",
        "inputs",
        metavar="NAME=VALUE",
        multiple=True,
        callback=_input_places if takes_files else _input_values,
        help=words,
    )


def _input_places(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, Any] | None:
    """Read ``NAME=VALUE`` texts: numbers, or the place of a file."""
    numbers: list[str] = []
    places: dict[str, str] = {}
    for text in values:
        # A place may hold "=", and so may a layer's name: a file that exists decides.
        name, place = next(
            (
                (text[:i], text[i + 1 :])
                for i, letter in enumerate(text)
                if letter == "=" and _is_place(text[i + 1 :])
            ),
            ("", ""),
        )
        if not name.strip():
            numbers.append(text)
        elif name.strip() in places:
            raise click.BadParameter(f"The input '{name.strip()}' is named twice.")
        else:
            places[name.strip()] = place
    try:
        read = _input_values(context, parameter, tuple(numbers)) or {}
    except click.BadParameter as error:
        raise click.BadParameter(
            f"{error.message} A file may stand there as well: NAME=vector.npy, "
            "NAME=picture.jpg or NAME=@MODEL.tflite:picture.jpg."
        ) from error
    twice = next((name for name in read if name in places), None)
    if twice is not None:
        raise click.BadParameter(f"The input '{twice}' is named twice.")
    return {**read, **places} or None


def _is_place(text: str) -> bool:
    return text.startswith("@") or text.lower().endswith(".npy") or os.path.isfile(text)


def _input_values(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, Any] | None:
    """Read ``NAME=VALUE`` texts: a number, numbers with commas, or LOW..HIGH."""
    inputs: dict[str, Any] = {}
    for text in values:
        # A layer's name may hold "="; a number cannot.
        name, equals, value = text.rpartition("=")
        numbers = [part.strip() for part in re.split(r"\.\.|,", value)]
        try:
            read = [float(part) for part in numbers]
        except ValueError:
            read = []
        is_range = ".." in value
        if not equals or not name.strip() or not read or (is_range and len(read) != 2):
            raise click.BadParameter(
                f"{text!r} is not NAME=NUMBER, NAME=NUMBER,NUMBER,... or "
                "NAME=LOW..HIGH, like speed=0.4."
            )
        if not all(map(math.isfinite, read)):
            raise click.BadParameter(f"{text!r} does not state finite numbers.")
        if name.strip() in inputs:
            raise click.BadParameter(f"The input '{name.strip()}' is named twice.")
        inputs[name.strip()] = (
            value.strip() if is_range else read[0] if len(read) == 1 else read
        )
    return inputs or None
