"""Sentences that name options of the command line, for people who write a file."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Final

from .description import ModelDescription

_OPTION: Final = re.compile(r"--([a-z]+(?:-[a-z]+)*)")
_OTHER_NAMES: Final = {"option": "options"}


def with_keys(sentence: str) -> str:
    """Return a sentence about a model, with what its options are called in a file.

    Args:
        sentence: As the runtime says it; it may name options such as ``--resize``.

    Example:
        >>> with_keys("Pass --resize letterbox.")
        'Pass --resize letterbox. In the file of an app: resize, below [model].'
        >>> with_keys("It has no outputs.")
        'It has no outputs.'
    """
    known = {field.name for field in fields(ModelDescription)}
    keys: list[str] = []
    for option in _OPTION.findall(sentence):
        key = option.replace("-", "_")
        key = _OTHER_NAMES.get(key, key)
        if key in known and key not in keys:
            keys.append(key)
    if not keys:
        return sentence
    return f"{sentence} In the file of an app: {', '.join(keys)}, below [model]."
