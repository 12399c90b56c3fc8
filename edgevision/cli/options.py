"""Options and small manners that several commands share."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


class Percentage(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Read ``1%`` as 0.01; a bare number is refused, because it could be either."""

    name = "percentage"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the share, 0..1."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", str(value))
        if match is None or not 0 <= float(match[1]) <= 100:
            self.fail(f"{value!r} is not a percentage between 0% and 100%.", param, ctx)
        return float(match[1]) / 100


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn the library's ``ValueError`` for a wrong call into exit code 2."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def echo_json(data: Any) -> None:
    """Print one machine-readable object on stdout."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def _named_values(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, Any] | None:
    """Read ``NAME=VALUE`` texts; values are JSON where they can be, else texts."""
    options: dict[str, Any] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"{text!r} is not NAME=VALUE, like head=yolov8.")
        try:
            options[name.strip()] = json.loads(value)
        except ValueError:
            options[name.strip()] = value
    return options or None


decoder_option = click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_named_values,
    help="An option of the decoder, like head=yolov8; repeatable.",
)
"""For commands that open a model: what the tensors cannot prove about the outputs."""


def _own_profile(
    context: click.Context, _parameter: click.Parameter, path: str | None
) -> str | None:
    """Check the profile and let it count until the command ends."""
    if not path:
        return None
    from ..devices import profile
    from ..devices.profile_choice import PROFILE_VARIABLE

    profile.read(path)
    before = os.environ.get(PROFILE_VARIABLE)
    os.environ[PROFILE_VARIABLE] = os.path.abspath(path)

    def restore() -> None:
        os.environ.pop(PROFILE_VARIABLE, None)
        if before is not None:
            os.environ[PROFILE_VARIABLE] = before

    context.call_on_close(restore)
    return path


profile_option: Callable[[Any], Any] = click.option(
    "--profile",
    type=click.Path(),
    envvar="EDGEVISION_PROFILE",
    show_envvar=True,
    callback=_own_profile,
    expose_value=False,
    help="A profile file of your own, over the board's: threads, camera, figures.",
)
"""For commands that depend on the board."""


task_option = click.option(
    "--option",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_named_values,
    help="A choice of the task, like strides=[8,16]; repeatable (docs/training.md).",
)
"""For ``train``: choices that only one task has."""
