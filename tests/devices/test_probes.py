"""Imports that fail, abort or print: each is one answer of a child process."""

from __future__ import annotations

import pytest
from edgevision.devices import probes


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)

    def make(source: str) -> str:
        (tmp_path / "made_module.py").write_text(source)
        return "made_module"

    return make


def test_version_and_noise_on_stdout(module):
    name = module("print('welcome'); __version__ = '1.2'")
    assert probes.probe(name).version == "1.2"


def test_error_is_one_line(module):
    name = module("raise ImportError('first\\n  second')")
    assert probes.probe(name).error == "ImportError: first second"


def test_module_that_leaves_python_is_an_answer(module):
    found = probes.probe(module("import sys; sys.exit('no display')"))
    assert found.error == "SystemExit: no display"


def test_module_that_aborts_python_is_an_answer(module):
    source = "import os; os.write(2, b'boom\\n'); os.abort()"
    found = probes.probe(module(source))
    assert "ends Python with code -6: boom" in found.error


def test_module_that_hangs_is_an_answer(module, monkeypatch):
    monkeypatch.setattr(probes, "_TIMEOUT_S", 0.5)
    found = probes.probe(module("import time; time.sleep(60)"))
    assert "takes longer" in found.error


def test_several_modules_are_answered_under_their_names():
    found = probes.probe_all({"a": "json", "b": "no_such_module", "c": "csv"})
    assert list(found) == ["a", "b", "c"]
    assert "no_such_module" in found["b"].error
    assert found["a"].error == ""


def test_nothing_of_the_current_folder_is_imported(tmp_path, monkeypatch):
    for name in ("json.py", "colorsys.py"):
        (tmp_path / name).write_text("import os\nos._exit(77)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert probes.probe("colorsys").error == ""
