"""One registry shape for the whole project: name -> ``"module:attribute"``.

A registry is a plain dict literal of strings, so that listing names costs nothing and
the module behind a name is imported on first use. Somebody else's class stands beside
it: by an entry point, or by ``package.module:Class`` or ``./file.py:Class``.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from .errors import EdgeVisionError, unknown_name

# Compiled on first use: start-up counts.
_OWN: Final = (
    r"((?:[^:?]*\.py|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+):[A-Za-z_]\w*)(?:$|:|(?=\?))(.*)"
)


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
    return load(target)


def load(target: str) -> Any:
    """Import and return what ``"module:attribute"`` names."""
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def split_own(text: str) -> tuple[str, str] | None:
    """Split ``./file.py:Class:rest`` or ``package.module:Class:rest`` before the rest.

    Returns:
        The class's place and the rest; None means that the text names no class.

    Example:
        >>> split_own("./lamp.py:Lamp:kitchen?pin=4")
        ('./lamp.py:Lamp', 'kitchen?pin=4')
        >>> split_own("lights.lamp:Lamp?pin=4")
        ('lights.lamp:Lamp', '?pin=4')
        >>> split_own("jsonl:out.jsonl") is None
        True
    """
    match = re.fullmatch(_OWN, text)
    return (match[1], match[2]) if match else None


def load_own(kind: str, place: str, *, error: type[EdgeVisionError]) -> Any:
    """Import and return the class at ``./file.py:Class`` or ``package.module:Class``.

    Args:
        kind: What the class is to be, in the singular; used in the error.
        place: The file or the module, and the class.
        error: The error to raise.

    Raises:
        EdgeVisionError: There is no such file, module or class, or its own code fails.
    """
    where, _, attribute = place.rpartition(":")
    try:
        module = _load_file(where) if where.endswith(".py") else _load_module(where)
        return vars(module)[attribute]
    except KeyError:
        raise error(
            f"Cannot load the {kind} {place}: no '{attribute}' there."
        ) from None
    # Somebody else's code runs here, and may fail in any way.
    except Exception as failure:
        reason = f"{type(failure).__name__}: {failure}"
        if isinstance(failure, FileNotFoundError):
            reason = f"there is no file {where}"
        raise error(f"Cannot load the {kind} {place}: {reason}.") from failure


def load_entry_point(
    kind: str, name: str, *, group: str, error: type[EdgeVisionError]
) -> Any:
    """Import and return what an installed package offers under a name, or None.

    The installed packages are searched, which takes a while: ask only for a name that
    no table has.

    Args:
        kind: What is looked for, in the singular; used in the error.
        name: The name.
        group: The group of entry points, such as ``edgevision.sinks``.
        error: The error to raise.

    Raises:
        EdgeVisionError: Its code cannot be imported.
    """
    from importlib.metadata import entry_points

    for point in entry_points(group=group, name=name):
        return load_own(kind, point.value, error=error)
    return None


def _load_module(name: str) -> Any:
    return importlib.import_module(name)


def _load_file(path: str) -> Any:
    import importlib.util
    import sys
    from pathlib import Path

    whole = str(Path(path).resolve())
    name = f"edgevision_own_{Path(path).stem}"
    known = sys.modules.get(name)
    if known is not None and known.__file__ == whole:
        return known
    spec = importlib.util.spec_from_file_location(name, whole)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # the file's own dataclasses look for it there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


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
