"""Packages that are optional: PyAV for videos, pillow-heif for pictures of phones."""

from __future__ import annotations

from typing import Final

from ..environment import Environment
from ..finding import Finding

_OLDEST_PYAV: Final = 15  # as in setup.cfg; older ones do not tell how a picture turns
_WITHOUT_PYAV: Final = (
    "OpenCV reads and writes videos instead, without H.264 in what it writes, in pipes "
    "and in tcp://."
)
_WITHOUT_HEIF: Final = "HEIC pictures, as phones take them, cannot be read."


def video(environment: Environment) -> Finding:
    """Check PyAV: optional, because OpenCV reads and writes videos without it."""
    is_wanted = "video" in environment.wants
    name = "PyAV" if is_wanted else "PyAV (optional)"
    probe = environment.probes.get("av")
    if probe is None:
        return Finding(
            "broken" if is_wanted else "note",
            f"{name} is not installed. {_WITHOUT_PYAV}",
            "Run: pip install 'av>=15'",
        )
    level = "broken" if is_wanted else "warning"
    if probe.error:
        return Finding(
            level,
            f"{name} cannot be imported ({probe.error}). {_WITHOUT_PYAV}",
            "Run: pip install --force-reinstall 'av>=15'",
        )
    major = probe.version.partition(".")[0]
    if not major.isdecimal() or int(major) < _OLDEST_PYAV:
        return Finding(
            level,
            f"{name} {probe.version} is not used, because {_OLDEST_PYAV} or newer is "
            f"needed. {_WITHOUT_PYAV}",
            "Run: pip install 'av>=15'",
        )
    return Finding("ok", f"{name} {probe.version} can be imported.")


def heic(environment: Environment) -> Finding:
    """Check pillow-heif: optional, because only HEIC pictures need it."""
    is_wanted = "heic" in environment.wants
    name = "pillow-heif" if is_wanted else "pillow-heif (optional)"
    probe = environment.probes.get("pillow_heif")
    if probe is None:
        return Finding(
            "broken" if is_wanted else "note",
            f"{name} is not installed. {_WITHOUT_HEIF}",
            "Run: pip install pillow-heif",
        )
    if probe.error:
        return Finding(
            "broken" if is_wanted else "warning",
            f"{name} cannot be imported ({probe.error}). {_WITHOUT_HEIF}",
            "Run: pip install --force-reinstall pillow-heif",
        )
    return Finding("ok", f"{name} {probe.version} can be imported.")
