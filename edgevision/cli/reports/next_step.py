"""The command to run on a converted file, quoted for a shell."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...card import ModelCard


def next_step(path: Path, card: ModelCard, pictures: Path | None) -> str:
    """Return a command that works on a file just written.

    Args:
        path: The ``.tflite``.
        card: Its card.
        pictures: Where the pictures of the conversion came from; None without.
    """
    words = ["edgevision", "inspect", str(path)]
    if card.check:
        words.append("--check")
    if card.task == "generation":
        grid = path.with_suffix(".grid.png")
        words = ["edgevision", "generate", str(path), "-o", str(grid)]
    elif card.input is not None and card.task != "raw" and _is_source(pictures):
        words = _with_pictures(path, card, str(pictures))
    return shlex.join(words)


def _with_pictures(path: Path, card: ModelCard, pictures: str) -> list[str]:
    names = [item for item in Path(pictures).glob("*/") if item.is_dir()]
    if card.task == "embedding" and len(names) > 1:
        gallery = str(path.with_suffix(".npz"))
        return ["edgevision", "enroll", str(path), pictures, "-o", gallery]
    words = ["edgevision", "run", str(path), "--source", pictures]
    if card.task == "image":
        words += ["--sink", f"images:{path.with_suffix('')}-pictures"]
    return words


def _is_source(pictures: Path | None) -> bool:
    """Return whether ``--source`` takes it: a picture, or a folder that holds some."""
    from ...runtime.image import is_picture, list_pictures

    if pictures is None:
        return False
    if pictures.is_dir():
        return bool(list_pictures(pictures).paths)
    return pictures.is_file() and is_picture(pictures)
