"""Open a data set with boxes in whatever format it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from ....errors import CalibrationError, unknown_name
from ....registry import resolve
from ....runtime.image import walk_files
from .box_set import BoxSet
from .registry import READERS

_LOOKED_AT: Final = 2000
_LINE: Final = re.compile(r"\d+(\s+-?[\d.eE+-]+){4,}\s*")


def read_boxes(
    place: str | Path,
    *,
    layout: str | None = None,
    labels: Sequence[str] | None = None,
    skip_bad: bool = False,
) -> BoxSet:
    """Read pictures with true boxes.

    Args:
        place: A folder, a ``.yaml`` (YOLO) or a ``.json`` (COCO).
        layout: yolo, coco or voc; None means what lies there.
        labels: One text per class; None means those of the data set.
        skip_bad: Leave out what is wrong instead of refusing the set.

    Raises:
        CalibrationError: Nothing is there, or something is wrong; the sentence names
            file and line.
        ValueError: There is no such layout.
    """
    root = Path(place)
    if layout is not None and layout not in READERS:
        raise ValueError(unknown_name("layout", layout, READERS))
    if not root.exists():
        raise CalibrationError(f"Cannot read {root}: no such file or folder.")
    layout = layout or find_layout(root)
    if layout is None:
        raise CalibrationError(
            f"{root} has no boxes: it holds no YOLO .txt files, no COCO .json and no "
            "VOC .xml files."
        )
    read = resolve("layout", layout, READERS)
    boxes: BoxSet = read(root, labels=labels, skip_bad=skip_bad)
    return boxes


def find_layout(root: Path) -> str | None:
    """Return the layout of a data set with boxes; None where there are none.

    COCO and VOC files cannot be anything else, so they go before texts.
    """
    if root.is_file():
        return {".json": "coco", ".yaml": "yolo", ".yml": "yolo"}.get(
            root.suffix.lower()
        )
    for path in islice(walk_files(root, ".json"), 200):
        head = _head(path, 200_000)
        if '"annotations"' in head and '"categories"' in _head(path, 2**24):
            return "coco"
    for path in islice(walk_files(root, ".xml"), _LOOKED_AT):
        if "<annotation" in _head(path, 4096):
            return "voc"
    for path in islice(walk_files(root, ".txt"), _LOOKED_AT):
        lines = [line for line in _head(path, 4096).splitlines() if line.strip()]
        if lines and _LINE.fullmatch(lines[0]):
            return "yolo"
    if any(part == "images" for part in root.parts):
        # A part of a YOLO set: its texts lie in the folder beside.
        parts = list(root.parts)
        at = len(parts) - 1 - parts[::-1].index("images")
        parts[at] = "labels"
        if Path(*parts).is_dir():
            return find_layout(Path(*parts)) and "yolo"
    return None


def _head(path: Path, size: int) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(size).decode("utf-8-sig", "replace")
    except OSError:
        return ""
