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
    finding = _finding(environment, "video", "av", "PyAV", "'av>=15'", _WITHOUT_PYAV)
    probe = environment.probes.get("av")
    if probe is None or finding.level != "ok":
        return finding
    major = probe.version.partition(".")[0]
    if major.isdecimal() and int(major) >= _OLDEST_PYAV:
        return finding
    is_wanted = "video" in environment.wants
    return Finding(
        "broken" if is_wanted else "warning",
        f"{'PyAV' if is_wanted else 'PyAV (optional)'} {probe.version} is not used, "
        f"because {_OLDEST_PYAV} or newer is needed. {_WITHOUT_PYAV}",
        "Run: pip install 'av>=15'",
    )


def heic(environment: Environment) -> Finding:
    """Check pillow-heif: optional, because only HEIC pictures need it."""
    package = "pillow-heif"
    return _finding(environment, "heic", "pillow_heif", package, package, _WITHOUT_HEIF)


def _finding(
    environment: Environment,
    extra: str,
    module: str,
    package: str,
    requirement: str,
    without: str,
) -> Finding:
    """Return whether a package can be imported, and what its absence costs."""
    is_wanted = extra in environment.wants
    name = package if is_wanted else f"{package} (optional)"
    probe = environment.probes.get(module)
    if probe is None:
        return Finding(
            "broken" if is_wanted else "note",
            f"{name} is not installed. {without}",
            f"Run: pip install {requirement}",
        )
    if probe.error:
        return Finding(
            "broken" if is_wanted else "warning",
            f"{name} cannot be imported ({probe.error}). {without}",
            f"Run: pip install --force-reinstall {requirement}",
        )
    return Finding("ok", f"{name} {probe.version} can be imported.")
