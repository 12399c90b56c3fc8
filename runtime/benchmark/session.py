"""Run a whole benchmark: open models, measure them in turns, return the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ...devices.health import HealthReader
from .make_record import make_record
from .measurement import Plan, measure
from .opened_model import (
    DEFAULT_SOURCE,
    open_for_measuring,
    read_pictures,
    settings_for,
)
from .record import BenchmarkRecord

FLOAT_SUFFIXES: Final = (".float", "_float", "-float")


def float_twin(path: Path) -> Path | None:
    """Return the float model beside a converted one; None when there is none."""
    for suffix in FLOAT_SUFFIXES:
        twin = path.with_name(f"{path.stem}{suffix}{path.suffix}")
        if twin.is_file():
            return twin
    return None


def run(
    paths: Sequence[Path],
    *,
    source: str | None = None,
    bare: bool = False,
    threads: Sequence[int | str | None] = (None,),
    backends: Sequence[str | None] = (None,),
    delegates: Sequence[str | None] = (None,),
    against: Path | None = None,
    plan: Plan | None = None,
    options: Mapping[str, Any] | None = None,
    on_progress: Callable[[float, str], None] | None = None,
) -> BenchmarkRecord:
    """Measure every model with every setting, in turns, and return the record.

    Args:
        paths: Model files.
        source: Where pictures come from; None means synthetic scenes.
        bare: Only the interpreter, on random values.
        threads: Numbers or ``auto``; None means the runtime's rule.
        backends: Names; None means the first that is installed.
        delegates: Names or paths; None means the backend's default.
        against: The float model to compare with, with every setting; for a single
            model the one that ``convert --keep-float`` left is taken.
        plan: How long to measure.
        options: More options for opening a model, such as ``normalize``.
        on_progress: Called with the share that is done, 0..1, and a word about the
            current step.

    Raises:
        ModelError: A model cannot be run.
        SourceError: The source cannot be read.
        ValueError: A setting is out of range.
    """
    plan = plan or Plan()
    settings = settings_for(
        paths, threads=threads, backends=backends, delegates=delegates
    )
    twin = against or (float_twin(paths[0]) if len(paths) == 1 else None)
    pairs: list[tuple[int, int]] = []
    if twin is not None:
        # With every setting: a comparison of two threads with one says nothing.
        rest = [one for one in settings if one.path.resolve() != twin.resolve()]
        floats = settings_for(
            [twin], threads=threads, backends=backends, delegates=delegates
        )
        settings = rest + floats
        pairs = [
            (number, len(rest) + floats.index(replace(one, path=twin)))
            for number, one in enumerate(rest)
        ]
    pictures = None if bare else read_pictures(source or DEFAULT_SOURCE)
    with ExitStack() as stack:
        opened = []
        for one in settings:
            model = open_for_measuring(one, pictures, options or {})
            stack.callback(model.close)
            opened.append(model)
        reader = stack.enter_context(HealthReader())
        measurement = measure(
            [workload for model in opened for workload in model.workloads],
            plan,
            health=reader.read,
            on_progress=on_progress,
        )
        return make_record(opened, measurement, plan, pictures=pictures, against=pairs)
