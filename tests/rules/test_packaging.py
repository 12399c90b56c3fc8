"""What is listed, built and installed is what lies in the folders."""

from __future__ import annotations

import configparser
import fcntl
import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = ("edgevision", "training", "converters", "runtime", "devices")


def _config() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(REPOSITORY / "setup.cfg")
    return config


def _packages_of_folders() -> set[str]:
    names = set()
    for folder in FOLDERS:
        for init in (REPOSITORY / folder).rglob("__init__.py"):
            parts = init.parent.relative_to(REPOSITORY).parts
            names.add(
                ".".join(parts if parts[0] == "edgevision" else ("edgevision", *parts))
            )
    return names


ENTRIES = {
    *FOLDERS,
    *(".ci", ".gitignore", "benchmarks", "docs", "examples", "tests"),
    "tools",  # makes pages of docs/; not installed, so it belongs to no package
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"),
    *("Makefile", "pyproject.toml", "setup.cfg"),
}


def test_nothing_else_lies_at_the_top():
    """Notes and leftovers that were committed by mistake are seen here."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("this tree is not a checkout")
    command = ["git", "-C", str(REPOSITORY), "ls-tree", "--name-only", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == ENTRIES


def test_listed_packages_are_the_folders():
    listed = set(_config()["options"]["packages"].split())
    assert listed == _packages_of_folders()


def test_every_folder_of_code_is_a_package():
    for folder in FOLDERS:
        for path in (REPOSITORY / folder).rglob("*.py"):
            assert (path.parent / "__init__.py").is_file(), path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel of the checkout."""
    # Not importorskip: a folder called build, left by a tool, is importable as well.
    try:
        found = importlib.util.find_spec("build.__main__")
    except ModuleNotFoundError:
        found = None
    if found is None:
        pytest.skip("the package 'build' is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    command = ["-m", "build", "--wheel", "--no-isolation", "-o", folder, "."]
    # Two workers of one run would build in the checkout's one build folder.
    with (tmp_path_factory.getbasetemp().parent / "wheel.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, *command],
            check=True,
            capture_output=True,
            timeout=300,
            cwd=REPOSITORY,
        )
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_a_built_wheel_holds_every_module_and_data_file(wheel: Path):
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(p.relative_to(REPOSITORY))
        if folder == "edgevision"
        else f"edgevision/{p.relative_to(REPOSITORY)}"
        for folder in FOLDERS
        for pattern in ("*.py", "*.tflite", "*.toml", "py.typed")
        for p in (REPOSITORY / folder).rglob(pattern)
    }
    assert wanted <= held
    outside = {name for name in held if not name.startswith("edgevision")}
    assert not outside


@pytest.mark.slow
def test_an_install_works_from_the_checkout_and_from_elsewhere(
    wheel: Path, tmp_path: Path
):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        "import edgevision.runtime.geometry.letterbox, edgevision.converters.options\n"
        "import edgevision.devices.detect\n"
        "print(edgevision.runtime.geometry.letterbox.__file__)"
    )
    where = {}
    # In the checkout the folder `edgevision` there shadows the installed one.
    for name, folder in (("checkout", REPOSITORY), ("elsewhere", tmp_path)):
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        )
        where[name] = Path(done.stdout.strip())
    assert where["checkout"].is_relative_to(REPOSITORY / "runtime")
    assert where["elsewhere"].is_relative_to(tmp_path / "site" / "edgevision")


def test_the_device_install_is_light():
    needs = _config()["options"]["install_requires"].lower().split("\n")
    names = {line.split(";")[0].split(">")[0].strip() for line in needs if line.strip()}
    assert names == {
        "ai-edge-litert",
        "click",
        "numpy",
        "opencv-python-headless",
        "tomli",
    }


def test_no_floor_is_above_numpy_1_24_and_opencv_4_6():
    text = _config()["options"]["install_requires"]
    assert "numpy>=1.24" in text
    assert "opencv-python-headless>=4.6" in text


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_package_says_what_lives_there(folder):
    for init in (REPOSITORY / folder).rglob("__init__.py"):
        text = init.read_text("utf-8")
        assert "What lives here" in text, init
        assert "Start" in text, init
