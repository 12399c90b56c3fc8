"""Cameras: may they be used, are they free, and Raspberry Pi's ribbon cable."""

from __future__ import annotations

from ..environment import Environment
from ..finding import Finding


def permission(environment: Environment) -> Finding | None:
    """Check that this user may open the cameras."""
    is_wanted = "camera" in environment.wants
    if not environment.cameras:
        if not is_wanted:
            return None
        return Finding(
            "broken",
            "No USB camera is found: there is no /dev/video device that captures.",
            "Plug it in again and look at: dmesg | tail",
        )
    closed = [node.path for node in environment.cameras if not node.may_use]
    if not closed:
        names = ", ".join(
            f"{node.path} ({node.name})" if node.name else node.path
            for node in environment.cameras
        )
        return Finding("ok", f"{names} may be used.")
    is_all = len(closed) == len(environment.cameras)
    return Finding(
        "broken" if is_wanted and is_all else "warning",
        f"This user may not open {', '.join(closed)}.",
        "Run: sudo usermod -aG video $USER, then log out and in again",
    )


def busy(environment: Environment) -> Finding | None:
    """Check that no other program streams from the cameras."""
    taken = [node for node in environment.cameras if node.is_busy]
    if not taken:
        return None
    node = taken[0]
    is_all = len(taken) == len(environment.cameras)
    who = node.user or "Another program"
    return Finding(
        "broken" if "camera" in environment.wants and is_all else "warning",
        f"{who} uses {node.path}.",
        "Close that program"
        + ("" if node.user else f" (sudo fuser {node.path} names it)")
        + ("" if is_all else ", or choose another camera with --source"),
    )


def csi(environment: Environment) -> Finding | None:
    """Check that a Raspberry Pi's ribbon camera can be read by this Python."""
    is_wanted = "csi" in environment.wants
    if not environment.is_pi or not (is_wanted or environment.sensors):
        return None
    sensor = environment.sensors[0] if environment.sensors else ""
    name = f"The {sensor} camera" if sensor else "A CSI camera"
    if environment.runs("picamera2"):
        if sensor:
            return Finding("ok", f"{name} is read through picamera2.")
        return Finding(
            "broken",
            "picamera2 is there, but the kernel sees no CSI camera.",
            "Switch the board off, seat the ribbon cable, and run: rpicam-hello "
            "--list-cameras",
        )
    probe = environment.probes.get("picamera2")
    if probe is not None:
        major = environment.major("numpy")
        # apt's simplejpeg is compiled for NumPy 1 (raspberrypi/picamera2#1088, #1211).
        if major is not None and major >= 2 and "numpy" in probe.error.lower():
            return Finding(
                "broken",
                f"{name} needs picamera2, whose simplejpeg from apt is built for "
                f"NumPy 1 and fails with NumPy {environment.packages['numpy']}.",
                f"Run: {environment.numpy1_command}",
            )
        if "libcamera" in probe.error:
            return Finding(
                "broken",
                f"{name} needs picamera2, which finds no libcamera ({probe.error}).",
                "Run: pip uninstall -y picamera2; sudo apt install python3-picamera2",
            )
        return Finding(
            "broken",
            f"{name} needs picamera2, which cannot be imported ({probe.error}).",
            "Run: sudo apt install --reinstall python3-picamera2",
        )
    if environment.machine.python.in_venv and not environment.system_packages:
        return Finding(
            "broken",
            f"{name} needs picamera2, which comes from apt and which this virtual "
            "environment cannot see.",
            "Run: sudo apt install python3-picamera2, and make the environment again "
            "with: python3 -m venv --system-site-packages",
        )
    return Finding(
        "broken",
        f"{name} needs picamera2, which is not installed.",
        "Run: sudo apt install python3-picamera2",
    )
