"""Read YOLO data sets: a text beside each picture, a line per object."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ....errors import CalibrationError, shown
from ....runtime.image import SUFFIX_HINT, list_pictures, walk_files
from ....runtime.labels import read_labels
from ....runtime.memory import read_file
from .box_set import BoxedPicture, BoxSet, Problems, boxed, part_of

# Files with the classes' names, in the order of belief.
_NAMES: Final = ("classes.txt", "obj.names", "labels.txt", "names.txt")
_NO_BOXES: Final = frozenset(
    {*_NAMES, "train.txt", "val.txt", "test.txt", "readme.txt", "requirements.txt"}
)

# No data set has so many classes; a number like that is a date or a coordinate.
_HIGHEST: Final = 99_999
_MOST_BYTES: Final = 2**22  # of a text; an object takes 40
_MOST_NUMBERS: Final = 20_001  # of a line: an outline of 10,000 points


def read_yolo(
    root: Path, *, labels: Sequence[str] | None = None, skip_bad: bool = False
) -> BoxSet:
    """Read a folder of pictures with texts: ``class center_x center_y width height``.

    Texts lie beside their pictures, or in a folder ``labels`` where the pictures' is
    called ``images``. A line with more numbers is an outline, of which the box is
    taken. A picture without a text has no objects.

    Args:
        root: The folder, or its ``.yaml``.
        labels: One text per class; None means the ``names`` of a ``.yaml``, or of
            ``classes.txt`` or ``obj.names``, or numbers.
        skip_bad: Leave out what is wrong instead of refusing the set.

    Raises:
        CalibrationError: Nothing is there, or something is wrong; the sentence names
            file and line.
    """
    description = root if root.is_file() else None
    folder = _base(root) if description else root
    content = list_pictures(folder)
    pictures = content.paths
    if not pictures:
        raise CalibrationError(
            f"{folder} holds no pictures ({SUFFIX_HINT}). {content.note or ''}".rstrip()
        )
    names = _labels(folder, description) if labels is None else tuple(labels)
    problems = Problems()
    read: set[Path] = set()
    boxed_pictures: list[BoxedPicture] = []
    without = 0
    highest = -1
    for path in pictures:
        text = _text_of(path, folder)
        part = part_of(path, folder)
        if text is None:
            without += 1
            boxed_pictures.append(boxed(path, [], [], part=part))
            continue
        read.add(text)
        boxes: list[tuple[float, float, float, float]] = []
        class_ids: list[int] = []
        for line, class_id, box in _lines(text, problems):
            if names and class_id >= len(names):
                problems.add(
                    text, line, f"class {class_id}, but there are {len(names)} labels"
                )
                continue
            kept = problems.box(text, line, box)
            if kept is not None:
                boxes.append(kept)
                class_ids.append(class_id)
                highest = max(highest, class_id)
        boxed_pictures.append(boxed(path, boxes, class_ids, part=part))
    for text in sorted(_texts(folder) - read):
        problems.add(text, 1, "there is no picture of this name")
    notes = problems.settle(str(root), skip_bad=skip_bad)
    if highest < 0:
        raise CalibrationError(
            f"None of the {len(pictures)} pictures in {folder} has a .txt file with "
            "boxes. Put the folder 'labels' beside 'images', or each .txt file beside "
            "its picture."
        )
    if without:
        notes += (f"{without} pictures have no text: they are taken as empty.",)
    if content.note is not None:
        notes += (content.note,)
    names = names or tuple(str(i) for i in range(highest + 1))
    return BoxSet(tuple(boxed_pictures), names, str(root), notes)


def _base(description: Path) -> Path:
    """Return the folder that a ``.yaml`` is about."""
    try:
        text = read_file(description, most=_MOST_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise CalibrationError(
            f"Cannot read {description}: {error.strerror}."
        ) from error
    stated = re.search(r"^path\s*:\s*['\"]?([^'\"#\n]+)", text, re.MULTILINE)
    base = description.parent
    if stated:
        # Unlike Path's own functions these fail neither for "~nobody" nor for a name
        # that is too long.
        place = Path(os.path.expanduser(stated.group(1).strip()))
        # Data sets are moved; a path that is gone means the place of the file.
        for folder in (base / place, place):
            if os.path.isdir(folder):
                return folder
    return base


def _texts(folder: Path) -> set[Path]:
    return {
        path
        for path in walk_files(folder, ".txt")
        if path.suffix == ".txt"
        and path.name.lower() not in _NO_BOXES
        # A list of pictures is no list of boxes.
        and _first_number(path)
    }


def _first_number(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            head = stream.read(200).decode("utf-8-sig", "replace").split()
    except OSError:
        return True
    return not head or re.fullmatch(r"[\d.+-]+", head[0]) is not None


def _text_of(picture: Path, folder: Path) -> Path | None:
    """Return a picture's text; None when it has none."""
    inner = list(picture.relative_to(folder).parts)
    beside = picture.with_suffix(".txt")
    if "images" in inner[:-1]:
        at = len(inner) - 2 - inner[:-1][::-1].index("images")
        inner[at] = "labels"
        mirrored = folder.joinpath(*inner).with_suffix(".txt")
        if mirrored.is_file():
            return mirrored
    parts = list(picture.parts)
    if "images" in parts[:-1]:
        # The folder itself may lie below "images".
        at = len(parts) - 2 - parts[:-1][::-1].index("images")
        parts[at] = "labels"
        mirrored = Path(*parts).with_suffix(".txt")
        if mirrored.is_file():
            return mirrored
    return beside if beside.is_file() and beside.name not in _NO_BOXES else None


def _lines(
    text: Path, problems: Problems
) -> Iterator[tuple[int, int, tuple[float, float, float, float]]]:
    """Yield line number, class and box of a text's usable lines."""
    try:
        content = read_file(text, most=_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError as error:
        problems.add(text, 1, f"cannot be read: {error.strerror}")
        return
    for number, line in enumerate(content.splitlines(), 1):
        words = line.split(None, _MOST_NUMBERS)
        if not words:
            continue
        if len(words) > _MOST_NUMBERS:
            problems.add(text, number, f"more than {_MOST_NUMBERS} numbers")
            continue
        try:
            values = [float(word) for word in words]
        except ValueError:
            problems.add(
                text, number, f"expected numbers, got {shown(line.strip(), 60)}"
            )
            continue
        if not 0 <= values[0] <= _HIGHEST or values[0] != int(values[0]):
            problems.add(text, number, f"no class_id is {words[0]}")
            continue
        class_id, rest = int(values[0]), values[1:]
        if len(rest) == 4:
            x, y, width, height = rest
            corners = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        elif len(rest) >= 6 and len(rest) % 2 == 0:
            corners = (
                min(rest[::2]),
                min(rest[1::2]),
                max(rest[::2]),
                max(rest[1::2]),
            )
        else:
            problems.add(
                text,
                number,
                "expected class, center x, center y, width, height; got "
                f"{len(words)} numbers",
            )
            continue
        yield number, class_id, corners


def _labels(folder: Path, description: Path | None) -> tuple[str, ...]:
    if description is not None:
        return read_labels(description)
    for base in (folder, folder.parent, folder.parent.parent):
        for path in (
            *sorted(base.glob("*.yaml")),
            *sorted(base.glob("*.yml")),
            *(base / name for name in _NAMES),
        ):
            if not path.is_file():
                continue
            with path.open("rb") as stream:
                head = stream.read(2**20).decode("utf-8", "replace")
            if path.suffix == ".txt" or path.suffix == ".names" or "names" in head:
                return read_labels(path)
        if base == folder and "images" not in folder.parts:
            break
    return ()
