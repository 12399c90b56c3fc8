"""What each import loads, seen in a fresh interpreter."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from edgevision.runtime.interpreter import installed_backends
from support.tiny_models import tiny_classifier

from edgevision.card import FILE_NAME, InputCard, ModelCard, OutputCard

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = ["tensorflow", "keras", "tf_keras", "torch", "matplotlib", "jax", "h5py"]
DEVICE = ["numpy", "cv2", "ai_edge_litert", "tflite_runtime"]


def _modules(code: str, cwd: Path = REPOSITORY) -> set[str]:
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
    return set(line.split())


def _loaded(code: str, cwd: Path = REPOSITORY) -> set[str]:
    return {name.split(".")[0] for name in _modules(code, cwd)}


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


@pytest.mark.skipif(not installed_backends(), reason="no TFLite interpreter is here")
def test_a_file_with_a_card_is_opened_without_what_other_files_need(tmp_path: Path):
    path = tmp_path / "net.tflite"
    path.write_bytes(tiny_classifier())
    output = OutputCard("classifier", options={"activation": "softmax"})
    card = ModelCard("net", "classification", InputCard(4, 4), output)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(FILE_NAME, card.to_json())
    code = f"""
import edgevision, numpy
model = edgevision.load_model({str(path)!r}, trust=True)
model(numpy.zeros((4, 4, 3), numpy.uint8))
"""
    loaded = _modules(code)
    rooms = ("opening.recognition", "opening.without_card", "opening.caller")
    rooms += ("model.stages", "decoders.landmarks", "tflite.foreign.other_files")
    rooms += ("geometry.corner_letterbox", "geometry.regions", "geometry.weighted")
    rooms += ("geometry.suppression", "decoders.selection", "results.detections")
    unwanted = tuple(f"edgevision.runtime.{room}" for room in rooms)
    assert "edgevision.runtime.decoders.classifier" in loaded
    assert not [name for name in loaded if name.startswith(unwanted)]


def test_the_name_of_a_file_costs_no_import():
    more = _modules("import edgevision.files") - _modules("import edgevision")
    assert not more & {"pathlib", "tempfile", "shutil", "random"}
