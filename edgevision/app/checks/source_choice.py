"""The sources of an app's cameras: as its file says, or others for a trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ...errors import SourceError
from ...runtime.sources import parse_source
from ...runtime.tables import FaultList, nearest
from ..description import AppDescription
from ..file import AppFile

_OF_FILES: Final = ("images", "synthetic", "video")
"""Kinds of sources that come as fast as they are taken, or as they say themselves."""


def with_sources(
    description: AppDescription, sources: Mapping[str, str]
) -> AppDescription:
    """Return a description in which cameras have other sources.

    Args:
        description: The app.
        sources: By a camera's name its source.

    Raises:
        ValueError: There is no such camera.
    """
    cameras = dict(description.camera)
    for name, source in sources.items():
        if name not in cameras:
            raise ValueError(f"no camera {name!r}. {nearest(name, cameras)}")
        # A video is not slowed down to the rate of a camera.
        is_video = parse_source(source).kind in _OF_FILES
        rate = None if is_video else cameras[name].max_fps
        cameras[name] = replace(cameras[name], source=source, max_fps=rate)
    return replace(description, camera=cameras)


def check_sources(file: AppFile) -> None:
    """Refuse sources that cannot be opened as they are written; nothing is opened.

    Raises:
        AppFileError: The lines of these sources.
    """
    faults = FaultList()
    for name, camera in file.description.camera.items():
        try:
            parse_source(camera.source)
        except SourceError as error:
            faults.add(("camera", name, "source"), str(error))
    if faults.faults:
        raise file.error(faults)
