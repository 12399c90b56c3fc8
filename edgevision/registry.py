"""One registry shape for the whole project: name -> ``"module:attribute"``.

A registry is a plain dict literal of strings, so that listing names costs nothing and
the module behind a name is imported on first use.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
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


def lazy_names(
    package: str, table: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a package that names its public parts.

    A name's module is imported when the name is first asked for (PEP 562): on a small
    board an import costs more than a frame. Nothing is kept in the package, so that a
    test which replaces a module's attribute is seen everywhere.

    Args:
        package: The package's ``__name__``.
        table: Module of the package -> the names in it that others may use,
            with spaces between.
    """
    modules = {
        name: module for module, names in table.items() for name in names.split()
    }

    def get(name: str) -> Any:
        try:
            module = modules[name]
        except KeyError:
            raise AttributeError(
                f"module '{package}' has no attribute '{name}'"
            ) from None
        return getattr(importlib.import_module(f"{package}.{module}"), name)

    return get, lambda: sorted(modules)
