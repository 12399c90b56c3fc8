"""The source ``auto``: the camera that this board's profile names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...devices.profile_choice import own
from ...errors import SourceError
from .base import Source
from .csi import CsiSource, has_camera
from .v4l2 import V4l2Source, cameras

_SEARCH: Final = ("auto", "csi:")


class AutoSource(Source):
    """The camera of the profile, else a CSI camera, else the first V4L2 camera."""

    @classmethod
    def open(cls, target: str, options: Mapping[str, str], **settings: Any) -> Source:
        """Open by ``auto``; the options go to the camera that is chosen.

        The profile is the user's own (``--profile``, ``$EDGEVISION_PROFILE``) or the
        board's. ``csi:`` in it means a ribbon camera where there is one: it is the
        default of every board that has the connector. Any other camera of the profile
        is opened, or the run fails.

        Raises:
            SourceError: There is no camera, or the one of the profile cannot be opened.
            DeviceProfileError: The user's profile is not usable.
        """
        del target
        profile = own()
        if profile is not None and profile.camera not in _SEARCH:
            return _named(profile.camera, profile.name, options, settings)
        if has_camera():
            return CsiSource.open("", options, **settings)
        devices = cameras()
        if not devices:
            raise SourceError(
                "No camera was found: libcamera sees none, and no /dev/video* gives "
                "pictures. Name a --source, for instance synthetic: or clip.mp4, or "
                "run: edgevision doctor"
            )
        return V4l2Source.open(devices[0], options, **settings)


def _named(
    camera: str, name: str, options: Mapping[str, str], settings: Mapping[str, Any]
) -> Source:
    """Open the camera that a profile names; the caller's options win over its own."""
    from .open import open_address, parse_source

    try:
        address = parse_source(camera)
        if address.kind == "auto":
            raise SourceError("auto cannot have options there.")
        return open_address(address, options=options, **settings)
    except SourceError as error:
        raise SourceError(
            f"The camera that the profile {name} names cannot be opened: {error} "
            "Correct the profile, or name a --source."
        ) from error
