"""Doctor in real environments: make them, ask, follow the cure, ask again.

Each environment is a virtual environment of its own below ``.cache/doctor``, with the
packages that go wrong together. Where the cure is a pip command, it is run as it stands
and the finding has to be gone afterwards. Needs the package index, and minutes:

    make test-doctor                          # exits with 1 when a finding is missed
    python tests/doctor/run.py --write docs/reference/doctor-examples.md
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.boards import PI5_CSI, write_tree  # noqa: E402 - the path comes first

WORK = ROOT / ".cache" / "doctor"
BASE = ("click", "numpy>=2", "ai-edge-litert", "opencv-python-headless")
# As apt's simplejpeg fails beside NumPy 2 (raspberrypi/picamera2#1088).
SIMPLEJPEG = """\
import numpy

if int(numpy.__version__.split(".")[0]) >= 2:
    raise ValueError(
        "numpy.dtype size changed, may indicate binary incompatibility. "
        "Expected 96 from C header, got 88 from PyObject"
    )
"""


@dataclass(frozen=True)
class Made:
    """Describe one environment and what doctor has to find in it.

    Attributes:
        title: What is wrong, for the page.
        packages: What pip installs, in this order and one by one.
        check: The check that has to find it.
        level: As what.
        holds: A part of its sentence.
        arguments: Of doctor.
        tree: A made system; empty for this machine.
        modules: Stand-ins for packages of the system, by file name.
        uninstall: Packages that are removed again.
        cures: The cure is run and has to help.
    """

    title: str
    packages: tuple[str, ...]
    check: str
    level: str
    holds: str
    arguments: tuple[str, ...] = ()
    tree: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    uninstall: tuple[str, ...] = ()
    cures: bool = True


ENVIRONMENTS = {
    "numpy2": Made(
        "tflite-runtime beside NumPy 2, which `pip check` calls fine",
        ("click", "tflite-runtime==2.14.0", "opencv-python-headless", "numpy>=2"),
        "numpy",
        "broken",
        "tflite-runtime 2.14.0 is built for NumPy 1 and fails with NumPy 2",
    ),
    "two-opencv": Made(
        "both OpenCV wheels at once",
        (*BASE, "opencv-python"),
        "opencv wheels",
        "warning",
        "opencv-python and opencv-python-headless are both installed",
    ),
    "half-opencv": Made(
        "both OpenCV wheels, one of them removed again",
        (*BASE, "opencv-python"),
        "opencv",
        "broken",
        "opencv-python-headless is installed, but its files are gone",
        uninstall=("opencv-python",),
    ),
    "no-interpreter": Made(
        "no interpreter",
        ("click", "numpy>=2", "opencv-python-headless"),
        "interpreter",
        "broken",
        "No interpreter is installed",
    ),
    "pi-venv": Made(
        "a Raspberry Pi 5 (made files) with a CSI camera and an environment that does "
        "not see the system's packages",
        BASE,
        "csi camera",
        "broken",
        "comes from apt and which this virtual environment cannot see",
        tree=PI5_CSI,
        cures=False,
    ),
    "pi-numpy2": Made(
        "the same board, picamera2 (a stand-in) in sight, its simplejpeg of apt (a "
        "stand-in) beside NumPy 2",
        BASE,
        "csi camera",
        "broken",
        "simplejpeg from apt is built for NumPy 1 and fails with NumPy 2",
        tree=PI5_CSI,
        modules={"simplejpeg.py": SIMPLEJPEG, "picamera2.py": "import simplejpeg\n"},
    ),
    "window": Made(
        "opencv-python and a window wanted, but no display",
        ("click", "numpy>=2", "ai-edge-litert", "opencv-python"),
        "window",
        "broken",
        "There is no display",
        arguments=("--want", "window"),
        cures=False,
    ),
}


def make(name: str, made: Made, python: str) -> Path:
    """Return the interpreter of an environment, built if it is not there yet."""
    folder = WORK / name
    found = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
        for package in made.packages:
            pip(found, "install", package)
        if made.uninstall:
            pip(found, "uninstall", "-y", *made.uninstall)
        packages = next((folder / "lib").glob("python3*/site-packages"))
        for file, text in made.modules.items():
            (packages / file).write_text(text)
        (folder / ".ready").touch()
    return found


def pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*command, *arguments], check=True)


def ask(python: Path, made: Made, *more: str) -> subprocess.CompletedProcess[str]:
    """Run doctor of this checkout with an environment's Python."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH", "VIRTUAL_ENV")
    environment = {key: os.environ[key] for key in os.environ if key not in hidden}
    if made.tree:
        root = WORK / "tree"
        write_tree(root, made.tree)
        environment["EDGEVISION_SYSTEM_ROOT"] = str(root)
    return subprocess.run(
        [str(python), "-m", "edgevision", "doctor", *made.arguments, *more],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def finding(python: Path, made: Made) -> dict[str, str] | None:
    answer = json.loads(ask(python, made, "--json").stdout)
    found = (item for item in answer["findings"] if item["check"] == made.check)
    return next(found, None)


def judge(name: str, made: Made, python: str) -> tuple[list[str], str]:
    """Return what was missed in one environment, and its part of the page."""
    inside = make(name, made, python)
    faults = []
    answer = ask(inside, made)
    found = finding(inside, made)
    if found is None or found["level"] != made.level or made.holds not in found["what"]:
        faults.append(f"{name}: {made.check} says {found}, not {made.holds!r}")
    if answer.returncode != (1 if made.level == "broken" else 0):
        faults.append(f"{name}: exit code {answer.returncode}")
    shown = " ".join(["edgevision doctor", *made.arguments])
    page = f"## {made.title}\n\n    $ {shown}\n" + "".join(
        f"    {line}\n" for line in answer.stdout.splitlines()
    )
    page += f"\nExit code {answer.returncode}."
    if made.cures and found is not None:
        command = found["cure"].partition("un: ")[2]
        # The environment is spoiled by its cure: made anew next time.
        (inside.parent.parent / ".ready").unlink()
        path = f"{inside.parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/sh", "-ec", command],
            env={**os.environ, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        after = finding(inside, made)
        if done.returncode:
            faults.append(f"{name}: the cure {command!r} fails: {done.stderr[-300:]}")
        if after is not None and after["level"] != "ok":
            faults.append(f"{name}: {command!r} does not help: {after}")
        words = "nothing to say any more" if after is None else after["what"]
        page += f" After `{command}` the same check says: {words}"
    return faults, page + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="write the outputs as this page")
    parser.add_argument("--python", default=sys.executable, help="makes environments")
    parser.add_argument("--only", choices=ENVIRONMENTS, action="append")
    given = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    parts = [
        "# doctor in environments that are really broken\n\nMade by `python "
        "tests/doctor/run.py --write docs/reference/doctor-examples.md`, which\n"
        "builds every environment, asks doctor, runs the cure where it is a pip\n"
        "command, and asks again.\n"
    ]
    for name in given.only or ENVIRONMENTS:
        missed, page = judge(name, ENVIRONMENTS[name], given.python)
        faults += missed
        parts.append(page)
        print(f"{name}: {'; '.join(missed) or 'as expected'}", flush=True)
    if given.write and not faults:
        given.write.write_text("\n".join(parts))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
