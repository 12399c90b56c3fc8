"""``edgevision -V``: what a report of a fault should name."""

from __future__ import annotations

import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from click.testing import CliRunner

import edgevision
from edgevision.cli import versions as versions_module
from edgevision.cli.main import cli

REPOSITORY = Path(__file__).resolve().parents[3]


def test_it_names_edgevision_python_and_the_interpreters(monkeypatch):
    installed = {"ai-edge-litert": "2.3.0"}

    def version(package):
        if package in installed:
            return installed[package]
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr(versions_module.metadata, "version", version)
    for option in ("-V", "--version"):
        done = CliRunner().invoke(cli, [option])
        assert done.exit_code == 0
        assert done.stdout.splitlines() == [
            f"edgevision {edgevision.__version__}",
            f"Python {platform.python_version()} on {platform.machine()}",
            "ai-edge-litert 2.3.0",
        ]
    installed.clear()
    last = CliRunner().invoke(cli, ["-V"]).stdout.splitlines()[-1]
    assert last.startswith("no interpreter: 'edgevision doctor'")


def test_it_imports_no_heavy_package():
    code = (
        "import sys\n"
        "from edgevision.cli.main import cli\n"
        "try: cli(['-V'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'cv2', 'tensorflow', 'ai_edge_litert', 'tflite_runtime'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)
