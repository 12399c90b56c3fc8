"""Doctor's checks: small functions from an environment to a finding.

A check reads only the facts that ``devices/environment.py`` has gathered, and returns
None when it has nothing to say. A new check is a function and a line below.
"""

from __future__ import annotations

from typing import Final

CHECKS: Final[dict[str, str]] = {
    "python": "edgevision.devices.checks.python:version",
    "pip": "edgevision.devices.checks.python:managed",
    "userland": "edgevision.devices.checks.python:userland",
    "interpreter": "edgevision.devices.checks.python:interpreter",
    "numpy": "edgevision.devices.checks.python:numpy",
    "tensorflow": "edgevision.devices.checks.python:tensorflow",
    "tf-keras": "edgevision.devices.checks.python:keras_2",
    "opencv": "edgevision.devices.checks.opencv:importable",
    "opencv wheels": "edgevision.devices.checks.opencv:one_wheel",
    "gstreamer": "edgevision.devices.checks.opencv:gstreamer",
    "video": "edgevision.devices.checks.extras:video",
    "heic": "edgevision.devices.checks.extras:heic",
    "window": "edgevision.devices.checks.opencv:window",
    "camera": "edgevision.devices.checks.camera:permission",
    "camera use": "edgevision.devices.checks.camera:busy",
    "csi camera": "edgevision.devices.checks.camera:csi",
    "voltage": "edgevision.devices.checks.board:voltage",
    "heat": "edgevision.devices.checks.board:heat",
    "governor": "edgevision.devices.checks.board:governor",
    "memory": "edgevision.devices.checks.board:memory",
    "disk": "edgevision.devices.checks.board:disk",
    "clock": "edgevision.devices.checks.board:clock",
}
