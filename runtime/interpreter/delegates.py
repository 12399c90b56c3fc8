"""Hardware or kernels inside a backend: by name, or as a shared library."""

from __future__ import annotations

import os
from typing import Any, Final

from ...errors import MissingDependencyError
from .backends import Backend

DELEGATES: Final = ("xnnpack", "none")
"""xnnpack: the backend's default kernels. none: its built-in ones, for comparison."""


def delegate_name(delegate: str | os.PathLike[str] | None) -> str:
    """Return the name or path of a delegate; None means the backend's default.

    Raises:
        ValueError: It is neither a known name nor a path.
    """
    if delegate is None:
        return DELEGATES[0]
    name = os.fspath(delegate)
    if name in DELEGATES or os.sep in name or ".so" in name or os.path.exists(name):
        return name
    raise ValueError(
        f"No delegate '{name}'. Known: {', '.join(DELEGATES)}, or the path of a "
        "delegate's shared library."
    )


def load_delegate(backend: Backend, path: str) -> Any:
    """Load a delegate's shared library.

    Raises:
        MissingDependencyError: It is absent, or does not work on this machine.
    """
    import ctypes

    try:
        # Looked at first: the backends' own loader leaves a half-made object behind
        # when this fails, whose end prints a traceback.
        _ = ctypes.CDLL(path).tflite_plugin_create_delegate
        return backend.module.load_delegate(path)
    except (OSError, ValueError, AttributeError) as error:
        reason = str(error).strip() or "it refused without a reason"
        raise MissingDependencyError(
            f"Cannot load the delegate {path}: {reason.rstrip('.')}. {_cure(path)}"
        ) from error


def _cure(path: str) -> str:
    if "edgetpu" in path:
        return (
            "Install Coral's runtime (libedgetpu) for this machine, or pass the path "
            "of its library. A file without _edgetpu in its name needs no delegate."
        )
    return (
        "Pass the path of a delegate library for this machine, or --delegate xnnpack "
        "for a file that was not compiled for other hardware."
    )
