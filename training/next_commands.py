"""The commands to run after a training, quoted for a shell."""

from __future__ import annotations

import json
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Final

from ..runtime.image import has_pictures
from .data import IMAGE_FOLDERS, DataKind, split_parts
from .request import TrainRequest

# Of the choices that ``--resume`` wants again, those with a flag of another form.
_NO_FLAGS: Final = frozenset(
    {
        "data",
        "output",
        "download",
        "max_seconds",
        "validation_share",
        "hierarchy",
        "resume",
        "force",
        "options",
    }
)


def next_commands(request: TrainRequest, data: DataKind, ended: str) -> tuple[str, ...]:
    """Return what one would run now.

    Args:
        request: What was asked for; an interrupted training goes on with the same.
        data: What the data were.
        ended: As in :class:`~.request.TrainReport`.
    """
    net, file = str(request.output), str(request.output.with_suffix(".tflite"))
    commands = []
    if ended == "interrupted":
        commands.append(resume_command(request))
    convert = ["edgevision", "convert", net, "-o", file]
    if data.task == "gan":
        grid = str(request.output.with_suffix(".grid.png"))
        make = ["edgevision", "generate", file, "-o", grid]
        return (*commands, shlex.join(convert), shlex.join(make))
    pictures = str(picture_folder(data))
    # Where a file describes the set, it says more than a folder of pictures.
    described = str(request.data) if data.task == "detection" else pictures
    return (
        *commands,
        shlex.join([*convert, "--calibration", described]),
        shlex.join(["edgevision", "run", file, "--source", pictures]),
    )


def resume_command(request: TrainRequest) -> str:
    """Return the command that goes on with a training: the same choices are needed.

    Labels that came from a file are called FILE, since only their texts are known.
    """
    words = ["edgevision", "train", str(request.data), "-o", str(request.output)]
    for item in fields(request):
        value = getattr(request, item.name)
        if item.name in _NO_FLAGS or value == item.default:
            continue
        if item.name == "labels":
            value = "FILE"
        elif item.name == "input_size":
            value = f"{value[0]}x{value[1]}"
        words += [f"--{item.name.replace('_', '-')}", str(value)]
    for name, value in request.options.items():
        words += ["--option", f"{name}={json.dumps(value)}"]
    return shlex.join([*words, "--resume"])


def picture_folder(data: DataKind) -> Path:
    """Return the folder of the pictures themselves, without masks beside them."""
    folder = data.root if data.root.is_dir() else data.root.parent
    if data.layout == "masks":
        train, _ = split_parts(folder)
        inner = [train / name for name in IMAGE_FOLDERS if (train / name).is_dir()]
        return inner[0] if inner else folder
    # annotations/instances.json lies beside images/, not above.
    for place in (folder, folder.absolute().parent):
        if has_pictures(place):
            return place
    return folder
