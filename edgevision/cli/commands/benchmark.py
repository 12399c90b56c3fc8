"""``edgevision benchmark``: how fast a model is here, and whether to believe it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ...errors import EdgeVisionError
from ...files import refuse_existing
from ..options import (
    echo_json,
    force_option,
    normalize_option,
    profile_option,
    reports_option,
    usage_errors,
)
from ..reports import write_reports


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


@click.command()
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "--source",
    "-s",
    help="Pictures to run on: a file, folder, clip or camera; synthetic if not given.",
)
@click.option("--bare", is_flag=True, help="Only the interpreter, on made-up values.")
@click.option(
    "--threads", callback=_threads, metavar="N,...", help="Such as 1,2,4,auto."
)
@click.option("--backend", "backends", multiple=True, help="Repeat for several.")
@click.option("--delegate", "delegates", multiple=True, help="Repeat for several.")
@click.option(
    "--against",
    type=click.Path(),
    help="The float model; found by itself where convert --keep-float left it.",
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(0.1),
    default=20.0,
    show_default=True,
    help="For each model and setting; less when its median is known within 2 %.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="Measure so long in all, to see what heat does.",
)
@normalize_option
@profile_option
@reports_option
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print the record on stdout.")
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
    reports: tuple[Path, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Measure the latency of models on this machine.

    All stages on real pictures and the bare invoke, in turns, until the medians are
    known within 2 %. No sample is left out, and the record says when it is not to be
    trusted. Several models end with the answer which of them is faster.
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
    with usage_errors(), progress_bar() as on_progress:
        record = run(
            [Path(model) for model in models],
            source=source,
            bare=bare,
            threads=threads,
            backends=backends or (None,),
            delegates=delegates or (None,),
            against=Path(against) if against else None,
            plan=Plan(max_seconds=max_seconds, minutes=minutes),
            options={} if normalize is None else {"normalize": normalize},
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
        click.echo("\n".join(record_lines(record)))


@contextmanager
def progress_bar() -> Iterator[Callable[[float, str], None]]:
    """Show a bar on stderr; nothing when it is not a terminal."""
    with click.progressbar(
        length=1000,
        label="Measuring",
        file=sys.stderr,
        show_pos=False,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        done = 0

        def show(share: float, what: str) -> None:
            nonlocal done
            bar.update(int(share * 1000) - done)
            done = int(share * 1000)

        yield show
