"""``edgevision benchmark``: how fast a model is here, and whether to believe it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ...errors import EdgeVisionError
from ...files import refuse_existing, write_text
from ..options import echo_json, normalize_option, profile_option, usage_errors

_KINDS = (".json", ".html", ".csv")


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


def _reports(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Path, ...]:
    paths = tuple(Path(value) for value in values)
    for path in paths:
        if path.suffix not in _KINDS:
            raise click.BadParameter(
                f"{path} must end in {', '.join(_KINDS[:-1])} or {_KINDS[-1]}."
            )
    return paths


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
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_reports,
    metavar="FILE",
    help="Write the record: .json, .html or .csv; repeat for several.",
)
@click.option("--force", is_flag=True, help="Replace reports that exist.")
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
    trusted.
    """
    from ...runtime.benchmark import Plan, run
    from ...runtime.benchmark import text as benchmark_text

    if bare and source:
        raise click.UsageError("--bare takes no pictures; leave --source out.")
    for path in reports:
        refuse_existing(path, force=force)
    with usage_errors(), _progress() as progress:
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
            progress=progress,
        )
    for path in reports:
        write_text(path, _render(record, path.suffix), force=force)
        click.echo(f"Wrote {path}", err=True)
    if as_json:
        echo_json(record)
    else:
        click.echo("\n".join(benchmark_text.lines(record)))


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
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


def _render(record: dict[str, Any], suffix: str) -> str:
    from ...runtime.benchmark import page as benchmark_page

    if suffix == ".json":
        return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"
    if suffix == ".html":
        return benchmark_page.render(record)
    if suffix == ".csv":
        return benchmark_page.to_csv(record)
    raise EdgeVisionError(f"A report must end in {', '.join(_KINDS)}, got {suffix!r}.")
