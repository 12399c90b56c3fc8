"""From folders, lists and arrays to the inputs of a conversion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ...errors import CalibrationError
from ..child import Request
from ..datasets import ImageSet, from_boxes, open_images, with_true_pictures
from ..datasets.annotations import BoxSet, find_layout, read_boxes
from ..keras import SourceModel
from ..plan import InputPlan
from ..progress import Journal
from .array_samples import array_samples
from .image_samples import image_samples
from .samples import Samples, Shapes


def open_sets(
    request: Request, on_note: Callable[[str], None]
) -> dict[str, ImageSet | Path | None]:
    """Open folders and lists before the seconds that TensorFlow takes to start.

    Args:
        request: Files and options; a detector's folders may have true boxes.
        on_note: Called with a sentence about what is left out.
    """
    is_detector = request.options.task == "detection"
    sets: dict[str, ImageSet | Path | None] = {}
    for name, place in (
        ("calibration", request.calibration),
        ("verification", request.verification),
    ):
        arrays = place is not None and place.suffix.lower() in (".npy", ".npz")
        if place is None or arrays:
            sets[name] = place
        elif is_detector and place.exists() and find_layout(place) is not None:
            data = read_boxes(place, skip_bad=True)
            for text in data.notes:
                on_note(text)
            sets[name] = from_boxes(_part_for(name, data))
        else:
            images = open_images(place)
            for text in images.notes:
                on_note(text)
            sets[name] = images
    if request.options.truth is not None:
        _add_truth(sets, Path(request.options.truth), on_note)
    return sets


def _add_truth(
    sets: dict[str, ImageSet | Path | None],
    folder: Path,
    on_note: Callable[[str], None],
) -> None:
    """Add true pictures to what verifies: that set, or what is held back of the other.

    Raises:
        CalibrationError: There are no picture files, or no true picture of any.
    """
    name = "calibration" if sets["verification"] is None else "verification"
    images = sets[name]
    if not isinstance(images, ImageSet):
        raise CalibrationError(
            "--truth needs picture files for the verification. Pass --verify with a "
            "folder of pictures; true pictures in arrays are passed from Python as "
            "verify=(images, targets)."
        )
    sets[name] = with_true_pictures(images, folder, on_note)


def _part_for(name: str, data: BoxSet) -> BoxSet:
    """Return what verifies, or calibrates, of a data set that has parts; else all."""
    held = next((p for p in ("val", "test") if len(data.part(p))), None)
    if held is None:
        return data
    if name == "verification":
        return data.part(held)
    learnt = [i for i, p in enumerate(data.pictures) if p.part not in ("val", "test")]
    return data.subset(learnt) if learnt else data


def gather(
    request: Request,
    sets: Mapping[str, ImageSet | Path | None],
    model: SourceModel,
    shapes: Shapes,
    plan: InputPlan | None,
    journal: Journal,
) -> Samples:
    """Read what calibrates, and choose what verifies.

    Args:
        request: Files and options.
        sets: What :func:`open_sets` returned.
        model: The model.
        shapes: Fixed shapes per input name.
        plan: How pictures are made; None means that the model takes none.
        journal: Notes and warnings go here.

    Raises:
        CalibrationError: A set is missing, unusable, or overlaps with the other.
    """
    if plan is None:
        return array_samples(request, model, shapes, journal)
    opened = {
        key: open_images(value) if isinstance(value, Path) else value
        for key, value in sets.items()
    }
    return image_samples(
        request,
        opened["calibration"],
        opened["verification"],
        model,
        shapes,
        plan,
        journal,
    )
