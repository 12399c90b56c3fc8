"""The sinks of an app: those that several cameras share, and those of one."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import SinkError
from ...runtime.sinks import parse_sink
from ...runtime.tables import FaultList
from ...runtime.uri_options import split_options
from ..description import CAMERA, SinkDescription
from ..file import AppFile

_OF_ONE_PICTURE = ("heat", "web", "window", "video")
"""Kinds that show, write or map one stream of pictures."""

_OF_RECORDS = ("jsonl", "csv", "images")
"""Kinds whose files a start would refuse when an earlier start has written them."""


def sinks_of(file: AppFile, camera: str) -> tuple[str, ...]:
    """Return the sink strings of one camera, in the order of the file."""
    return tuple(
        sink.to.replace(CAMERA, camera)
        for sink in file.description.sink
        if camera in _cameras_of(file, sink)
    )


def count_tracks(texts: Iterable[str]) -> bool:
    """Return whether any of some sinks keeps a heat map, which counts tracks.

    Args:
        texts: Sinks' strings.
    """
    addresses = map(parse_sink, texts)
    return any(each.kind == "heat" or "heat" in each.options for each in addresses)


def is_shared(file: AppFile, sink: SinkDescription) -> bool:
    """Return whether several cameras write to one sink."""
    return CAMERA not in sink.to and len(_cameras_of(file, sink)) > 1


def check_sinks(file: AppFile) -> None:
    """Refuse sinks that cannot be opened as they are written; nothing is opened.

    Raises:
        AppFileError: The line of a sink that is wrong.
    """
    faults = FaultList()
    for index, sink in enumerate(file.description.sink):
        path = ("sink", index, "to")
        try:
            address = parse_sink(sink.to.replace(CAMERA, "camera"))
        except SinkError as error:
            faults.add(path, str(error))
            continue
        if is_shared(file, sink) and address.kind in _OF_ONE_PICTURE:
            names = ", ".join(_cameras_of(file, sink))
            faults.add(
                path,
                f"{address.kind}: shows one camera, and {names} would write to it. "
                f'Write a [[sink]] for each, with cameras = ["{names.split(", ")[0]}"]'
                f", or put {CAMERA} into a file's name.",
            )
    if faults.faults:
        raise file.error(faults)


def going_on(text: str) -> str:
    """Return a sink's string so that a new start goes on behind the old records."""
    address = parse_sink(text)
    if address.kind not in _OF_RECORDS or "append" in address.options:
        return text
    _, options = split_options(text)
    return f"{text}{'&' if options else '?'}append=1"


def _cameras_of(file: AppFile, sink: SinkDescription) -> tuple[str, ...]:
    return sink.cameras or tuple(file.description.camera)
