"""Gathering from this machine and from made virtual environments."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from edgevision.devices import environment


def test_this_machine_is_gathered_without_importing_anything_heavy():
    program = (
        "import sys; from edgevision.devices import doctor, environment; "
        "doctor.diagnose(environment.gather()); "
        "print([m for m in ('numpy', 'cv2', 'ai_edge_litert') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert result.stdout.strip() == "[]"


def test_unknown_want_is_refused():
    with pytest.raises(ValueError, match="wants must be of camera, csi"):
        environment.gather(wants=["fridge"])


class MadeVenv:
    """A real virtual environment with made distributions in it."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", folder], check=True
        )
        self.python = folder / "bin" / "python"
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.site = folder / "lib" / version / "site-packages"
        (self.site / "click").symlink_to(Path(click.__file__).parent)

    def add(self, name: str, version: str, module: str, source: str) -> None:
        info = self.site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        package = self.site / module
        package.mkdir(exist_ok=True)
        (package / "__init__.py").write_text(source)
        if module.endswith(("_litert", "_runtime")):
            (package / "interpreter.py").write_text("")

    def doctor(self, *arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
        result = subprocess.run(
            [self.python, "-m", "edgevision.cli", "doctor", "--json", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parents[2],
        )
        assert result.returncode in (0, 1), result.stderr
        data = json.loads(result.stdout)
        assert data["broken"] is (result.returncode == 1)
        return result.returncode, {item["check"]: item for item in data["findings"]}


CV2 = "__version__ = '5.0.0'\ndef getBuildInformation(): return 'GUI: NONE'\n"


@pytest.fixture
def venv(tmp_path):
    return MadeVenv(tmp_path / "venv")


def test_empty_environment_is_broken_with_a_cure_for_each(venv):
    code, found = venv.doctor()
    assert code == 1
    for name in ("interpreter", "numpy", "opencv"):
        assert found[name]["level"] == "broken"
        assert "pip install" in found[name]["cure"] or "use" in found[name]["cure"]


def test_environment_with_the_wrong_numpy_is_broken(venv):
    venv.add("numpy", "2.4.6", "numpy", "__version__ = '2.4.6'")
    venv.add("tflite-runtime", "2.14.0", "tflite_runtime", "")
    venv.add("opencv-python-headless", "5.0.0.93", "cv2", CV2)
    code, found = venv.doctor()
    assert code == 1
    assert found["interpreter"]["level"] == "ok"
    assert "fails with NumPy 2.4.6" in found["numpy"]["what"]


def test_environment_with_two_opencv_wheels_warns_and_a_broken_one_fails(venv):
    venv.add("numpy", "2.4.6", "numpy", "__version__ = '2.4.6'")
    venv.add("ai-edge-litert", "2.3.0", "ai_edge_litert", "")
    venv.add("opencv-python", "5.0.0.93", "cv2", CV2)
    venv.add("opencv-python-headless", "5.0.0.93", "cv2", CV2)
    code, found = venv.doctor()
    assert (code, found["opencv wheels"]["level"]) == (0, "warning")
    # What uninstalling one of the two leaves behind: a folder without its library.
    (venv.site / "cv2" / "__init__.py").write_text(
        "raise ImportError('no cv2.abi3.so')"
    )
    code, found = venv.doctor()
    assert (code, found["opencv wheels"]["level"]) == (1, "broken")


def test_whole_environment_is_not_broken_until_more_is_wanted(venv):
    venv.add("numpy", "2.4.6", "numpy", "__version__ = '2.4.6'")
    venv.add("ai-edge-litert", "2.3.0", "ai_edge_litert", "")
    venv.add("opencv-python-headless", "5.0.0.93", "cv2", CV2)
    assert venv.doctor()[0] == 0
    code, found = venv.doctor("--want", "convert")
    assert (code, found["tensorflow"]["level"]) == (1, "broken")
