"""Defaults of the models' options in words, for the help of the commands."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import fields


def defaults_of(option: str) -> dict[str, float | int]:
    """Return decoder -> default, for the decoders that have the option.

    Args:
        option: The option's name in Python, such as ``score_threshold``.
    """
    from ..registry import resolve
    from ..runtime.decoders import DECODERS

    targets = {name: entry.target for name, entry in DECODERS.items()}
    defaults = {}
    for name in sorted(DECODERS):
        known = resolve("decoder", name, targets).Options()
        for field in fields(known):
            value = getattr(known, field.name)
            if field.name == option and isinstance(value, (int, float)):
                defaults[name] = value
    return defaults


def words_of(option: str) -> str:
    """Return the default of most decoders, then those of others with their names."""
    defaults = defaults_of(option)
    if not defaults:
        return ""
    usual = Counter(defaults.values()).most_common(1)[0][0]
    others: dict[float | int, list[str]] = {}
    for name, value in defaults.items():
        if value != usual:
            others.setdefault(value, []).append(name)
    return "; ".join(
        [
            f"{usual:g}",
            *(f"{v:g} for {', '.join(names)}" for v, names in others.items()),
        ]
    )


def then_default(option: str) -> str:
    """Return the default of an option of ``--then``."""
    from ..runtime.model import ThenOptions

    default = next(f.default for f in fields(ThenOptions) if f.name == option)
    return str(default)


def shown(option: str) -> Callable[[], str]:
    """Return a function that returns these words, for ``shown_default``."""
    return functools.partial(words_of, option)
