"""Open the models of ``--then``, and join them behind the first."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

import click

from ...errors import UnsupportedModelError
from ..terminal import say
from .flags import as_then_options

if TYPE_CHECKING:
    from ...runtime.model import PictureModel

# What the first model and the second one are opened with alike.
_SHARED: Final = ("threads", "backend", "delegate", "trust")
OF_SECOND: Final = ("level", "gallery")
"""Options of ``run`` that are about what is reported, so they are the second's."""


def join_models(
    first: PictureModel,
    seconds: Sequence[str],
    chosen: Mapping[str, Any],
    said: Mapping[str, Any],
) -> PictureModel:
    """Open the models of ``--then``, and join them behind the first in their order.

    Args:
        first: Closed here when something fails.
        seconds: Their files.
        chosen: How the first model is opened, and the options of :data:`OF_SECOND`.
        said: What the user says of the last of them: options of the pair, of opening
            the model, and of its decoder.

    How regions are cut and what is assumed of these models is said on standard error.

    Raises:
        UsageError: ``--level`` is no level of the last one's labels.
    """
    from ...runtime.model import ThenOptions
    from ...runtime.opening import OpenOptions, open_model

    pair = {field.name for field in fields(ThenOptions)}
    opening = {field.name for field in fields(OpenOptions)}
    joined = first
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: joined.close())
        for number, path in enumerate(seconds):
            kept = {name: chosen[name] for name in _SHARED if name in chosen}
            of_pair: dict[str, Any] = {}
            if number == len(seconds) - 1:
                kept |= {name: chosen[name] for name in OF_SECOND if name in chosen}
                of_pair = {k: v for k, v in said.items() if k in pair}
                rest = {k: v for k, v in said.items() if k not in pair}
                kept |= {k: v for k, v in rest.items() if k in opening}
                own = {k: v for k, v in rest.items() if k not in opening}
                kept |= {"options": own} if own else {}
            try:
                second = open_model(path, OpenOptions(**kept))
            except UnsupportedModelError as error:
                is_last = number == len(seconds) - 1
                raise UnsupportedModelError(_question(path, str(error), is_last)) from (
                    error
                )
            except ValueError as error:
                if "level" not in kept:
                    raise
                raise click.UsageError(
                    f"With --then, --level is the classifier's, whose labels are "
                    f"reported: for {path}, {error} The classifier's own labels are "
                    "changed by 'edgevision card --labels FILE'."
                ) from error
            stack.callback(second.close)
            both = joined.then(second, **of_pair)
            rule = both.cropper.rule
            say(f"Regions for {second.card.name}: {rule.describe()}.", err=True)
            for sentence in both.assumptions[len(joined.assumptions) :]:
                words = as_then_options(sentence)
                say(f"Assumed for {second.card.name}: {words}", err=True)
            joined = both
        stack.pop_all()
    return joined


def _question(path: str, question: str, is_last: bool) -> str:
    """Return what a file asks, with the flags that answer it behind ``--then``."""
    if is_last:
        return as_then_options(question)
    return (
        f"{question} --then-option is for the last model, and this is not the last: "
        f"write these flags into the file once, with edgevision card {path}."
    )
