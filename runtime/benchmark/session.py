"""Run a whole benchmark: open models, measure them in turns, return the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ...devices.health import HealthReader
from .case import DEFAULT_SOURCE, open_case, read_pictures, settings_for
from .measurement import Plan, measure
from .record import make_record

FLOAT_SUFFIXES: Final = (".float", "_float", "-float")


def float_twin(path: Path) -> Path | None:
    """Return the float model that lies beside a converted one, if it does."""
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
    progress: Callable[[float, str], None] | None = None,
) -> dict[str, Any]:
    """Measure every model with every setting, in turns, and return the record.

    Args:
        paths: Model files.
        source: Where pictures come from; synthetic scenes by default.
        bare: Only the interpreter, on made-up values.
        threads: Numbers, ``auto``, or None for the runtime's rule.
        backends: Names, or None for the first that is installed.
        delegates: Names or paths, or None for the backend's default.
        against: The float model to stand beside, with every setting; for a single
            model the one that ``convert --keep-float`` left is taken.
        plan: How long.
        options: More for opening a model, such as ``normalize``.
        progress: Takes the share that is done, 0..1, and what is being done.

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
        # The float model runs with every setting: two threads against one say nothing.
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
        cases = []
        for setting in settings:
            case = open_case(setting, pictures, options or {})
            stack.callback(case.close)
            cases.append(case)
        reader = stack.enter_context(HealthReader())
        course = measure(
            [lane for case in cases for lane in case.lanes],
            plan,
            health=reader.read,
            progress=progress,
        )
        return make_record(cases, course, plan, pictures=pictures, against=pairs)
