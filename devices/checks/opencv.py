"""OpenCV: importable, one wheel only, with a window and GStreamer where wanted."""

from __future__ import annotations

from typing import Final

from ..environment import OPENCV_WHEELS, Environment
from ..finding import Finding

_WHEEL: Final = "opencv-python-headless"


def importable(environment: Environment) -> Finding:
    """Check that OpenCV can be imported."""
    probe = environment.probes.get("cv2")
    wheel = next((name for name in OPENCV_WHEELS if name in environment.packages), "")
    # Without --no-deps pip would bring the newest NumPy along.
    again = f"Run: pip install --force-reinstall --no-deps {wheel or _WHEEL}"
    if probe is None and wheel:
        return Finding(
            "broken",
            f"{wheel} is installed, but its files are gone: another OpenCV wheel was "
            "removed, which shared them.",
            again,
        )
    if probe is None:
        return Finding(
            "broken",
            "OpenCV is not installed.",
            "Run: pip install opencv-python-headless",
        )
    if not probe.error:
        return Finding("ok", f"OpenCV {probe.version}.")
    what = f"OpenCV cannot be imported ({probe.error})."
    if "libGL" in probe.error or "libgthread" in probe.error:
        return Finding(
            "broken",
            what,
            "Run: pip uninstall -y opencv-python; "
            "pip install --force-reinstall --no-deps opencv-python-headless",
        )
    major = environment.major("numpy")
    if "numpy" in probe.error.lower() and major is not None and major >= 2:
        return Finding(
            "broken",
            f"{what} It is built for NumPy 1.",
            f"Run: {environment.numpy1_command}",
        )
    return Finding("broken", what, again)


def one_wheel(environment: Environment) -> Finding | None:
    """Check that no two OpenCV wheels share the folder ``cv2``."""
    both = [name for name in OPENCV_WHEELS if name in environment.packages]
    if len(both) < 2:
        return None
    wants_window = "window" in environment.wants
    keep = "opencv-python" if wants_window else "opencv-python-headless"
    return Finding(
        "warning" if environment.runs("cv2") else "broken",
        f"{' and '.join(both)} are both installed and overwrite each other's files; "
        "removing one breaks the other.",
        f"Run: pip uninstall -y {' '.join(both)}; pip install {keep}",
    )


def gstreamer(environment: Environment) -> Finding | None:
    """Check that a GStreamer pipeline can be opened, where one is wanted."""
    is_wanted = "gstreamer" in environment.wants
    if not is_wanted and not environment.is_jetson:
        return None
    probe = environment.probes.get("cv2")
    built = probe.facts.get("gstreamer", "") if probe else ""
    if built.startswith("YES"):
        return Finding("ok", "OpenCV is built with GStreamer.")
    if environment.runs("gi"):
        return Finding("ok", "GStreamer is read through PyGObject.")
    cure = (
        "Run: sudo apt install python3-gi python3-gst-1.0 gir1.2-gst-plugins-base-1.0"
    )
    if not environment.system_packages:
        cure += (
            ", and make the environment with: python3 -m venv --system-site-packages"
        )
    return Finding(
        "broken" if is_wanted else "note",
        "This OpenCV has no GStreamer (no wheel of the index has) and PyGObject is not "
        "there, so neither a Jetson's CSI camera nor a pipeline can be read.",
        cure,
    )


def window(environment: Environment) -> Finding | None:
    """Check that a window can be opened: a display, and an OpenCV with windows."""
    is_wanted = "window" in environment.wants
    level = "broken" if is_wanted else "note"
    probe = environment.probes.get("cv2")
    if probe is None or probe.error:
        return None
    if not environment.has_display:
        return Finding(
            level,
            "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no "
            "window can be opened.",
            "Look at the pictures in a browser: --sink web:8080",
        )
    if probe.facts.get("gui", "NONE").upper() in ("NONE", ""):
        return Finding(
            level,
            "This OpenCV is built without windows.",
            "Run: pip uninstall -y opencv-python-headless; pip install opencv-python; "
            "or look in a browser: --sink web:8080",
        )
    return Finding("ok", "A window can be opened.")
