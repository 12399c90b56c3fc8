"""One registry shape for the whole project: name -> ``"module:attribute"``.

A registry is a plain dict literal of strings, so that listing names costs nothing and
the module behind a name is imported on first use.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from .errors import unknown_name


def resolve(kind: str, name: str, registry: Mapping[str, str]) -> Any:
    """Import and return what a registry holds under a name.

    Args:
        kind: What the registry holds, in the singular; used in the error.
        name: The name to look up.
        registry: Name -> ``"module:attribute"``.

    Raises:
        ValueError: The registry has no such name; the sentence lists those it has.
    """
    try:
        target = registry[name]
    except KeyError:
        raise ValueError(unknown_name(kind, name, registry)) from None
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)
