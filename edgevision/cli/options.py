"""Options that several commands share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from .parameter_types import Size
from .paths import InputPath
from .terminal import json_text
from .usage import names_of, section

common = section("Common")
model = section("Model: what its file does not say")
speed = section("Speed")
output = section("Output")
advanced = section("Advanced")


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn the library's ``ValueError`` for a wrong call into exit code 2."""
    try:
        yield
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def echo_json(data: Any) -> None:
    """Print one machine-readable object on stdout."""
    click.echo(json_text(data, indent=2))


def named_values(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, Any] | None:
    """Read ``NAME=VALUE`` texts; a value is read as JSON where it is JSON."""
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


def lambda_texts(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str] | None:
    """Read ``NAME=EXPRESSION`` texts."""
    texts: dict[str, str] = {}
    for value in values:
        # A layer's name may hold "=", and so may the arguments of an expression.
        head = value.partition("(")[0].rpartition("=")[0]
        name, text = head.strip(), value[len(head) + 1 :].strip()
        if not (name and text):
            raise click.BadParameter(
                f"{value!r} is not NAME=EXPRESSION, like 'scale=x / 127.5 - 1'."
            )
        if name in texts:
            raise click.BadParameter(f"The layer '{name}' is named twice.")
        texts[name] = text
    return texts or None


def named_values_option(
    words: str, *, group: Callable[..., Callable[[Any], Any]] = model
) -> Callable[[Any], Any]:
    """Return ``--option NAME=VALUE`` with this help.

    Args:
        words: The option's help.
        group: The section that it stands in.
    """
    return group(
        "--option",
        "options",
        multiple=True,
        metavar="NAME=VALUE",
        callback=named_values,
        help=words,
    )


decoder_option = named_values_option(
    "An option of the decoder, such as head=yolov8; repeat for more."
)
"""For commands that open a model: what the tensors cannot prove about the outputs."""


# For commands that open a model: how it is opened.
labels_option = model(
    "--labels",
    type=InputPath(),
    metavar="FILE",
    help="A label file, used instead of the model's own labels.",
)
normalize_option = model(
    "--normalize",
    metavar="RULE",
    help="The pixel values that the model was trained on: raw (0 to 255), unit (0 to "
    "1), signed (-1 to 1), torch, caffe or mean=..,std=..",
)
color_option = model(
    "--color",
    metavar="[rgb|bgr|gray]",
    help="The channel order that the model was trained on.",
    shell_complete=names_of("edgevision.card:COLORS"),
)
resize_option = model(
    "--resize",
    metavar="RULE",
    help="How a picture is brought to the input's size: stretch, letterbox or "
    "center-crop[:FRACTION].",
    shell_complete=names_of("edgevision.card:RESIZE_RULES"),
)
input_size_option = model(
    "--input-size",
    metavar="WxH",
    type=Size(),
    help="The size of the pictures, for a file that leaves it open or takes all pixels "
    "in one row.",
)
task_option = model(
    "--task",
    metavar="TASK",
    help="What the model does, such as detection.",
    shell_complete=names_of("edgevision.card:TASKS"),
)
names_of_decoders = names_of("edgevision.runtime.decoders.registry:DECODERS")
decoder_name_option = model(
    "--decoder",
    metavar="NAME",
    help="What turns the outputs into a result, such as yolo; where a model is run, "
    "also one of your own: ./file.py:CLASS or package.module:CLASS.",
    shell_complete=names_of_decoders,
)
card_option = advanced(
    "--card",
    type=InputPath(),
    metavar="FILE.json",
    help="A model card, used instead of the one in the model's file.",
)
trust_option = advanced(
    "--trust",
    is_flag=True,
    help="Open an unknown file without first trying it in a process of its own.",
)
backend_option = speed(
    "--backend",
    metavar="PACKAGE",
    help="The interpreter's package: ai-edge-litert or tflite-runtime.",
    shown_default="the one that is installed",
    shell_complete=names_of("edgevision.runtime.interpreter:BACKENDS"),
)
delegate_option = speed(
    "--delegate",
    metavar="NAME",
    help="Hardware or kernels that compute the model: xnnpack, none, or the path of a "
    "delegate's library.",
)

seed_option = advanced(
    "--seed",
    default=0,
    metavar="N",
    help="The random seed.",
)
json_option = output(
    "--json", "as_json", is_flag=True, help="Print one JSON object on stdout."
)


def _own_profile(
    context: click.Context, _parameter: click.Parameter, path: str | None
) -> str | None:
    """Check the profile, and use it until the command ends."""
    if not path:
        return None
    from ..devices import profile
    from ..devices.profile_choice import PROFILE_VARIABLE

    profile.read(path)
    _hold(context, PROFILE_VARIABLE, os.path.abspath(path))
    return path


def _hold(context: click.Context, variable: str, value: str) -> None:
    """Set an environment variable until the command ends."""
    before = os.environ.get(variable)
    os.environ[variable] = value

    def restore() -> None:
        os.environ.pop(variable, None)
        if before is not None:
            os.environ[variable] = before

    context.call_on_close(restore)


profile_option: Callable[[Any], Any] = speed(
    "--profile",
    type=InputPath(),
    metavar="FILE.toml",
    envvar="EDGEVISION_PROFILE",
    show_envvar=True,
    callback=_own_profile,
    expose_value=False,
    help="A device profile of your own, used instead of the board's: threads, camera, "
    "published figures.",
)
"""For commands that depend on the board."""


def _most_pixels(
    context: click.Context, _parameter: click.Parameter, text: str | None
) -> None:
    """Check the limit, and hold it until the command ends, in child processes too."""
    if not text:
        return
    from ..runtime.image.headers import MAX_PIXELS, parse_pixels

    try:
        parse_pixels(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    _hold(context, MAX_PIXELS, text)


max_pixels_option: Callable[[Any], Any] = advanced(
    "--max-pixels",
    metavar="N",
    envvar="EDGEVISION_MAX_PIXELS",
    show_envvar=True,
    callback=_most_pixels,
    expose_value=False,
    help="Pixels of a picture at most, such as 250M; also lets a small file hold a "
    "large picture.",
    shown_default="as memory and the size of the file allow",
)
"""For commands that read pictures."""

REPORT_KINDS: Final = (".json", ".html", ".csv")


def _report_paths(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Path, ...]:
    paths = tuple(Path(value) for value in values)
    for path in paths:
        if path.suffix not in REPORT_KINDS:
            raise click.BadParameter(
                f"{path} must end in {', '.join(REPORT_KINDS[:-1])} or "
                f"{REPORT_KINDS[-1]}."
            )
    return paths


reports_option: Callable[[Any], Any] = output(
    "--report",
    "reports",
    multiple=True,
    callback=_report_paths,
    metavar="FILE",
    help="Write a report: .json, .html or .csv; repeat for several.",
)
force_option: Callable[[Any], Any] = output(
    "--force", is_flag=True, help="Replace reports that exist."
)
