"""Whether heavy or broken modules can be imported, tried in child processes.

A module built for another NumPy may abort the process or print pages of warnings; in a
child that is one sentence.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..child import child_environment, search_path

_TIMEOUT_S: Final = 60.0
_MARK: Final = "edgevision-probe:"
_SCRIPT: Final = """
import sys
# The folder that doctor is started in must not hide an installed module.
sys.path[:] = sys.argv.pop(1).split("\\n")
import importlib, json
facts = {}
try:
    module = importlib.import_module(sys.argv[1])
    facts["version"] = str(getattr(module, "__version__", ""))
    facts["file"] = str(getattr(module, "__file__", ""))
    if sys.argv[1] == "gi":
        module.require_version("Gst", "1.0")
        module.require_version("GstApp", "1.0")
        from gi.repository import Gst, GstApp
    if sys.argv[1] == "cv2":
        for line in module.getBuildInformation().splitlines():
            key, colon, value = line.strip().partition(":")
            if colon and key in ("GUI", "GStreamer", "FFMPEG"):
                facts[key.lower()] = value.strip()
except BaseException as error:
    facts["error"] = f"{type(error).__name__}: {error}"
print("edgevision-probe:" + json.dumps(facts))
"""


@dataclass(frozen=True)
class Probe:
    """The result of importing a module.

    Attributes:
        version: The module's own version; may be empty.
        error: Why it cannot be imported; empty when it can.
        facts: More about the module: ``gui`` and ``gstreamer`` of OpenCV.
    """

    version: str = ""
    error: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def probe(module: str) -> Probe:
    """Import one module in a child of this Python."""
    return _result(_start(module))


def probe_all(modules: Mapping[str, str]) -> dict[str, Probe]:
    """Import several modules, each in a child of its own, two at a time.

    Args:
        modules: Name in the answer -> module to import.
    """
    results: dict[str, Probe] = {}
    names = list(modules)
    # Two at a time: a board with 512 MB has no room for six of them.
    for first in range(0, len(names), 2):
        pair = names[first : first + 2]
        children = [_start(modules[name]) for name in pair]
        for name, child in zip(pair, children, strict=True):
            results[name] = _result(child)
    return results


def _start(module: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _SCRIPT, "\n".join(search_path()), module],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=child_environment(all_of_them=True),
    )


def _result(child: subprocess.Popen[str]) -> Probe:
    with child:
        try:
            output, errors = child.communicate(timeout=_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            return Probe(error=f"importing it takes longer than {_TIMEOUT_S:.0f} s")
    answer = next(
        (line for line in output.splitlines() if line.startswith(_MARK)), None
    )
    if answer is None:
        last = (errors.strip().splitlines() or ["it says nothing"])[-1]
        return Probe(
            error=f"importing it ends Python with code {child.returncode}: {last}"
        )
    facts: dict[str, Any] = json.loads(answer.removeprefix(_MARK))
    error = " ".join(str(facts.pop("error", "")).split())
    return Probe(version=facts.pop("version", ""), error=error, facts=facts)
