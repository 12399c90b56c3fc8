"""Read Pascal VOC data sets: an XML per picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from ....errors import CalibrationError
from ....runtime.image import list_pictures, natural_key, natural_order, walk_files
from .box_set import BoxedPicture, BoxSet, Problems, boxed, part_of

_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")
_MAX_BYTES: Final = 2**24


@dataclass
class _Object:
    line: int
    name: str = ""
    difficult: bool = False
    sides: dict[str, float] = field(default_factory=dict)


@dataclass
class _Annotation:
    file_name: str = ""
    size: dict[str, int] = field(default_factory=dict)
    objects: list[_Object] = field(default_factory=list)


def read_voc(
    root: Path, *, labels: Sequence[str] | None = None, skip_bad: bool = False
) -> BoxSet:
    """Read a folder with ``Annotations/*.xml`` and ``JPEGImages``, or both in one.

    VOC counts pixels from 1 and includes the last: 1, 1, 2, 2 is two pixels wide.
    Objects marked difficult are ignored: neither right nor wrong to find. Parts are
    those of ``ImageSets/Main/train.txt`` and ``val.txt`` where they exist.

    Args:
        root: The folder.
        labels: One text per class; None means the names that occur, sorted.
        skip_bad: Leave out what is wrong instead of refusing the set.

    Raises:
        CalibrationError: Nothing is there, or something is wrong; the sentence names
            file and line.
    """
    problems = Problems()
    described: list[tuple[Path, Path, _Annotation]] = []
    content = list_pictures(root)
    pictures = _index(content.paths)
    for path in natural_order(walk_files(root, ".xml")):
        annotation = _parse(path, problems)
        if annotation is None:
            continue
        picture = _picture_of(path, annotation.file_name, pictures)
        if picture is None:
            problems.add(
                path,
                1,
                f"there is no picture {annotation.file_name or path.stem}",
            )
            continue
        described.append((path, picture, annotation))
    names = tuple(labels or ())
    if not names:
        every = {
            item.name for _, _, annotation in described for item in annotation.objects
        }
        names = tuple(sorted(every - {""}))
    parts = _parts(root)
    boxes = [
        _boxed(path, picture, annotation, names, parts.get(path.stem), root, problems)
        for path, picture, annotation in described
    ]
    notes = problems.settle(str(root), skip_bad=skip_bad)
    if content.note is not None:
        notes += (content.note,)
    if not boxes or not names:
        raise CalibrationError(
            f"{root} holds no XML that describes a picture's objects (Pascal VOC)."
        )
    boxes.sort(key=lambda picture: natural_key(picture.path))
    return BoxSet(tuple(boxes), names, str(root), notes)


def _boxed(
    path: Path,
    picture: Path,
    annotation: _Annotation,
    names: tuple[str, ...],
    part: str | None,
    root: Path,
    problems: Problems,
) -> BoxedPicture:
    rows: tuple[list[Sequence[float]], list[int], list[Sequence[float]]] = ([], [], [])
    difficult: list[int] = []
    width, height = annotation.size.get("width", 0), annotation.size.get("height", 0)
    if annotation.objects and min(width, height) < 1:
        problems.add(path, 1, f"the picture's size is {width}x{height}")
    for item in annotation.objects if min(width, height) > 0 else ():
        if item.name not in names:
            problems.add(path, item.line, f"no label is '{item.name}'")
            continue
        if set(item.sides) != set(_SIDES):
            problems.add(path, item.line, "the box lacks a side")
            continue
        x1, y1, x2, y2 = (item.sides[side] for side in _SIDES)
        corners = ((x1 - 1) / width, (y1 - 1) / height, x2 / width, y2 / height)
        box = problems.box(path, item.line, corners)
        if box is None:
            continue
        if item.difficult:
            rows[2].append(box)
            difficult.append(names.index(item.name))
        else:
            rows[0].append(box)
            rows[1].append(names.index(item.name))
    if part is None:
        part = part_of(picture, root)
    size = (width, height) if min(width, height) > 0 else None
    return boxed(picture, *rows, stated_size=size, part=part, ignored_ids=difficult)


def _parse(path: Path, problems: Problems) -> _Annotation | None:
    """Return what an XML describes; None when it is none of VOC's, or is damaged."""
    annotation = _Annotation()
    stack: list[str] = []
    text: list[str] = []
    parser = expat.ParserCreate()

    def begin(name: str, _attributes: dict[str, str]) -> None:
        stack.append(name)
        text.clear()
        if stack[1:] == ["object"]:
            annotation.objects.append(_Object(parser.CurrentLineNumber))

    def end(name: str) -> None:
        value = "".join(text).strip()
        inner = stack[1:]
        try:
            if inner == ["filename"]:
                annotation.file_name = value
            elif inner[:1] == ["size"] and len(inner) == 2:
                annotation.size[name] = int(float(value))
            elif inner == ["object", "name"]:
                annotation.objects[-1].name = value
            elif inner == ["object", "difficult"]:
                annotation.objects[-1].difficult = value == "1"
            elif inner[:2] == ["object", "bndbox"] and len(inner) == 3:
                annotation.objects[-1].sides[name] = float(value)
        except (ValueError, OverflowError):
            problems.add(
                path,
                parser.CurrentLineNumber,
                f"{name} should be a number, got '{value[:40]}'",
            )
        stack.pop()
        text.clear()

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    # What VOC files never have, and what makes an XML of a line grow to gigabytes.
    parser.EntityDeclHandler = _refuse_entity
    try:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            problems.add(path, 1, f"larger than {_MAX_BYTES // 2**20} MB")
            return None
        parser.Parse(data, True)
    except expat.ExpatError as error:
        problems.add(path, error.lineno, f"no XML: {expat.ErrorString(error.code)}")
        return None
    except (OSError, ValueError) as error:
        problems.add(path, 1, f"cannot be read: {error}")
        return None
    is_voc = b"<annotation" in data[:4096]
    return annotation if is_voc else None


def _refuse_entity(*_: object) -> None:
    raise ValueError("it declares an entity")


def _index(paths: Sequence[Path]) -> dict[str, Path]:
    """Return pictures by file name and by stem; the first of a name counts."""
    pictures: dict[str, Path] = {}
    for path in reversed(paths):
        pictures[path.name] = path
        pictures[path.stem] = path
    return pictures


def _picture_of(path: Path, name: str, pictures: dict[str, Path]) -> Path | None:
    beside = path.with_name(name) if name and Path(name).name == name else None
    if beside is not None and beside.is_file():
        return beside
    return pictures.get(Path(name).name) or pictures.get(path.stem)


def _parts(root: Path) -> dict[str, str]:
    """Return stem -> part, from the lists that VOC has."""
    parts: dict[str, str] = {}
    for part in ("test", "val", "train"):
        for listing in sorted(root.rglob(f"ImageSets/Main/{part}.txt")):
            for line in listing.read_text("utf-8-sig", "replace").splitlines():
                if line.split():
                    parts[line.split()[0]] = part
    return parts
