"""A child of this Python finds this very package, and gets its words as they are."""

from __future__ import annotations

import subprocess
import sys

import pytest

from edgevision.child import child_command, child_environment


def test_a_child_calls_main_with_its_words(tmp_path, monkeypatch):
    (tmp_path / "said.py").write_text("def main(words):\n    print(words)\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    command = child_command("said", "a b", "", "$x'\"")
    done = subprocess.run(command, capture_output=True, cwd="/", check=True)
    assert done.stdout.decode().strip() == repr(["a b", "", "$x'\""])


@pytest.mark.parametrize("name", ["json.py", "importlib/__init__.py", "numpy.py"])
def test_nothing_of_the_current_folder_runs(tmp_path, monkeypatch, name):
    """A folder as somebody downloads it: a model, and a module of its makers."""
    current, apart = tmp_path / "current", tmp_path / "apart"
    apart.mkdir()
    (apart / "said.py").write_text(
        "import json, numpy\ndef main(words):\n    print('clean')\n"
    )
    place = current / name
    place.parent.mkdir(parents=True)
    place.write_text("print('PWNED')\n")
    monkeypatch.chdir(current)
    monkeypatch.setenv("PYTHONPATH", str(current))
    # As `python -c`, `python -m` and a path of its own leave it.
    monkeypatch.setattr(sys, "path", ["", str(current), *sys.path, str(apart)])
    done = subprocess.run(child_command("said"), capture_output=True, check=True)
    assert done.stdout.decode().split() == ["clean"]


def test_the_current_folder_may_be_gone(tmp_path, monkeypatch):
    (tmp_path / "said.py").write_text("def main(words):\n    print('clean')\n")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    monkeypatch.setattr(sys, "path", ["", "lib", *sys.path, str(tmp_path)])
    command = child_command("said")
    assert "" not in command[4].split("\n")
    done = subprocess.run(command, capture_output=True, cwd="/", check=True)
    assert done.stdout.decode().split() == ["clean"]


def test_a_child_that_tries_a_file_gets_few_variables(monkeypatch):
    kept = {"PATH": "/bin", "OPENBLAS_NUM_THREADS": "1"}
    for name, value in {**kept, "CAMERA_PASSWORD": "x", "PYTHONPATH": "y"}.items():
        monkeypatch.setenv(name, value)
    few, most = child_environment(), child_environment(all_of_them=True)
    assert few.items() >= kept.items()
    assert few.keys().isdisjoint({"CAMERA_PASSWORD", "PYTHONPATH"})
    assert most.items() >= {**kept, "CAMERA_PASSWORD": "x"}.items()
    assert "PYTHONPATH" not in most
