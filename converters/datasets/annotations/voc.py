"""Read Pascal VOC data sets: an XML per picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from ....errors import CalibrationError, shown
from ....runtime.image import list_pictures, natural_key, natural_order, walk_files
from ....runtime.memory import read_file
from .box_set import BoxedPicture, BoxSet, Problems, boxed, part_of

_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")
_MAX_BYTES: Final = 2**22  # of an XML; one object takes about 300
_MOST_LIST: Final = 2**26
_DEEPEST: Final = 4  # annotation, object, bndbox, xmin


@dataclass(slots=True)
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
    # Of two equal labels the first counts.
    numbers = {name: i for i, name in reversed(list(enumerate(names)))}
    boxes = [
        _boxed(path, picture, annotation, numbers, parts.get(path.stem), root, problems)
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
    names: dict[str, int],
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
        class_id = names.get(item.name)
        if class_id is None:
            problems.add(path, item.line, f"no label is {shown(item.name)}")
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
            difficult.append(class_id)
        else:
            rows[0].append(box)
            rows[1].append(class_id)
    if part is None:
        part = part_of(picture, root)
    size = (width, height) if min(width, height) > 0 else None
    return boxed(picture, *rows, stated_size=size, part=part, ignored_ids=difficult)


def _parse(path: Path, problems: Problems) -> _Annotation | None:
    """Return what an XML describes; None when it is none of VOC's, or is damaged."""
    annotation = _Annotation()
    stack: list[str] = []
    text: list[str] = []
    depth = 0
    # Names are not kept: a file may have a hundred thousand.
    parser = expat.ParserCreate(None, None, None)
    parser.ordered_attributes = True

    def begin(name: str, _attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        # The tags around are four at most where VOC says something; a file may nest
        # a hundred thousand.
        if depth <= _DEEPEST:
            stack.append(name)
        text.clear()
        if depth == 2 and name == "object":
            annotation.objects.append(_Object(parser.CurrentLineNumber))

    def end(name: str) -> None:
        nonlocal depth
        if depth <= _DEEPEST:
            value = "".join(text).strip()
            try:
                take(name, stack[1:], value)
            except (ValueError, OverflowError):
                problems.add(
                    path,
                    parser.CurrentLineNumber,
                    f"{name:.40} should be a number, got {shown(value, 40)}",
                )
            stack.pop()
        depth -= 1
        text.clear()

    def take(name: str, inner: list[str], value: str) -> None:
        if inner == ["filename"]:
            annotation.file_name = value
        elif inner[:1] == ["size"] and len(inner) == 2:
            if name in ("width", "height"):
                annotation.size[name] = int(float(value))
        elif inner == ["object", "name"]:
            annotation.objects[-1].name = value
        elif inner == ["object", "difficult"]:
            annotation.objects[-1].difficult = value == "1"
        elif inner[:2] == ["object", "bndbox"] and len(inner) == 3 and name in _SIDES:
            annotation.objects[-1].sides[name] = float(value)

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    # What VOC files never have, and what makes an XML of a line grow to gigabytes.
    parser.EntityDeclHandler = _refuse_entity
    try:
        data = read_file(path, most=_MAX_BYTES)
        parser.Parse(data, True)
    except expat.ExpatError as error:
        problems.add(path, error.lineno, f"no XML: {expat.ErrorString(error.code)}")
        return None
    except OSError as error:
        problems.add(path, 1, f"cannot be read: {error.strerror}")
        return None
    except ValueError as error:
        problems.add(path, 1, f"cannot be read: {error}")
        return None
    finally:
        # The handlers and the parser hold each other, and its memory is not counted
        # by the garbage collector.
        parser.StartElementHandler = parser.EndElementHandler = None
        parser.CharacterDataHandler = parser.EntityDeclHandler = None
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
            try:
                data = read_file(listing, most=_MOST_LIST)
            except OSError as error:
                raise CalibrationError(
                    f"Cannot read {listing}: {error.strerror}."
                ) from error
            for line in data.decode("utf-8-sig", "replace").splitlines():
                words = line.split(None, 1)
                if words:
                    parts[words[0]] = part
    return parts
