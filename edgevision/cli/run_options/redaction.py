"""Options of ``run`` that cover what must not be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from ..options import usage_errors
from ..parameter_types import InvokeTime
from ..paths import ModelPath
from ..usage import section

if TYPE_CHECKING:
    from ...runtime.model import PictureModel
    from ...runtime.redaction import RedactionSettings, RedactStage

_redaction = section("Redaction")
_STYLES: Final = ("blur", "fill", "pixelate")


def redaction_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--redact`` and what goes with it to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def take_redaction(options: dict[str, Any]) -> RedactionSettings | None:
    """Take the options of this module out of all options, and return what they say.

    Args:
        options: The options of a command, by name.

    Returns:
        The settings; None where nothing is to be covered.

    Raises:
        UsageError: A zone cannot be read, or an option goes with another one.
    """
    labels, zones = options.pop("redact"), options.pop("redact_zones")
    more = {name: options.pop(f"redact_{name}") for name in ("style", "hold", "model")}
    more = {name: value for name, value in more.items() if value is not None}
    if labels is None and not zones:
        for name in more:
            raise click.UsageError(
                f"--redact-{name} goes with --redact LABEL or --redact-zone ZONE."
            )
        return None
    from ...runtime.redaction import RedactionSettings, read_zone

    with usage_errors():
        return RedactionSettings(
            labels=tuple(one.strip() for one in (labels or "").split(",") if labels),
            zones=tuple(read_zone(text) for text in zones),
            **more,
        )


def open_redaction(settings: RedactionSettings, model: PictureModel) -> RedactStage:
    """Return the stage that does what some settings say.

    Args:
        settings: The settings.
        model: The run's model.

    Raises:
        UsageError: The model for redaction never reports one of the labels.
    """
    from ... import load_model
    from ...runtime.redaction import RedactStage, check_labels, most_things

    finder = load_model(settings.model) if settings.model else None
    try:
        with usage_errors():
            if not settings.labels:
                return RedactStage(settings)
            check_labels(finder or model, settings.labels)
            return RedactStage(settings, finder, most=most_things(finder or model))
    except BaseException:
        if finder is not None:
            finder.close()
        raise


_OPTIONS: Final = (
    _redaction(
        "--redact",
        metavar="LABEL[,LABEL...]",
        help="Cover these things in every picture before it is shown, written or "
        "sent: labels of the model, 'face' also for the heads of people with keypoints,"
        " 'all' for whatever it finds. A picture whose redaction fails is black.",
    ),
    _redaction(
        "--redact-zone",
        "redact_zones",
        multiple=True,
        metavar="ZONE",
        help="Always cover this part of the picture: two corners as X1,Y1,X2,Y2, or "
        "points as 'X,Y X,Y X,Y', shares of width and height. Repeat for more.",
    ),
    _redaction(
        "--redact-style",
        type=click.Choice(_STYLES),
        help="fill: black. blur and pixelate keep four colours at most of each area, "
        "softly or as squares.",
        shown_default="fill",
    ),
    _redaction(
        "--redact-hold",
        type=InvokeTime(),
        metavar="TIME",
        help="How long a thing stays covered that the model misses.",
        shown_default="1s",
    ),
    _redaction(
        "--redact-model",
        type=ModelPath(),
        metavar="FILE.tflite",
        help="A model that finds what --redact names, if it is not MODEL: a face "
        "detector, say.",
    ),
)
