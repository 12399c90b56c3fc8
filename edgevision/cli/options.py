"""Options and small manners that several commands share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


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


def named_values_option(words: str) -> Callable[[Any], Any]:
    """Return ``--option NAME=VALUE``, described in these words."""
    return click.option(
        "--option",
        "options",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_named_values,
        help=words,
    )


decoder_option = named_values_option(
    "An option of the decoder, like head=yolov8; repeatable."
)
"""For commands that open a model: what the tensors cannot prove about the outputs."""


task_option = named_values_option(
    "A choice of the task, like strides=[8,16]; "
    "repeatable (docs/reference/training.md)."
)
"""For ``train``: choices that only one task has."""


# For commands that open a model: how that is done.
normalize_option = click.option(
    "--normalize", help="How the model was trained; see 'inspect'."
)
resize_option = click.option(
    "--resize", help="stretch, letterbox or center-crop[:FRACTION]."
)
card_option = click.option(
    "--card", type=click.Path(), help="A model card, over the file's own."
)
trust_option = click.option(
    "--trust", is_flag=True, help="Open an unknown file without trying it first."
)
backend_option = click.option(
    "--backend", help="ai-edge-litert or tflite-runtime; default: installed."
)
delegate_option = click.option(
    "--delegate", help="xnnpack, none or a delegate library's path."
)

seed_option = click.option(
    "--seed", default=0, show_default=True, help="Of every random choice."
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object."
)


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
