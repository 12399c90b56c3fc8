"""Read COCO data sets: one JSON with pictures, categories and boxes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ....errors import CalibrationError, shown
from ....escapes import is_whole
from ....runtime.image import natural_key, natural_order, walk_files
from ....runtime.memory import read_file
from .box_set import PARTS, BoxedPicture, BoxSet, Problems, boxed

_GARBLED: Final = (
    *(AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError),
)
_LONGEST_SIDE: Final = 2**31
# Bytes of memory for each byte of a COCO file: 5 with a million boxes, and their lists.
_GROWTH: Final = 8


def read_coco(
    root: Path, *, labels: Sequence[str] | None = None, skip_bad: bool = False
) -> BoxSet:
    """Read ``instances_*.json``, or all such files below a folder.

    Class_ids are the categories' positions when these are sorted by id. Crowds are
    ignored: neither right nor wrong to find.

    Args:
        root: The folder or the JSON.
        labels: Texts for the classes instead of the categories' names.
        skip_bad: Leave out what is wrong instead of refusing the set.

    Raises:
        CalibrationError: Nothing is there, or something is wrong; the sentence names
            the file and the entry.
    """
    files = (root,) if root.is_file() else natural_order(walk_files(root, ".json"))
    described = [(path, data) for path in files if (data := _load(path, root))]
    if not described:
        raise CalibrationError(
            f"{root} holds no JSON with 'images', 'annotations' and 'categories'."
        )
    problems = Problems()
    categories: dict[int, str] = {}
    for path, data in described:
        for i, item in enumerate(data["categories"]):
            try:
                category = int(item["id"])
                categories[category] = str(item.get("name", category))
                if not is_whole(categories[category]):
                    raise ValueError(f"the name {shown(categories[category])}")
            except _GARBLED as error:
                problems.add(path, f"categories[{i}]", f"lacks or garbles {error}")
    order = {category: i for i, category in enumerate(sorted(categories))}
    names = tuple(categories[category] for category in sorted(categories))
    if labels is not None:
        if len(labels) != len(names):
            raise CalibrationError(
                f"There are {len(labels)} labels for the {len(names)} categories of "
                f"{root}."
            )
        names = tuple(labels)
    pictures: list[BoxedPicture] = []
    for path, data in described:
        pictures += _pictures(path, root, data, order, problems)
    notes = problems.settle(str(root), skip_bad=skip_bad)
    if not pictures or not names:
        what = "pictures" if not pictures else "categories"
        raise CalibrationError(f"The COCO files of {root} list no {what}.")
    pictures.sort(key=lambda picture: natural_key(picture.path))
    return BoxSet(tuple(pictures), names, str(root), notes)


def _load(path: Path, root: Path) -> Mapping[str, Any] | None:
    """Return a COCO description; None means another JSON in a folder."""
    try:
        # Python's own reader: exporters write NaN, and one bad entry may be left out.
        data = json.loads(read_file(path, growth=_GROWTH))
    except (OSError, ValueError, RecursionError) as error:
        raise CalibrationError(f"Cannot read {path} as JSON: {error}.") from error
    keys = ("images", "annotations", "categories")
    if isinstance(data, dict) and all(isinstance(data.get(k), list) for k in keys):
        return data
    if path == root:
        raise CalibrationError(
            f"{path} is no COCO file: it lacks the lists 'images', 'annotations' and "
            "'categories'."
        )
    return None


def _pictures(
    path: Path,
    root: Path,
    data: Mapping[str, Any],
    order: Mapping[int, int],
    problems: Problems,
) -> Iterator[BoxedPicture]:
    part = _part(path)
    images: dict[Any, tuple[Path | None, int, int]] = {}
    rows: dict[Any, tuple[list[Any], list[int], list[Any], list[int]]] = {}
    base = root if root.is_dir() else path.parent
    for i, item in enumerate(data["images"]):
        try:
            name, key = str(item["file_name"]), item["id"]
            size = int(item["width"]), int(item["height"])
            hash(key)
        except _GARBLED as error:
            problems.add(path, f"images[{i}]", f"lacks or garbles {error}")
            continue
        place = _find(name, path, base)
        if place is None:
            problems.add(path, f"images[{i}]", f"there is no picture {shown(name)}")
        if not 1 <= min(size) <= max(size) <= _LONGEST_SIDE:
            problems.add(
                path,
                f"images[{i}]",
                f"{shown(name)} is {shown(size[0])}x{shown(size[1])} large",
            )
            place = None
        images[key] = (place, *size)
        rows[key] = ([], [], [], [])
    for i, item in enumerate(data["annotations"]):
        where = f"annotations[{i}]"
        try:
            key, category = item["image_id"], int(item["category_id"])
            x, y, wide, high = (float(value) for value in item["bbox"])
            hash(key)
        except _GARBLED as error:
            problems.add(path, where, f"lacks or garbles {error}")
            continue
        if key not in images:
            problems.add(path, where, f"there is no image with the id {shown(key)}")
            continue
        if category not in order:
            problems.add(path, where, f"there is no category {category}")
            continue
        _, width, height = images[key]
        if not 1 <= min(width, height) <= max(width, height) <= _LONGEST_SIDE:
            continue
        corners = (x / width, y / height, (x + wide) / width, (y + high) / height)
        box = problems.box(path, where, corners)
        if box is None:
            continue
        boxes, class_ids, ignored, ignored_ids = rows[key]
        if item.get("iscrowd"):
            ignored.append(box)
            ignored_ids.append(order[category])
        else:
            boxes.append(box)
            class_ids.append(order[category])
    for key, (place, width, height) in images.items():
        if place is not None:
            *counted, ignored_ids = rows[key]
            yield boxed(
                place,
                *counted,
                stated_size=(width, height),
                part=part,
                ignored_ids=ignored_ids,
                crowds=True,
            )


def _part(path: Path) -> str:
    """Return the part that a file like ``instances_val2017.json`` describes."""
    words = [path.parent.name.lower()]
    stem = path.stem.lower()
    words += stem.replace("-", "_").split("_")
    for word in words[::-1]:
        part = PARTS.get(word.rstrip("0123456789"))
        if part:
            return part
    return ""


def _find(name: str, path: Path, base: Path) -> Path | None:
    """Return where a picture lies: beside the file, or where people put them."""
    name = name.replace("\\", "/")  # as Windows writes them
    part = path.stem.rpartition("_")[2]
    tops = [path.parent, path.parent.parent, base]
    for top in tops:
        for middle in ("", "images", part, f"images/{part}"):
            place = top / middle / name
            # Path.is_file() fails for a name that is too long.
            if os.path.isfile(place):
                return place
    return None
