"""``edgevision benchmark``: how fast models are here, and how certain that is."""

from __future__ import annotations

from pathlib import Path

import click

from ...errors import EdgeVisionError
from ...files import refuse_existing
from ..options import (
    common,
    echo_json,
    force_option,
    input_size_option,
    max_pixels_option,
    normalize_option,
    output,
    profile_option,
    reports_option,
    speed,
    usage_errors,
)
from ..options import model as model_options
from ..paths import ModelPath
from ..process import ending_when_hanging
from ..progress import measuring_bar
from ..reports import write_reports
from ..run_options import max_invoke_option
from ..terminal import say
from ..usage import command


def _threads(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[int | str | None, ...]:
    counts: list[int | str | None] = []
    for text in (value or "").split(","):
        word = text.strip()
        if word == "auto":
            counts.append(word)
        elif word.isdigit() and int(word) > 0:
            counts.append(int(word))
        elif word or value:
            raise click.BadParameter(
                f"{word!r} is neither a number of at least 1 nor auto; several are "
                "joined by commas: 1,2,4,auto."
            )
    return tuple(counts) or (None,)


@command(
    examples=(
        "edgevision benchmark net.tflite",
        "edgevision benchmark a.tflite b.tflite --report both.html",
        "edgevision benchmark net.tflite --threads 1,2,4,auto --report pi5.json",
    ),
)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...", type=ModelPath())
@common(
    "--source",
    "-s",
    metavar="SOURCE",
    help="The pictures to run on: a file, a folder, a clip or a camera.",
    shown_default="synthetic pictures",
)
@common(
    "--bare",
    is_flag=True,
    help="Measure only the interpreter, on random values instead of pictures.",
)
@common(
    "--max-seconds",
    type=click.FloatRange(0.1),
    default=20.0,
    metavar="SECONDS",
    help="The longest time for each model and setting; it ends earlier when its median "
    "is known within 2 %.",
)
@common(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    metavar="MINUTES",
    help="Measure for this long in all, to see the effect of heat.",
)
@speed(
    "--threads",
    callback=_threads,
    metavar="N,...",
    help="Inference threads, such as 4, or several to compare: 1,2,4,auto.",
    shown_default="as the board's profile says",
)
@speed(
    "--backend",
    "backends",
    multiple=True,
    metavar="PACKAGE",
    help="The interpreter's package; repeat to compare several.",
    shown_default="the one that is installed",
)
@speed(
    "--delegate",
    "delegates",
    multiple=True,
    metavar="NAME",
    help="Hardware or kernels that compute the model; repeat to compare several.",
)
@model_options(
    "--against",
    type=ModelPath(),
    metavar="FILE.tflite",
    help="The float model to compare with.",
    shown_default="the one that convert --keep-float wrote beside MODEL",
)
@normalize_option
@input_size_option
@profile_option
@reports_option
@force_option
@max_invoke_option
@max_pixels_option
@output("--json", "as_json", is_flag=True, help="Print the record on stdout.")
def benchmark(
    models: tuple[str, ...],
    source: str | None,
    bare: bool,
    threads: tuple[int | str | None, ...],
    backends: tuple[str, ...],
    delegates: tuple[str, ...],
    against: str | None,
    max_seconds: float,
    minutes: float | None,
    normalize: str | None,
    input_size: tuple[int, int] | None,
    reports: tuple[Path, ...],
    force: bool,
    max_invoke: float | None,
    as_json: bool,
) -> None:
    """Measure the latency of models on this machine.

    Each MODEL is a .tflite file. All stages on pictures and the bare invoke are
    measured in turns, until the medians are known within 2 %. No sample is left out,
    and the record says when it is not to be trusted. With several models, the last line
    says which is faster.
    """
    from ...runtime.benchmark import Plan, is_record_file, record_to_json, run
    from ...runtime.benchmark.reports import record_csv, record_lines, record_page

    if bare and source:
        raise click.UsageError("--bare takes no pictures; leave --source out.")
    for model in models:
        if is_record_file(Path(model)):
            raise EdgeVisionError(
                f"{model} is no model: it is JSON, like the record of a benchmark. To "
                "compare two records, run: edgevision compare OLD.json NEW.json"
            )
    for path in reports:
        refuse_existing(path, force=force)
    with (
        usage_errors(),
        measuring_bar() as on_progress,
        ending_when_hanging(max_invoke),
    ):
        record = run(
            [Path(model) for model in models],
            source=source,
            bare=bare,
            threads=threads,
            backends=backends or (None,),
            delegates=delegates or (None,),
            against=Path(against) if against else None,
            plan=Plan(max_seconds=max_seconds, minutes=minutes),
            options={
                name: value
                for name, value in (
                    ("normalize", normalize),
                    ("input_size", input_size),
                )
                if value is not None
            },
            on_progress=on_progress,
        )
    makers = {
        ".json": lambda: record_to_json(record),
        ".html": lambda: record_page(record),
        ".csv": lambda: record_csv(record),
    }
    write_reports(reports, makers, force=force)
    if as_json:
        echo_json(record_to_json(record))
    else:
        say(*record_lines(record))
