"""Where a converted file comes from: the source model's digest, versions, seed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ... import __version__
from ..build import Compatibility
from ..child import Request


def provenance(request: Request, compatibility: Compatibility) -> dict[str, Any]:
    """Return where a file comes from, as its card says it."""
    import keras
    import tensorflow as tf

    return {
        "model": request.model_name,
        "model_sha256": _model_digest(request.model),
        "edgevision": __version__,
        "tensorflow": str(tf.__version__),
        "keras": str(keras.__version__),
        "minimum_runtime": compatibility.minimum_runtime,
        "target": request.options.target,
        "seed": request.options.seed,
    }


def model_size(path: Path) -> int:
    """Return the bytes of a file, or of a folder's files."""
    files = [path] if path.is_file() else path.rglob("*")
    return sum(item.stat().st_size for item in files if item.is_file())


def _model_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of a folder's files in order."""
    digest = hashlib.sha256()
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*"))
    for item in files:
        if item.is_file():
            with item.open("rb") as stream:
                for piece in iter(lambda: stream.read(2**20), b""):
                    digest.update(piece)
    return digest.hexdigest()
