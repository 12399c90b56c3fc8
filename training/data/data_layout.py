"""The kind of a data set: classes, boxes, masks or plain pictures, and the evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from ...converters.datasets import class_folders, class_leaves
from ...errors import TrainingError, unknown_name
from ...runtime.image import SUFFIX_HINT, has_pictures, list_pictures, walk_files

# Names that people give to the two parts of a data set.
_TRAINING: Final = ("train", "training")
_VALIDATION: Final = ("val", "valid", "validation")
IMAGE_FOLDERS: Final = ("images", "JPEGImages", "imgs", "image")
MASK_FOLDERS: Final = ("masks", "labels", "annotations", "SegmentationClass", "mask")
_PARTS: Final = frozenset((*_TRAINING, *_VALIDATION, "test"))
_INNER: Final = frozenset((*IMAGE_FOLDERS, *MASK_FOLDERS, "Annotations"))
_LOOKED_AT: Final = 2000
_HEAD: Final = 200_000
_YOLO_LINE: Final = re.compile(r"\d+(\s+-?[\d.eE+-]+){4,}\s*")


@dataclass(frozen=True)
class DataKind:
    """The kind of a data set.

    Attributes:
        task: What they train: a name in ``TASKS``.
        layout: class-folders, yolo, coco, voc, masks or pictures.
        root: The folder, or the description file of the data set.
        evidence: What in the data shows it, in words.
        validation: Folder of the held-out part; None means that the data have none.
    """

    task: str
    layout: str
    root: Path
    evidence: str
    validation: Path | None = None


def find_data(
    root: str | Path, task: str | None = None, *, known: tuple[str, ...] = ()
) -> DataKind:
    """Return what the data are.

    Args:
        root: A folder, or a ``.json`` (COCO) or ``.yaml`` (YOLO) file.
        task: The task that the caller wants; None means that the data decide.
        known: Names of the tasks; empty means that any name is taken.

    Raises:
        TrainingError: There is nothing, nothing that is known, or too much; the
            sentence says what was seen.
        ValueError: There is no such task.
    """
    root = Path(root)
    if task is not None and known and task not in known:
        raise ValueError(unknown_name("task", task, known))
    if not root.exists():
        raise TrainingError(f"Cannot train on {root}: no such file or folder.")
    if task == "gan":
        return _pictures(root)
    kinds = [kind for kind in (look(root) for look in _LOOKS) if kind is not None]
    # Files that describe boxes say more than the folders they lie in.
    tasks = {kind.task for kind in kinds}
    if task is not None:
        kinds = [kind for kind in kinds if kind.task == task]
        if not kinds:
            raise TrainingError(_unfit(root, task, tasks))
    if not kinds:
        raise TrainingError(_nothing(root))
    if len(tasks) > 1 and task is None:
        seen = "; ".join(f"{kind.evidence} ({kind.task})" for kind in kinds)
        raise TrainingError(
            f"{root} can be read in several ways: {seen}. "
            f"Pass --task {' or --task '.join(sorted(tasks))}."
        )
    return kinds[0]


def pictures_in(folder: Path, *, deep: bool = True) -> Iterator[Path]:
    """Yield the picture files of a folder in natural order, without hidden ones."""
    yield from list_pictures(folder, deep=deep).paths


def split_parts(root: Path) -> tuple[Path, Path | None]:
    """Return the training folder and the held-out one, when ``root`` has such parts."""
    train = _named(root, _TRAINING)
    if train is None:
        return root, None
    return train, _named(root, _VALIDATION)


def _class_folders(root: Path) -> DataKind | None:
    if not root.is_dir():
        return None
    train, validation = split_parts(root)
    folders = class_folders(train)
    if len(folders) == 1:
        # Perhaps the root of all classes: animal/bird and animal/cat.
        folders = class_leaves(folders)
    names = [folder.name for folder in folders]
    if len(folders) < 2 or ((_PARTS | _INNER) & set(names)):
        return None
    if has_pictures(train, deep=False):
        return None
    shown = ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
    evidence = f"{len(names)} folders of pictures: {shown}"
    return DataKind("classification", "class-folders", root, evidence, validation)


def _yolo(root: Path) -> DataKind | None:
    if root.is_file():
        if root.suffix.lower() not in (".yaml", ".yml"):
            return None
        return DataKind("detection", "yolo", root, f"{root.name} describes YOLO boxes")
    texts = islice(walk_files(root, ".txt"), _LOOKED_AT)
    boxes = next((path for path in texts if _is_yolo(path)), None)
    if boxes is None:
        return None
    evidence = f"{boxes.relative_to(root)} has lines of a class and a box (YOLO)"
    return DataKind("detection", "yolo", root, evidence)


def _is_yolo(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            text = stream.read(4096).decode("utf-8-sig", "replace")
    except OSError:
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and _YOLO_LINE.fullmatch(lines[0]) is not None


def _coco(root: Path) -> DataKind | None:
    files = [root] if root.is_file() else sorted(islice(walk_files(root, ".json"), 200))
    for path in files:
        if path.suffix.lower() == ".json" and _is_coco(path):
            evidence = f"{path.name} lists pictures and boxes (COCO)"
            return DataKind("detection", "coco", root, evidence)
    return None


def _is_coco(path: Path) -> bool:
    """Return whether a JSON file has pictures and boxes; a large one is only begun."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(_HEAD if size > 2**24 else -1)
            text = head.decode("utf-8-sig", "replace")
    except OSError:
        return False
    if size > 2**24:
        return '"images"' in text or '"annotations"' in text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and {"images", "annotations"} <= set(data)


def _voc(root: Path) -> DataKind | None:
    if not root.is_dir():
        return None
    for path in islice(walk_files(root, ".xml"), _LOOKED_AT):
        try:
            with path.open("rb") as stream:
                head = stream.read(4096)
        except OSError:
            continue
        if b"<annotation" in head:
            evidence = f"{path.relative_to(root)} names objects and boxes (VOC)"
            return DataKind("detection", "voc", root, evidence)
    return None


def _masks(root: Path) -> DataKind | None:
    if not root.is_dir():
        return None
    train, validation = split_parts(root)
    images = _named(train, IMAGE_FOLDERS)
    if images is None:
        return None
    stems = {path.stem for path in islice(pictures_in(images), _LOOKED_AT)}
    for name in MASK_FOLDERS:
        masks = _named(train, (name,))
        if masks is None:
            continue
        same = sum(path.stem in stems for path in pictures_in(masks))
        if same:
            evidence = f"{same} pictures in {images.name}/ have a mask in {masks.name}/"
            return DataKind("segmentation", "masks", root, evidence, validation)
    return None


def _pictures(root: Path) -> DataKind:
    count = (
        0 if root.is_file() else sum(1 for _ in islice(pictures_in(root), 10 * _HEAD))
    )
    if not count:
        raise TrainingError(
            f"{root} holds no pictures ({SUFFIX_HINT}). Pass a folder of pictures."
        )
    return DataKind("gan", "pictures", root, f"{count} pictures")


_LOOKS: Final[tuple[Callable[[Path], DataKind | None], ...]] = (
    _class_folders,
    _yolo,
    _coco,
    _voc,
    _masks,
)


def _named(root: Path, names: tuple[str, ...]) -> Path | None:
    for name in names:
        if (root / name).is_dir():
            return root / name
    return None


def _taken_for_part(root: Path) -> str | None:
    """Return the sentence about a class that is called as parts of data sets are."""
    if not root.is_dir():
        return None
    for place in dict.fromkeys((split_parts(root)[0], root)):
        names = [folder.name for folder in class_folders(place)]
        parts = [name for name in names if name in _PARTS]
        if not parts or len(names) < 2 or _INNER & set(names):
            continue
        shown = ", ".join(names[:6]) + (", ..." if len(names) > 6 else "")
        return (
            f"{place} has folders of pictures ({shown}), but '{parts[0]}' is read as "
            "a part of a data set (as train, val and test are), not as a class. "
            f"Rename it, such as '{parts[0]}-class', if it is a class; else put one "
            "folder per class into every part."
        )
    return None


def _unfit(root: Path, task: str, tasks: set[str]) -> str:
    wanted = {
        "classification": "one folder of pictures per class",
        "detection": "boxes as YOLO texts, COCO JSON or VOC XML",
        "segmentation": "images/ and masks/ with files of the same names",
    }.get(task, "pictures")
    reserved = _taken_for_part(root) if task == "classification" else None
    if reserved is not None:
        return reserved
    seen = f"It looks like data for {' and '.join(sorted(tasks))}. " if tasks else ""
    return (
        f"{root} holds no data for {task}, which takes {wanted}. {seen}"
        "docs/reference/training.md shows the layouts."
    )


def _nothing(root: Path) -> str:
    if root.is_file():
        return (
            f"{root} describes no data set that is known: a folder, a COCO .json or a "
            "YOLO .yaml was expected. docs/reference/training.md shows the layouts."
        )
    folders = class_folders(root)
    count = sum(1 for _ in islice(pictures_in(root), _LOOKED_AT))
    if not count:
        return (
            f"{root} holds no pictures ({SUFFIX_HINT}). Pass a "
            "folder with one sub-folder of pictures per class."
        )
    reserved = _taken_for_part(root)
    if reserved is not None:
        return reserved
    direct = sum(1 for _ in pictures_in(root, deep=False))
    if len(folders) == 1 and not direct:
        return (
            f"{root} has pictures of one class only, '{folders[0].name}'. A "
            "classifier needs at least two. Add a folder with other pictures."
        )
    return (
        f"{root} holds {count} pictures without classes, boxes or masks. Put them into "
        "one sub-folder per class, or pass --task gan to generate such pictures."
    )
