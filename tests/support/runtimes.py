"""What the installed interpreter lacks of a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from edgevision.runtime.interpreter import find_backend
from edgevision.runtime.tflite import RUNTIMES, ModelFile, missing_operators


def lacking(path: Path) -> tuple[str, ...]:
    """Return the operators of a file that the first installed runtime lacks."""
    backend = find_backend(None).name
    runtime = next(name for name in RUNTIMES if name.startswith(backend))
    return missing_operators(ModelFile.open(path).operators, runtime)


def skip_where_lacking(path: Path) -> None:
    """Skip a test of a file that the first installed runtime cannot run."""
    missing = lacking(path)
    if missing:
        pytest.skip(f"{find_backend(None).name} lacks {', '.join(missing)}")
