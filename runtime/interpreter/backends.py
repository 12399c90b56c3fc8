"""Find and import the package that interprets a ``.tflite``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import Any, Final, NamedTuple

from ...errors import MissingDependencyError, unknown_name

BACKENDS: Final[dict[str, str]] = {
    "ai-edge-litert": "ai_edge_litert.interpreter:Interpreter",
    "tflite-runtime": "tflite_runtime.interpreter:Interpreter",
}


class Backend(NamedTuple):
    """One imported backend.

    Attributes:
        name: The package's name on the index; for a class that the host handed in, its
            module's top name.
        version: The package's version, or "unknown".
        module: Where the class lives; has ``OpResolverType`` and ``load_delegate``.
        interpreter: The interpreter class.
    """

    name: str
    version: str
    module: Any
    interpreter: Any


def installed_backends() -> tuple[str, ...]:
    """Return the names of the backends that are installed, without importing them."""
    return tuple(
        name
        for name, target in BACKENDS.items()
        if importlib.util.find_spec(target.partition(".")[0]) is not None
    )


def find_backend(backend: str | type | None = None) -> Backend:
    """Import a backend.

    Args:
        backend: A name from ``BACKENDS``; an interpreter class that the host hands in
            (TensorFlow's own); None means the first that is installed.

    Raises:
        MissingDependencyError: None is installed, or it cannot be imported.
        ValueError: An unknown name.
    """
    if isinstance(backend, type):
        module = _home(backend)
        top = module.__name__.partition(".")[0]
        return Backend(top, _version(top), module, backend)
    if backend is not None and backend not in BACKENDS:
        raise ValueError(unknown_name("backend", backend, BACKENDS))
    present = installed_backends()
    name = backend or (present[0] if present else "")
    if name not in present:
        raise MissingDependencyError(_missing(name))
    where, _, attribute = BACKENDS[name].partition(":")
    top = where.partition(".")[0]
    if name == "tflite-runtime" and _needs_old_numpy(top):
        raise MissingDependencyError(_OLD_NUMPY)
    try:
        if name == "tflite-runtime":
            module = _import_apart(where)
        else:
            module = importlib.import_module(where)
    except (ImportError, SystemError, AttributeError, OSError) as error:
        raise MissingDependencyError(
            f"{name} is installed, but cannot be imported: {error}. {_hint()}"
        ) from error
    return Backend(name, _version(top), module, getattr(module, attribute))


def _import_apart(where: str) -> Any:
    """Import a module in a thread of its own.

    tflite-runtime's arm64 wheel switches subnormal numbers off in the thread that loads
    it: NumPy warns then, and the user's own arithmetic gives other numbers. Each thread
    has a floating-point state of its own; that one ends with its thread.

    Raises:
        BaseException: Whatever the import raises.
    """
    if where in sys.modules:
        return sys.modules[where]
    import threading

    failed: list[BaseException] = []

    def load() -> None:
        try:
            importlib.import_module(where)
        except BaseException as error:  # a thread's boundary: it travels on
            failed.append(error)

    thread = threading.Thread(target=load, name="edgevision-import")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return sys.modules[where]


def _home(interpreter: type) -> Any:
    """Return the module with what belongs to a class, which may be derived from it."""
    modules = [sys.modules[base.__module__] for base in interpreter.__mro__]
    return next((x for x in modules if hasattr(x, "OpResolverType")), modules[0])


_TFLITE_RUNTIME_ENDS: Final = (3, 12)

_OLD_NUMPY = (
    "tflite-runtime 2.14 was built for NumPy 1 and dies with NumPy 2, which is "
    "installed. Run: pip install 'numpy<2', or pip install ai-edge-litert"
)


def _needs_old_numpy(top: str) -> bool:
    """Return whether this tflite-runtime crashes with the NumPy that is installed."""
    import numpy as np

    if int(np.__version__.partition(".")[0]) < 2:
        return False
    # Rebuilt wheels of later versions exist that work with NumPy 2. The package's own
    # __init__ holds its version and imports nothing.
    numbers = _version(top).split(".")[:2]
    try:
        major, minor = (int(number) for number in numbers)
    except ValueError:
        return False
    return (major, minor) <= (2, 14)


def _version(top: str) -> str:
    return str(getattr(importlib.import_module(top), "__version__", "unknown"))


def _missing(name: str) -> str:
    what = f"the backend {name}" if name else "a TFLite interpreter"
    hint = _hint_for_chosen(name) if name else _hint()
    return f"Running a model needs {what}, which is not installed. {hint}"


def _hint_for_chosen(name: str) -> str:
    """Return how the backend that a user asked for is installed, or what to use."""
    present = installed_backends()
    instead = f"leave out --backend to use {present[0]}" if present else _hint()
    if name != "tflite-runtime":
        return f"Run: pip install {name}" + (f", or {instead}" if present else "")
    if sys.version_info >= _TFLITE_RUNTIME_ENDS:
        python = ".".join(map(str, sys.version_info[:2]))
        return f"It has no wheel for Python {python}: {instead}."
    return f"Run: pip install tflite-runtime==2.14.0 'numpy<2', or {instead}."


def _hint() -> str:
    from ...devices.detect import interpreter_hint

    return interpreter_hint()
