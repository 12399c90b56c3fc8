"""``edgevision compare``: which is faster, and is the difference more than noise?"""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

from ...errors import BudgetError, EdgeVisionError
from ...files import refuse_existing
from ..options import (
    common,
    echo_json,
    force_option,
    json_option,
    max_pixels_option,
    normalize_option,
    reports_option,
    usage_errors,
)
from ..parameter_types import Percentage
from ..paths import InputPath
from ..process import ending_when_hanging
from ..progress import measuring_bar
from ..reports import write_reports
from ..run_options import max_invoke_option
from ..terminal import say
from ..usage import command, section

_models = section("When models are compared")
_FOR_MODELS = ("source", "bare", "max_seconds", "normalize", "max_invoke")


@command(
    examples=(
        "edgevision compare before.json after.json --max-slowdown 5%",
        "edgevision compare a.tflite b.tflite --report which.html",
    ),
)
@click.argument("old", type=InputPath())
@click.argument("new", type=InputPath())
@common(
    "--max-slowdown",
    type=Percentage(),
    default="5%",
    metavar="PERCENT",
    help="Exit with 3 when a median grew by more than this beyond doubt. Between two "
    "models there is a limit only when this is given.",
)
@_models(
    "--source",
    "-s",
    metavar="SOURCE",
    help="The pictures to run on.",
    shown_default="synthetic pictures",
)
@_models(
    "--bare",
    is_flag=True,
    help="Measure only the interpreter, on random values instead of pictures.",
)
@_models(
    "--max-seconds",
    type=click.FloatRange(0.1),
    default=20.0,
    metavar="SECONDS",
    help="The longest time for each model.",
)
@normalize_option
@max_invoke_option
@max_pixels_option
@reports_option
@force_option
@json_option
@click.pass_context
def compare(
    context: click.Context,
    old: str,
    new: str,
    max_slowdown: float,
    source: str | None,
    bare: bool,
    max_seconds: float,
    normalize: str | None,
    max_invoke: float | None,
    reports: tuple[Path, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Compare two records of 'benchmark', or two models.

    OLD and NEW are files of 'benchmark --report FILE.json', or .tflite files. Two
    models are measured in turns, as 'benchmark A B' does. Exits with 3 when NEW is
    slower than allowed beyond doubt: the 99.7 % interval of the ratio of the medians
    lies above the limit.
    """
    from ...runtime.benchmark import (
        Plan,
        compare_models,
        compare_records,
        is_model_file,
        read_record,
        run,
    )
    from ...runtime.benchmark.reports import (
        comparison_csv,
        comparison_lines,
        comparison_page,
    )

    models = [is_model_file(Path(path)) for path in (old, new)]
    if any(models) and not all(models):
        model, other = (old, new) if models[0] else (new, old)
        raise EdgeVisionError(
            f"{model} is a model and {other} is not; compare needs two models or two "
            f"records. To make a record, run: edgevision benchmark {model} --report "
            "FILE.json"
        )
    for name in _FOR_MODELS:
        if not all(models) and _was_given(context, name):
            option = name.replace("_", "-")
            raise click.UsageError(
                f"--{option} is for two models; a record is already measured. Leave "
                "it out."
            )
    if bare and source:
        raise click.UsageError("--bare takes no pictures; leave --source out.")
    for path in reports:
        refuse_existing(path, force=force)
    if all(models):
        with (
            usage_errors(),
            measuring_bar() as on_progress,
            ending_when_hanging(max_invoke),
        ):
            record = run(
                [Path(old), Path(new)],
                source=source,
                bare=bare,
                plan=Plan(max_seconds=max_seconds),
                options={} if normalize is None else {"normalize": normalize},
                on_progress=on_progress,
            )
        limit = max_slowdown if _was_given(context, "max_slowdown") else None
        comparison = compare_models(record, max_slowdown=limit)
    else:
        comparison = compare_records(
            read_record(Path(old)), read_record(Path(new)), max_slowdown=max_slowdown
        )
    makers = {
        ".json": comparison.to_dict,
        ".html": lambda: comparison_page(comparison),
        ".csv": lambda: comparison_csv(comparison),
    }
    write_reports(reports, makers, force=force)
    if as_json:
        echo_json(comparison.to_dict())
    else:
        say(*comparison_lines(comparison))
    for sentence in comparison.cautions:
        say(f"Caution: {sentence}", err=True)
    if comparison.too_slow:
        worst = comparison.too_slow[0]
        raise BudgetError(
            f"{worst.name} is {worst.ratio - 1:.1%} slower ({worst.old_ms:.3f} -> "
            f"{worst.new_ms:.3f} ms); the limit is {100 * max_slowdown:g} %. Look for "
            "what changed, or allow more with --max-slowdown."
        )


def _was_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is not ParameterSource.DEFAULT
