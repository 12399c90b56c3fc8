"""The check that a model file must pass before it is opened: :func:`admit`.

It has three steps: the hash, against a checksum file beside the model or an earlier
verdict; bounds and sense of the file, in Python; a first load and invoke in a child
process with a time limit. A good verdict is kept by the file's hash and the backend, so
the second opening costs the hash alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ....errors import ModelError
from ...tflite import ModelFile
from .known_settings import CHECKSUM_FILES
from .trial import try_in_child
from .verdicts import is_admitted, keep_verdict, verdict_key

if TYPE_CHECKING:
    from ...process import SealedFile
    from ..run_shapes import RunShapes


def admit(
    path: str | os.PathLike[str],
    *,
    content: SealedFile | None = None,
    trust: bool = False,
    backend: str | type | None = None,
    delegate: str | os.PathLike[str] | None = None,
    shapes_of: Callable[[ModelFile], RunShapes | None] = lambda _: None,
) -> ModelFile:
    """Check a model file and return it, or raise the reason why it is not opened.

    Args:
        path: The model's file.
        content: Its bytes, where they were read already.
        trust: Skip the child process; the file is still checked in Python.
        backend: What will run it; None means the first that is installed.
        delegate: Hardware inside the backend; a file that was compiled for some runs
            nowhere else.
        shapes_of: Called with the file once its bounds are checked; returns the shapes
            to run it with, None for its own. What it raises travels on.

    Raises:
        ModelError: The file is damaged, is not the one that a checksum names, does not
            fit the backend, or crashes or hangs it.
        MissingDependencyError: No backend is installed.
    """
    model = ModelFile.open(path) if content is None else ModelFile.of(content)
    # Before earlier verdicts: none of them knows what a checksum file says.
    check_hash(model)
    key = verdict_key(model.sha256, backend, delegate)
    known = is_admitted(key)
    if not known:
        # Imported here: a model that is known costs its hash and nothing else.
        from ...tflite import check_model

        check_model(model)
    shapes = shapes_of(model)
    if shapes is not None:
        import hashlib

        # What runs with one size may crash with another.
        sizes = hashlib.sha256(repr(shapes.inputs).encode()).hexdigest()
        key = f"{key}-{sizes[:16]}"
        known = is_admitted(key)
    if known or trust:
        return model
    verdict = try_in_child(model, backend=backend, delegate=delegate, shapes=shapes)
    if not verdict.ok:
        words = verdict.words
        if shapes is not None and shapes.notes:
            words += f" {shapes.notes[0]} Convert it again for one picture at a time."
        raise ModelError(words)
    keep_verdict(key)
    return model


def remember(path: str | Path, *, backend: str | type | None = None) -> None:
    """Write down that a file may be opened, because this process wrote and ran it.

    Args:
        path: The model's file.
        backend: What ran it.
    """
    keep_verdict(verdict_key(ModelFile.open(path).sha256, backend))


def check_hash(model: ModelFile) -> str:
    """Compare a model with the checksum file beside it.

    A checksum file is ``NAME.sha256``, or ``SHA256SUMS`` in the same folder, as the
    ``sha256sum`` command writes it.

    Returns:
        The name of the checksum file that vouches for the model; empty without one.

    Raises:
        ModelError: The checksum file names another hash.
    """
    folder = model.path.parent
    for place in (f"{model.name}.sha256", *CHECKSUM_FILES):
        expected = _checksum(folder / place, model.name)
        if expected is None:
            continue
        if expected != model.sha256:
            raise ModelError(
                f"{model.path} is not the file that {place} names: its SHA-256 is "
                f"{model.sha256[:12]}... where {expected[:12]}... was expected. "
                "Copy it again."
            )
        return place
    return ""


def _checksum(path: Path, name: str) -> str | None:
    """Return the hex digest that a checksum file has for a name; None means none."""
    try:
        # Before opening: a named pipe would block.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            text = file.read(2**20).decode("utf-8", "replace")
    except OSError:
        return None
    for line in text.splitlines():
        digest, _, rest = line.strip().partition(" ")
        listed = rest.strip().removeprefix("*").rpartition("/")[2]
        # NAME.sha256 may hold the digest alone.
        if len(digest) == 64 and (listed == name or (not listed and "\n" not in text)):
            return digest.lower()
    return None
