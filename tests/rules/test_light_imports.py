"""What each import loads, seen in a fresh interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = ["tensorflow", "keras", "tf_keras", "torch", "matplotlib", "jax", "h5py"]
DEVICE = ["numpy", "cv2", "ai_edge_litert", "tflite_runtime"]


def _loaded(code: str, cwd: Path = REPOSITORY) -> set[str]:
    script = f"import sys\n{code}\nprint('MODULES', *sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        cwd=cwd,
        env=environment,
    )
    line = done.stdout.rsplit("MODULES", 1)[1]
    return {name.split(".")[0] for name in line.split()}


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        ("import edgevision", [*HEAVY, *DEVICE, "click"]),
        ("import edgevision.errors, edgevision.card", [*HEAVY, *DEVICE, "click"]),
        (
            "import edgevision.html",
            [*HEAVY, *DEVICE, "click"],
        ),
        ("import edgevision.devices", [*HEAVY, *DEVICE, "click"]),
        ("import edgevision.runtime", [*HEAVY, "click"]),
        ("import edgevision.runtime.geometry.letterbox", [*HEAVY, "cv2", "click"]),
        ("import edgevision.converters", [*HEAVY, "click"]),
        ("import edgevision.training", [*HEAVY, "click"]),
        ("import edgevision.cli.main", [*HEAVY, *DEVICE]),
    ],
)
def test_an_import_loads_nothing_that_it_does_not_use(code, unwanted):
    assert not _loaded(code) & set(unwanted)


def _runtime_modules() -> list[str]:
    folders = [REPOSITORY / name for name in ("runtime", "devices")]
    return sorted(
        "edgevision." + ".".join(p.relative_to(REPOSITORY).with_suffix("").parts)
        for folder in folders
        for p in folder.rglob("*.py")
        if p.name != "__init__.py"
    )


def test_no_module_of_the_device_side_loads_a_training_framework():
    modules = _runtime_modules()
    lines = "\n".join(f"import {name}" for name in modules)
    assert not _loaded(lines) & set(HEAVY)


def test_the_list_of_commands_needs_no_heavy_package():
    code = (
        "from edgevision.cli.main import cli\n"
        "try: cli(['--help'])\nexcept SystemExit as done: assert done.code == 0"
    )
    assert not _loaded(code) & {*HEAVY, *DEVICE}


def test_every_converter_module_imports_without_tensorflow():
    modules = [
        "edgevision." + ".".join(p.relative_to(REPOSITORY).with_suffix("").parts)
        for name in ("converters", "training")
        for p in (REPOSITORY / name).rglob("*.py")
        if p.name != "__init__.py"
    ]
    if modules:
        loaded = _loaded("\n".join(f"import {name}" for name in sorted(modules)))
        assert not loaded & {"tensorflow", "keras", "tf_keras", "torch"}


def test_a_plain_clone_works_from_another_folder(tmp_path: Path):
    assert "edgevision" in _loaded(
        "import edgevision.runtime.geometry.letterbox", tmp_path
    )
