"""One registry shape for the whole project: name -> ``"module:attribute"``.

A registry is a plain dict literal of strings, so that listing names costs nothing and
the module behind a name is imported on first use. Somebody else's class stands beside
it: by an entry point, or by ``package.module:Class`` or ``./file.py:Class``.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from .errors import EdgeVisionError, unknown_name

_T = TypeVar("_T")
# The packages (or files) of other people whose code was loaded here.
_own_packages: set[str] = set()

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
    if where.endswith(".py") and not os.path.isfile(where):
        raise error(f"Cannot load the {kind} {place}: there is no file {where}.")
    try:
        module = _load_file(where) if where.endswith(".py") else _load_module(where)
    # Somebody else's code runs here, and may fail in any way, or be a whole program.
    except (Exception, SystemExit) as failure:
        raise error(f"Cannot load the {kind} {place}: {_reason(failure)}.") from failure
    _own_packages.add(module.__name__.partition(".")[0])
    try:
        return getattr(module, attribute)
    except AttributeError:
        raise error(
            f"Cannot load the {kind} {place}: no '{attribute}' there."
        ) from None


def make_own(
    kind: str, place: str, make: Callable[[], _T], *, error: type[EdgeVisionError]
) -> _T:
    """Return what somebody else's class makes.

    Args:
        kind: What is made, in the singular; used in the error.
        place: The place of the class, or its name.
        make: Makes it.
        error: The error to raise.

    Raises:
        EdgeVisionError: Its own code fails.
    """
    try:
        return make()
    except EdgeVisionError:
        raise
    # Somebody else's code runs here, and may fail in any way, or be a whole program.
    except (Exception, SystemExit) as failure:
        raise error(f"Cannot make the {kind} {place}: {_reason(failure)}.") from failure


def own_fault(error: BaseException) -> str:
    """Return where somebody else's code failed, as ``FILE, line N``.

    Empty where an error passed through no such code: it is a fault of EdgeVision.
    """
    where, step = "", error.__traceback__
    while step is not None:
        module = str(step.tb_frame.f_globals.get("__name__"))
        if module.partition(".")[0] in _own_packages - {"edgevision"}:
            where = f"{step.tb_frame.f_code.co_filename}, line {step.tb_lineno}"
        step = step.tb_next
    return where


def _reason(failure: BaseException) -> str:
    where = own_fault(failure)
    return f"{type(failure).__name__}: {failure}{f' ({where})' if where else ''}"


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
        raise ImportError(f"{path} is no Python file")
    _own_packages.add(name)
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
